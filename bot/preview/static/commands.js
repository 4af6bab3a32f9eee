// The menu of the bot's commands.

import { byId, element, startsRightToLeft } from "./dom.js";
import { t } from "./words.js";

export function showCommands(commands, choose) {
  const items = commands.map((item) => {
    const dir = startsRightToLeft(item.description) ? "rtl" : "ltr";
    const node = element("button", { type: "button", role: "menuitem", tabindex: "-1", dir }, element("b", {}, `/${item.command}`), element("span", { dir: "auto" }, item.description));
    node.addEventListener("click", () => { toggleCommands(false); choose(`/${item.command}`); });
    return node;
  });
  byId("commands-list").replaceChildren(...(items.length ? items : [element("p", {}, t("commands_none"))]));
}

function toggleCommands(open) {
  const list = byId("commands-list");
  list.hidden = !open;
  byId("commands").setAttribute("aria-expanded", String(open));
  if (open) list.querySelector("[role=menuitem]")?.focus();
}

function walk(event) {
  const items = [...byId("commands-list").querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape") { toggleCommands(false); byId("commands").focus(); }
  else if (event.key === "Tab") toggleCommands(false);
  else if (to !== undefined && items.length) { event.preventDefault(); items.at(to % items.length).focus(); }
}

export function setUpCommands() {
  byId("commands").addEventListener("click", () => toggleCommands(byId("commands-list").hidden));
  byId("commands-list").addEventListener("keydown", walk);
  document.addEventListener("click", (event) => { if (!event.target.closest(".menu-holder")) toggleCommands(false); });
}
