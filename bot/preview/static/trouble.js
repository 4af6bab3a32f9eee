// The panel that lets the bot's calls fail, and the line that says so for as long as it is on.

import { byId } from "./dom.js";
import { t } from "./words.js";

let current = null;

export function setUpTrouble(send) {
  const panel = byId("trouble-panel");
  const kind = byId("trouble-kind");
  byId("trouble").addEventListener("click", () => { suit(); panel.showModal(); });
  kind.addEventListener("change", () => { suit(true); });
  byId("trouble-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const times = byId("trouble-times").value;
    send({ kind: kind.value, amount: Number(byId("trouble-amount").value) || 1, ...(times ? { times: Number(times) } : {}) });
    panel.close();
  });
  byId("trouble-close").addEventListener("click", () => panel.close());
  byId("trouble-off").addEventListener("click", () => send({}));
}

// The field for the size of a fault shows only where the fault has one.
function suit(fresh = false) {
  const kind = byId("trouble-kind").value;
  byId("trouble-amount-field").hidden = !["busy", "slow"].includes(kind);
  byId("trouble-amount-name").textContent = t(kind === "slow" ? "trouble_milliseconds" : "trouble_seconds");
  byId("trouble-amount").max = kind === "slow" ? 20000 : 60;
  if (fresh) byId("trouble-amount").value = kind === "slow" ? 2000 : 3;
}

export function showTrouble(trouble = current) {
  current = trouble;
  byId("trouble-line").hidden = !trouble;
  byId("trouble").setAttribute("aria-pressed", String(Boolean(trouble)));
  if (!trouble) return void (byId("trouble-text").textContent = "");
  const values = { kind: t(`trouble_${trouble.kind}`), met: trouble.met, left: trouble.left };
  byId("trouble-text").textContent = t(trouble.left === null ? "trouble_open" : "trouble_left", values);
}
