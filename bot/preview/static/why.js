// The drawer that says in plain words why an answer is what it is.

import { byId, element, startsRightToLeft, tagOf } from "./dom.js";
import { t } from "./words.js";

const wide = window.matchMedia("(min-width: 62rem)");
const REASONS = { chosen: "chosen", question: "written_in", client: "client", default: "default", request: "request" };
const w = (key, values) => t(`why_${key}`, values);
const page = () => document.documentElement;

// Numbers and names as the page's language writes them, with the digits that the bot's answers have.
const number = (value, options) => new Intl.NumberFormat(`${page().lang}-u-nu-latn`, options).format(value);
const share = (value) => number(value, { style: "percent", maximumFractionDigits: value < 0.0995 ? 1 : 0 });
const percent = (value) => {
  if (value >= 0.995 && value < 1) return w("over", { percent: share(0.99) });
  if (value > 0 && value < 0.001) return w("under", { percent: share(0.001) });
  return share(value);
};
const languageName = (locale) => new Intl.DisplayNames([page().lang], { type: "language" }).of(tagOf(locale));

let opener = null;

export function openWhy(explanation, from) {
  const dialog = byId("why");
  const body = byId("why-body");
  opener = from ?? document.activeElement;
  body.replaceChildren(...explanation.parts.map((part, index) => renderPart(part, index, explanation.parts.length)), language(explanation));
  body.scrollTop = 0;
  if (dialog.open) return;
  if (wide.matches) dialog.show();
  else dialog.showModal();
  byId("why-title").focus();
}

export function closeWhy() {
  byId("why").close();
}

export function setUpWhy(onClose) {
  const dialog = byId("why");
  byId("why-close").addEventListener("click", closeWhy);
  dialog.addEventListener("close", () => { onClose(); if (opener?.isConnected) opener.focus(); });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) closeWhy(); });
  dialog.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.preventDefault(); closeWhy(); } });
  wide.addEventListener("change", () => { if (dialog.open) dialog.close(); });
}

function renderPart(part, index, count) {
  const node = element("section", { class: "part" });
  if (count > 1) node.append(element("h3", {}, w("question", { number: number(index + 1), count: number(count) })));
  node.append(verdict(part), matches(part), reading(part));
  return node;
}

function verdict(part) {
  const { kind } = part.decision;
  const [title, ...reasons] = { answer: answered, clarify: clarified, abstain: abstained }[kind](part);
  const node = element("div", { class: `verdict ${kind}` }, element("strong", {}, title), element("p", {}, reasons.join(" ")));
  if (part.follow_up) node.append(element("p", { class: "note" }, w("follow_up", { text: part.follow_up })));
  return node;
}

const bound = (part) => ({ bound: percent(part.bounds.answer) });
const fits = (part) => w("fits", { chance: percent(part.answerable), bound: percent(part.bounds.clarify) });

function answered(part) {
  const chance = part.decision.probability;
  const why = chance >= part.bounds.answer ? "sure" : "conversation";
  return [w("answered"), w(why, { chance: percent(chance), ...bound(part) })];
}

function clarified(part) {
  const doubt = part.matches[0].probability >= part.bounds.answer ? "doubtful" : "below";
  return [w("asked_back"), w(doubt, bound(part)), fits(part), w("offered", { count: number(part.decision.entries.length) })];
}

function abstained(part) {
  if (part.decision.reason === "empty") return [w("asked_wording"), w("no_wording")];
  if (part.decision.reason === "unknown-language") return [w("not_answered"), w("no_texts")];
  if (part.unasked.length) return [w("not_known"), w("asked_other", { words: part.unasked.join(", ") }), w("nothing")];
  return [w("not_known"), w("below", bound(part)), fits(part), w("nothing")];
}

function matches(part) {
  const node = element("div", {}, element("h3", {}, w("nearest")));
  if (!part.matches.length) return node.append(element("p", { class: "note" }, w("none"))), node;
  node.append(element("ol", { class: "matches" }, ...part.matches.map((match) => matchRow(match, part.bounds))));
  node.append(element("p", { class: "note" }, w("mark", bound(part))));
  return node;
}

function matchRow(match, bounds) {
  const bar = element("i");
  bar.style.inlineSize = `${Math.max(match.probability * 100, 1)}%`;
  const gauge = element("div", { class: "gauge", "aria-hidden": "true" }, bar, mark(bounds.answer));
  const phrasing = element("span", { class: "phrasing", dir: match.direction, lang: tagOf(match.locale) }, match.phrasing);
  const head = element("div", { class: "match-head" }, phrasing, element("span", { class: "chance" }, percent(match.probability)));
  return element("li", { class: match.probability >= bounds.answer ? "match sure" : "match" }, head, gauge, element("small", {}, element("bdi", {}, match.entry_id), " · ", languageName(match.locale)));
}

function mark(value) {
  const node = element("b");
  node.style.insetInlineStart = `calc(${Math.min(value, 1) * 100}% - 1px)`;
  return node;
}

function reading(part) {
  const node = element("div", {}, element("h3", {}, w("reading")));
  node.append(said(w("written"), part.text), said(w("compared"), part.folded || w("empty")));
  if (part.read_as) node.append(said(w("letters"), part.read_as));
  wordList(node, w("known"), part.known, "");
  wordList(node, w("misspelt"), part.repaired.map(repair), "");
  wordList(node, w("borrowed"), part.borrowed.map(borrowed), "");
  wordList(node, w("unknown"), part.unknown, "unknown");
  wordList(node, w("unasked"), part.unasked, "unknown");
  if (part.language) {
    const sure = part.language_sure ? "language_sure" : "language_perhaps";
    node.append(element("p", { class: "note" }, w(sure, { language: languageName(part.language) })));
  }
  return node;
}

// The arrow leads on in the direction in which the words are read.
const repair = ({ typed, taken_for: taken }) => `${typed} ${startsRightToLeft(typed) ? "←" : "→"} ${taken}`;

const borrowed = ({ word, locale }) => `${word} (${languageName(locale)})`;

function said(label, text) {
  return element("p", { class: "said", dir: "auto" }, element("small", { dir: page().dir }, label), text);
}

function wordList(parent, label, words, kind) {
  if (!words.length) return;
  const items = words.map((word) => element("li", { dir: "auto" }, word));
  parent.append(element("h4", {}, label), element("ul", { class: `words ${kind}` }, ...items));
}

function language(explanation) {
  const { locale, own_name: own, reason, unavailable } = explanation.locale;
  const name = languageName(locale);
  const shown = own && own.toLowerCase() !== name.toLowerCase() ? `${name} (${own})` : name;
  const node = element("div", {}, element("h3", {}, w("reply_language")), element("p", {}, w(REASONS[reason], { language: shown })));
  if (unavailable) node.append(element("p", { class: "note" }, w("unavailable", { language: languageName(unavailable) })));
  node.append(element("p", { class: "note" }, w("revision", { revision: explanation.revision })));
  if (explanation.truncated) node.append(element("p", { class: "note" }, w("truncated")));
  return node;
}
