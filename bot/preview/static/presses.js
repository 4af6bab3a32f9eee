// What a button under a message does, and what the bot answers to it.

import { byId, say } from "./dom.js";
import { t } from "./words.js";

const CALLBACK_MS = 15000;

// `how` gives: send(message, data) -> {id}, fill(text), mention(), leave() to the chat without the bot, follow(url).
export function watchPresses(how) {
  const waiting = new Map(); // id of a press -> its button
  const early = new Set(); // answered presses whose id is not known yet

  async function press(message, button, node) {
    if (button.copy_text) {
      await navigator.clipboard.writeText(button.copy_text.text);
      return say(t("copied"));
    }
    if (button.switch_inline_query_current_chat !== undefined) return how.fill(`${how.mention()} ${button.switch_inline_query_current_chat}`);
    if (button.switch_inline_query !== undefined) {
      how.leave();
      return how.fill(`${how.mention()} ${button.switch_inline_query}`);
    }
    if (button.callback_data === undefined) return say(t("needs_app"));
    if (node.getAttribute("aria-busy") === "true") return;
    node.setAttribute("aria-busy", "true");
    try {
      const { id } = await how.send(message, button.callback_data);
      if (early.delete(id)) return node.removeAttribute("aria-busy");
      waiting.set(id, node);
      setTimeout(() => { waiting.get(id)?.removeAttribute("aria-busy"); waiting.delete(id); }, CALLBACK_MS);
    } catch (error) {
      node.removeAttribute("aria-busy");
      throw error;
    }
  }

  function answered(answer) {
    const node = waiting.get(answer.id);
    if (node) node.removeAttribute("aria-busy");
    else early.add(answer.id);
    waiting.delete(answer.id);
    if (answer.show_alert && answer.text) {
      byId("alert-text").textContent = answer.text;
      byId("alert").showModal();
    } else if (answer.text) say(answer.text);
    if (answer.url) how.follow(answer.url);
  }

  return { press, answered };
}
