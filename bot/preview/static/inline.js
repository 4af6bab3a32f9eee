// Inline mode: what is typed after the bot's name brings a list of results to choose from.

import { byId, element, languageOf, startsRightToLeft } from "./dom.js";
import { t } from "./words.js";

const WAIT_MS = 300;
const list = byId("results");
let query = null; // id of the question whose results are shown
let timer = 0;
let asked = null; // text that was asked last

// `how` gives: username(), ask(text) -> {id, results?}, choose(query, result), start(parameter), fail(error).
export function watchInline(box, how) {
  const early = new Map();

  async function look() {
    const found = box.value.match(new RegExp(`^@${how.username()}\\s(.*)$`, "is"));
    if (!found) return hideResults();
    if (found[1].trim() === asked) return;
    asked = found[1].trim();
    const answer = await how.ask(asked);
    query = answer.id;
    if (answer.results) show(answer);
    else if (early.has(answer.id)) show(early.get(answer.id));
    early.clear();
  }

  function show(answer) {
    const items = answer.results.map((result) => option(result.title, result.description, () => how.choose(query, result.id)));
    if (answer.button) items.unshift(option(answer.button.text, "", () => how.start(answer.button.start_parameter)));
    list.replaceChildren(...(items.length ? items : [element("p", {}, t("results_none"))]));
    list.hidden = false;
    list.scrollTop = 0;
    byId("results-status").textContent = t("results_count", { count: answer.results.length });
  }

  list.addEventListener("keydown", (event) => walk(event, box));
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => look().catch(how.fail), WAIT_MS); });
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "Escape") hideResults();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); [...list.querySelectorAll("button")].at(event.key === "ArrowUp" ? -1 : 0)?.focus(); }
  });
  return { arrived: (event) => { if (event.id === query) show(event); else early.set(event.id, event); } };
}

export function hideResults() {
  clearTimeout(timer);
  query = asked = null;
  list.hidden = true;
  byId("results-status").textContent = "";
}

function option(title, description, choose) {
  const dir = startsRightToLeft(title) ? "rtl" : "ltr";
  const lines = [element("b", {}, title)];
  if (description) lines.push(element("span", { dir: "auto" }, description));
  return element("button", { type: "button", dir, lang: languageOf(title), on: { click: choose } }, ...lines);
}

function walk(event, box) {
  const items = [...list.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape") { hideResults(); box.focus(); }
  else if (to !== undefined && items.length) { event.preventDefault(); items.at(to % items.length).focus(); }
}
