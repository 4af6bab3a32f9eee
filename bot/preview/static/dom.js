// Small pieces of page. Nothing here or elsewhere parses HTML: every text goes in as text.

export const byId = (id) => document.getElementById(id);

export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") node.className = value;
    else if (key === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

export const startsRightToLeft = (text) => /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(text);

// The language of a text as far as its letters show it, so that the right font and voice are chosen.
export function languageOf(text) {
  const count = (pattern) => (text.match(pattern) || []).length;
  const scripts = [
    ["ja", count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu) * 3],
    ["zh-Hans", count(/\p{Script=Han}/gu) * 2],
    ["ar", count(/\p{Script=Arabic}/gu)],
    ["ru", count(/\p{Script=Cyrillic}/gu)],
    ["hi", count(/\p{Script=Devanagari}/gu)],
    [null, count(/\p{Script=Latin}/gu)],
  ];
  scripts.sort((one, other) => other[1] - one[1]);
  return scripts[0][1] > 0 ? scripts[0][0] : null;
}

export const tagOf = (locale) => locale.replaceAll("_", "-");

// Show a line that goes by itself.
export function say(text) {
  const toast = byId("toast");
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { toast.classList.remove("shown"); toast.textContent = ""; }, 4000);
}
