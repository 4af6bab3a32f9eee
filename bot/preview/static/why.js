// The drawer that says in plain words why an answer is what it is.

import { byId, element, tagOf } from "./dom.js";

const wide = window.matchMedia("(min-width: 62rem)");
const percent = (value) => {
  if (value >= 0.995 && value < 1) return "over 99%";
  if (value > 0 && value < 0.001) return "under 0.1%";
  const shown = Math.round(value * 1000) / 10;
  return `${shown >= 10 || Number.isInteger(shown) ? Math.round(shown) : shown}%`;
};
const REASONS = {
  chosen: "because you chose this language with /language",
  question: "because the question is surely written in it",
  client: "because your application is set to it",
  default: "because nothing else was known; it is the bot’s default",
  request: "because it was asked for",
};

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
  if (count > 1) node.append(element("h3", {}, `Question ${index + 1} of ${count}`));
  node.append(verdict(part), matches(part), reading(part));
  return node;
}

function verdict(part) {
  const { kind } = part.decision;
  const [title, reason] = { answer: answered, clarify: clarified, abstain: abstained }[kind](part);
  const node = element("div", { class: `verdict ${kind}` }, element("strong", {}, title), element("p", {}, reason));
  if (part.follow_up) {
    node.append(element("p", { class: "note" }, `The question was read as a follow-up (“${part.follow_up}”) to the answer before it.`));
  }
  return node;
}

function answered(part) {
  const chance = part.decision.probability;
  if (chance >= part.bounds.answer) {
    return ["It answered", `The best match is ${percent(chance)} likely to be what was asked. From ${percent(part.bounds.answer)} on, the bot answers.`];
  }
  return ["It answered", `The answer follows from the conversation; the match alone is ${percent(chance)} likely.`];
}

function clarified(part) {
  const best = part.matches[0].probability;
  const doubt = best >= part.bounds.answer
    ? "This entry needs more certainty than others before it is given as the answer."
    : `No match reaches the ${percent(part.bounds.answer)} needed to answer at once.`;
  return ["It asked back", `${doubt} ${fits(part)} so the ${part.decision.entries.length} nearest were offered.`];
}

function abstained(part) {
  if (part.decision.reason === "empty") return ["It asked for words", "There was nothing to compare: no letters or digits."];
  if (part.decision.reason === "unknown-language") return ["It did not answer", "The question is in a language that the bot has no texts for."];
  return ["It said that it does not know", `No match reaches the ${percent(part.bounds.answer)} needed to answer. ${fits(part)} so nothing was claimed.`];
}

function fits(part) {
  const { answerable, bounds } = part;
  const side = answerable >= bounds.clarify ? "and choices are offered from" : "but choices are offered only from";
  return `That any known question fits is ${percent(answerable)} likely, ${side} ${percent(bounds.clarify)} on,`;
}

function matches(part) {
  const node = element("div", {}, element("h3", {}, "Nearest known questions"));
  if (!part.matches.length) return node.append(element("p", { class: "note" }, "None at all.")), node;
  node.append(element("ol", { class: "matches" }, ...part.matches.map((match) => matchRow(match, part.bounds))));
  node.append(element("p", { class: "note" }, `The mark on each bar: the ${percent(part.bounds.answer)} needed to answer.`));
  return node;
}

function matchRow(match, bounds) {
  const bar = element("i");
  bar.style.inlineSize = `${Math.max(match.probability * 100, 1)}%`;
  const gauge = element("div", { class: "gauge", "aria-hidden": "true" }, bar, mark(bounds.answer));
  const phrasing = element("span", { class: "phrasing", dir: match.direction, lang: tagOf(match.locale) }, match.phrasing);
  const head = element("div", { class: "match-head" }, phrasing, element("span", { class: "chance" }, percent(match.probability)));
  return element("li", { class: match.probability >= bounds.answer ? "match sure" : "match" }, head, gauge, element("small", {}, `${match.entry_id} · ${match.language}`));
}

function mark(value) {
  const node = element("b");
  node.style.insetInlineStart = `calc(${Math.min(value, 1) * 100}% - 1px)`;
  return node;
}

function reading(part) {
  const node = element("div", {}, element("h3", {}, "How the question was read"));
  node.append(said("As written", part.text), said("As compared", part.folded || "nothing"));
  if (part.read_as) node.append(said("Taken for other letters", part.read_as));
  wordList(node, "Known words", part.known, "");
  wordList(node, "Taken as misspelt", part.repaired.map((pair) => `${pair.typed} → ${pair.taken_for}`), "");
  wordList(node, "Words that no known question holds", part.unknown, "unknown");
  if (part.language) {
    const sure = part.language_sure ? "surely" : "perhaps";
    node.append(element("p", { class: "note" }, `Its language is ${sure} ${part.language}, judging by the known questions.`));
  }
  return node;
}

function said(label, text) {
  return element("p", { class: "said", dir: "auto" }, element("small", { dir: "ltr" }, label), text);
}

function wordList(parent, label, words, kind) {
  if (!words.length) return;
  const items = words.map((word) => element("li", { dir: "auto" }, word));
  parent.append(element("h4", {}, label), element("ul", { class: `words ${kind}` }, ...items));
}

function language(explanation) {
  const { name, own_name: own, reason, unavailable } = explanation.locale;
  const shown = own && own !== name ? `${name} (${own})` : name;
  const node = element("div", {}, element("h3", {}, "Language of the reply"), element("p", {}, `${shown}, ${REASONS[reason]}.`));
  if (unavailable) node.append(element("p", { class: "note" }, `The question seems to be in ${unavailable}, which the bot cannot answer in.`));
  node.append(element("p", { class: "note" }, `Version of the knowledge: ${explanation.revision}`));
  if (explanation.truncated) node.append(element("p", { class: "note" }, "The message was very long; only its beginning was read."));
  return node;
}
