// The list of languages that a person's application can be set to.

import { byId, element } from "./dom.js";
import { t } from "./words.js";

export async function loadLanguages() {
  const { bot, others } = await (await fetch("/api/languages")).json();
  const option = ({ tag, name, english }) => element("option", { value: tag, lang: tag }, name === english ? name : `${name} – ${english}`);
  const select = byId("language");
  byId("languages-bot").replaceChildren(...bot.map(option));
  byId("languages-other").prepend(...others.map(option));
  const own = navigator.language.toLowerCase();
  const nearest = bot.find(({ tag }) => own === tag) ?? bot.find(({ tag }) => own.split("-")[0] === tag.split("-")[0]);
  if (nearest) select.value = nearest.tag;
}

export function setLanguage(tag) {
  const select = byId("language");
  if (![...select.options].some((option) => option.value === tag)) select.append(element("option", { value: tag }, tag));
  select.value = tag;
  for (const group of select.querySelectorAll("optgroup")) group.label = t(group.dataset.tGroup);
}
