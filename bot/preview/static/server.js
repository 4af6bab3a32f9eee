// What the page asks of the server.

export async function post(path, content) {
  const answer = await fetch(`/api/conversations${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

export const exists = async (scene) => (await fetch(`/api/conversations/${scene}`)).ok;

export async function explanation(scene, chat, message) {
  const answer = await fetch(`/api/conversations/${scene}/explanations/${chat}/${message}`);
  return answer.ok ? answer.json() : null;
}

// Links to our own bot open in the emulation: what one would do there, null for any other address.
export function botLink(address, username) {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !["t.me", "telegram.me"].includes(url.hostname)) return null;
  if (url.pathname === "/share/url" || url.pathname === "/share") {
    return { share: [url.searchParams.get("text"), url.searchParams.get("url")].filter(Boolean).join("\n") };
  }
  if (url.pathname.slice(1).toLowerCase() !== username.toLowerCase()) return null;
  if (url.searchParams.has("startgroup")) return { startgroup: url.searchParams.get("startgroup") };
  return { start: url.searchParams.get("start") ?? "" };
}
