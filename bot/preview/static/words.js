// The page's own words, in the language of the person who is acted.

let words = {};

export const t = (key, values = {}) =>
  (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? isolated(values[name]) : whole));

// Inside a text from right to left a name such as @bot would lose its @ to the other side.
const isolated = (value) => (document.documentElement.dir === "rtl" ? `\u2068${value}\u2069` : value);

// Fetch the words of a language and write them wherever an element names one: data-t for its text, data-t-label for the
// name that a screen reader says (and the tip that a mouse shows), data-t-hint for the placeholder.
export async function speak(tag) {
  const answer = await fetch(`/api/words?language=${encodeURIComponent(tag)}`);
  if (!answer.ok) return;
  const found = await answer.json();
  words = found.words;
  document.documentElement.lang = found.locale.replaceAll("_", "-");
  document.documentElement.dir = found.direction;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-hint]")) node.placeholder = t(node.dataset.tHint);
  for (const node of document.querySelectorAll("[data-t-label]")) {
    node.setAttribute("aria-label", t(node.dataset.tLabel));
    if (node.matches("button")) node.title = t(node.dataset.tLabel);
  }
}
