// How a message looks: its text with entities, its buttons, its small print.

import { element, icon, languageOf, tagOf } from "./dom.js";

const OPENS = "M7 17 17 7M9 7h8v8";
const COPIES = "M9 9h10v11H9zM5 15V4h10";
const BEHIND_SAFE = /^(https?:|tg:)/i;
const ATTACHMENTS = {
  photo: "Photo", sticker: "Sticker", voice: "Voice message", document: "Document", location: "Location", contact: "Contact",
};

// `act` holds what the buttons of a message do: command(text), press(message, button, node), explain(message), edit(message).
export function renderMessage(message, act, name) {
  const who = message.own ? "You" : name;
  const node = element("article", { class: message.own ? "message own" : "message", "data-id": message.message_id });
  const bubble = element("div", { class: "bubble" });
  const time = clock(message.date);
  node.setAttribute("aria-label", `${who}, ${time}`);
  if (message.reply_to_message) bubble.append(quoted(message.reply_to_message));
  bubble.append(renderText(message, act), smallPrint(message, time, act));
  node.append(bubble);
  if (message.reply_markup?.inline_keyboard) node.append(renderKeys(message, act));
  return node;
}

export function renderText(message, act) {
  const text = message.text ?? message.caption;
  if (text === undefined) {
    const kind = Object.keys(ATTACHMENTS).find((key) => key in message);
    return element("p", { class: "text unsupported" }, ATTACHMENTS[kind] ?? "Message");
  }
  const lang = message.locale ? tagOf(message.locale) : languageOf(text);
  const node = element("div", { class: "text", dir: "auto", lang });
  appendSpans(node, text, message.entities ?? message.caption_entities ?? [], 0, text.length, act);
  return node;
}

// Entities nest and come sorted: outer ones first. Offsets are UTF-16 units, as in JavaScript.
function appendSpans(parent, text, entities, start, end, act) {
  let position = start;
  let rest = entities;
  while (rest.length) {
    const [entity, ...later] = rest;
    const from = entity.offset;
    const to = Math.min(from + entity.length, end);
    if (from < position || from >= end) { rest = later; continue; }
    parent.append(text.slice(position, from));
    const inside = later.filter((other) => other.offset >= from && other.offset < to);
    const node = spanOf(entity, text.slice(from, to), act);
    appendSpans(node, text, inside, from, to, act);
    parent.append(node);
    position = to;
    rest = later.filter((other) => other.offset >= to);
  }
  parent.append(text.slice(position, end));
}

function spanOf(entity, covered, act) {
  switch (entity.type) {
    case "bold": return element("strong");
    case "italic": return element("em");
    case "underline": return element("u");
    case "strikethrough": return element("s");
    case "code": return element("code");
    case "pre": return element("pre");
    case "blockquote": return element("blockquote", { dir: "auto" });
    case "expandable_blockquote": return expandable();
    case "text_link": return link(entity.url);
    case "url": return link(/^[a-z]+:/i.test(covered) ? covered : `http://${covered}`);
    case "email": return element("a", { href: `mailto:${covered}` });
    case "bot_command": return element("button", { type: "button", class: "command", on: { click: () => act.command(covered) } });
    case "spoiler": return spoiler();
    default: return element("span");
  }
}

function link(url) {
  if (!BEHIND_SAFE.test(url)) return element("span");
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url });
}

// Applications show three lines of it and open it when it is touched; here it opens with a button, too.
function expandable() {
  const node = element("blockquote", { class: "folded", dir: "auto" });
  requestAnimationFrame(() => {
    if (node.scrollHeight <= node.clientHeight + 2) return node.classList.remove("folded");
    const more = element("button", { type: "button", class: "quiet unfold", "aria-expanded": "false" }, "Show all");
    more.addEventListener("click", () => {
      const folded = node.classList.toggle("folded");
      more.setAttribute("aria-expanded", String(!folded));
      more.textContent = folded ? "Show all" : "Show less";
    });
    node.after(more);
  });
  return node;
}

function spoiler() {
  const node = element("button", { type: "button", class: "spoiler", "aria-expanded": "false", "aria-label": "Hidden text" });
  node.addEventListener("click", () => { node.setAttribute("aria-expanded", "true"); node.removeAttribute("aria-label"); });
  return node;
}

function quoted(message) {
  return element("p", { class: "quoted", dir: "auto" }, element("span", { class: "hidden" }, "In reply to: "), message.text ?? "Message");
}

function smallPrint(message, time, act) {
  const node = element("div", { class: "meta" });
  if (message.explained) {
    node.append(element("button", { type: "button", class: "quiet", on: { click: () => act.explain(message) } }, "Why this answer?"));
  }
  if (message.own && message.text !== undefined) {
    node.append(element("button", { type: "button", class: "quiet", on: { click: () => act.edit(message) } }, "Edit"));
  }
  if (message.edit_date) node.append(element("span", {}, "edited"));
  node.append(element("time", { datetime: new Date(message.date * 1000).toISOString() }, time));
  return node;
}

function renderKeys(message, act) {
  const node = element("div", { class: "keys", role: "group", "aria-label": "Choices" });
  for (const row of message.reply_markup.inline_keyboard) {
    node.append(element("div", { class: "keys-row" }, ...row.map((button) => key(message, button, act))));
  }
  return node;
}

function key(message, button, act) {
  const label = element("span", { dir: "auto", lang: languageOf(button.text) }, button.text);
  if (button.url !== undefined) {
    const attributes = { class: "key", target: "_blank", rel: "noopener noreferrer", title: button.url };
    if (BEHIND_SAFE.test(button.url)) attributes.href = button.url;
    return element("a", attributes, label, icon(OPENS));
  }
  const node = element("button", { type: "button", class: "key" }, label);
  if (button.copy_text) node.append(icon(COPIES));
  node.addEventListener("click", () => act.press(message, button, node));
  return node;
}

export const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
