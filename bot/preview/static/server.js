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
