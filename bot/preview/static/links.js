// Links to our own bot, which open in the emulation.

import { byId } from "./dom.js";
import { t } from "./words.js";

// What one would do there, null for any other address.
export function botLink(address, username) {
  const whole = address.includes("://") ? address : `${location.protocol}//${address}`;
  const url = URL.canParse(whole) ? new URL(whole) : null;
  if (!url || !["t.me", "telegram.me"].includes(url.hostname)) return null;
  if (url.pathname === "/share/url" || url.pathname === "/share") {
    return { share: [url.searchParams.get("text"), url.searchParams.get("url")].filter(Boolean).join("\n") };
  }
  if (url.pathname.slice(1).toLowerCase() !== username.toLowerCase()) return null;
  if (url.searchParams.has("startgroup")) return { startgroup: url.searchParams.get("startgroup") };
  return { start: url.searchParams.get("start") ?? "" };
}

function askForLink(username) {
  byId("link-note").textContent = t("link_note", { example: `t.me/${username}?start=launch-date` });
  byId("link-text").value = "";
  byId("link-panel").showModal();
}

function openTyped(event, username, follow) {
  event.preventDefault();
  const typed = byId("link-text").value.trim();
  const link = /^[\w-]{1,64}$/.test(typed) ? { start: typed } : botLink(typed, username);
  byId("link-wrong").textContent = link ? "" : t("link_wrong");
  if (!link) return;
  byId("link-panel").close();
  follow(link);
}

export function setUpLinks(username, follow) {
  byId("link").addEventListener("click", () => askForLink(username()));
  byId("link-form").addEventListener("submit", (event) => openTyped(event, username(), follow));
  byId("link-close").addEventListener("click", () => byId("link-panel").close());
}
