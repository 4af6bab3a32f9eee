// Light or dark: what the system prefers, until the button says otherwise.

import { byId } from "./dom.js";

const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");

function showTheme() {
  const chosen = localStorage.getItem("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
  const dark = chosen ? chosen === "dark" : darkSystem.matches;
  byId("theme").setAttribute("aria-pressed", String(dark));
}

function toggleTheme() {
  const dark = byId("theme").getAttribute("aria-pressed") === "true";
  localStorage.setItem("theme", dark ? "light" : "dark");
  showTheme();
}

export function setUpTheme() {
  byId("theme").addEventListener("click", toggleTheme);
  darkSystem.addEventListener("change", showTheme);
  showTheme();
}
