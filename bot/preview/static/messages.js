// How a message looks: its text with entities, its buttons, its small print.

import { element, icon, languageOf, tagOf } from "./dom.js";
import { t } from "./words.js";

const OPENS = "M7 17 17 7M9 7h8v8";
const COPIES = "M9 9h10v11H9zM5 15V4h10";
const BEHIND_SAFE = /^(https?:|tg:)/i;
// `act` holds what a message's buttons do: command(text), press(message, button, node), explain, edit, reply(message), visit(url, event).
export function renderMessage(message, act, speaker) {
  const own = message.from.id === speaker;
  const node = element("article", { class: own ? "message own" : "message", "data-id": message.message_id });
  const bubble = element("div", { class: "bubble" });
  const time = clock(message.date);
  node.setAttribute("aria-label", `${message.from.first_name}, ${time}`);
  if (message.chat.type !== "private" && !own) bubble.append(element("p", { class: "author", dir: "auto", "data-author": message.from.is_bot ? "bot" : "person" }, message.from.first_name));
  if (message.via_bot) bubble.append(element("p", { class: "via", dir: "auto" }, t("via", { mention: `@${message.via_bot.username}` })));
  if (message.reply_to_message && !message.reply_to_message.forum_topic_created) bubble.append(quoted(message.reply_to_message));
  bubble.append(renderText(message, act), smallPrint(message, time, act, own));
  node.append(bubble);
  if (message.reply_markup?.inline_keyboard) node.append(renderKeys(message, act));
  return node;
}

export function renderText(message, act) {
  const text = message.text ?? message.caption;
  if (text === undefined) return element("p", { class: "text unsupported" }, t("not_text"));
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
    if (entity.type === "expandable_blockquote") parent.append(expander(node));
    position = node.tagName === "BLOCKQUOTE" && text[to] === "\n" ? to + 1 : to; // that one ends the quotation's last line
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
    case "expandable_blockquote": return element("blockquote", { dir: "auto" });
    case "text_link": return link(entity.url, act);
    case "url": return link(/^[a-z]+:/i.test(covered) ? covered : `http://${covered}`, act);
    case "email": return element("a", { href: `mailto:${covered}` });
    case "bot_command": return element("button", { type: "button", class: "command", on: { click: () => act.command(covered) } });
    case "spoiler": return spoiler();
    default: return element("span");
  }
}

function link(url, act) {
  if (!BEHIND_SAFE.test(url)) return element("span");
  const visit = (event) => act.visit(url, event);
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url, on: { click: visit } });
}

// A long quotation is cut short until it is opened, as in the applications.
function expander(quote) {
  quote.classList.add("short");
  const node = element("button", { type: "button", class: "quiet expander", "aria-expanded": "false" }, t("expand"));
  node.addEventListener("click", () => {
    const short = quote.classList.toggle("short");
    node.setAttribute("aria-expanded", String(!short));
    node.textContent = t(short ? "expand" : "collapse");
  });
  requestAnimationFrame(() => { node.hidden = quote.scrollHeight <= quote.clientHeight + 1; });
  return node;
}

function spoiler() {
  const node = element("button", { type: "button", class: "spoiler", "aria-expanded": "false", "aria-label": t("hidden_text") });
  node.addEventListener("click", () => { node.setAttribute("aria-expanded", "true"); node.removeAttribute("aria-label"); });
  return node;
}

function quoted(message) {
  return element("p", { class: "quoted", dir: "auto" }, element("span", { class: "hidden" }, `${t("reply_to")} `), message.text ?? t("not_text"));
}

function smallPrint(message, time, act, own) {
  const node = element("div", { class: "meta" });
  const button = (label, done) => node.append(element("button", { type: "button", class: "quiet", "data-does": label, on: { click: () => done(message) } }, t(label)));
  if (message.explained && !own) button("why", act.explain);
  if (own && message.text !== undefined && !message.via_bot) button("edit", act.edit);
  if (!own) button("reply", act.reply);
  if (message.edit_date) node.append(element("span", {}, t("edited")));
  node.append(element("time", { datetime: new Date(message.date * 1000).toISOString() }, time));
  return node;
}

function renderKeys(message, act) {
  const node = element("div", { class: "keys", role: "group", "aria-label": t("choices") });
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
    attributes.on = { click: (event) => act.visit(button.url, event) };
    return element("a", attributes, label, icon(OPENS));
  }
  const node = element("button", { type: "button", class: "key" }, label);
  if (button.copy_text) node.append(icon(COPIES));
  node.addEventListener("click", () => act.press(message, button, node));
  return node;
}

export const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
