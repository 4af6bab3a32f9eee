// The box to write in: a new message, an answer to one, or another text for an own one.

import { byId } from "./dom.js";
import { hideResults } from "./inline.js";
import { t } from "./words.js";

export const box = byId("composer-text");

let editing = null; // id of the own message being edited
let replying = null; // id of the message being answered

export function startEditing(message) {
  clearComposer();
  editing = message.message_id;
  byId("editing-text").textContent = t("editing");
  byId("editing").hidden = false;
  fill(message.text);
}

export function startReplying(message, placeholder) {
  clearComposer();
  replying = message.message_id;
  byId("editing-text").textContent = t("replying", { text: (message.text ?? t("not_text")).slice(0, 60) });
  byId("editing").hidden = false;
  box.placeholder = placeholder || t("ask");
  box.focus();
}

export function clearComposer() {
  editing = replying = null;
  box.value = "";
  box.placeholder = t("ask");
  byId("editing").hidden = true;
  hideResults();
  grow();
}

export function fill(text) {
  box.value = text;
  box.focus();
  box.setSelectionRange(text.length, text.length);
  box.dispatchEvent(new Event("input"));
}

// Send what is written; `hand` takes the kind of action and its content.
async function send(hand) {
  const text = box.value.trim();
  if (!text) return;
  const answered = replying === null ? {} : { reply_to: replying };
  const [path, content] = editing === null ? ["messages", { text, ...answered }] : ["edits", { text, message_id: editing }];
  clearComposer();
  box.focus();
  try {
    await hand(path, content);
  } catch (error) {
    box.value = text;
    throw error;
  }
}

function grow() {
  box.style.blockSize = "auto";
  box.style.blockSize = `${Math.min(box.scrollHeight + 2, 144)}px`;
}

export function setUpComposer(hand, attempt) {
  byId("composer").addEventListener("submit", (event) => { event.preventDefault(); attempt(send(hand)); });
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); attempt(send(hand)); }
    else if (event.key === "Escape" && (editing ?? replying) !== null) clearComposer();
  });
  byId("editing-stop").addEventListener("click", () => { clearComposer(); box.focus(); });
}
