// The page: one conversation, kept by the server and followed by server-sent events.

import { byId, element, startsRightToLeft } from "./dom.js";
import { renderMessage } from "./messages.js";
import { openWhy, closeWhy, setUpWhy } from "./why.js";

const TYPING_MS = 5500;
const CALLBACK_MS = 15000;
const log = byId("log");
const box = byId("composer-text");

let chat = null; // id of the conversation
let botName = "Alliance Bot";
let events = null;
let editing = null; // id of the own message being edited
let explaining = null; // id of the answer that the drawer explains
let typingTimer = 0;
let following = true; // whether the newest message is kept in view
const messages = new Map(); // id -> message
const presses = new Map(); // id of a press -> its button
const early = new Map(); // answers to presses whose id is not known yet

// --- server ---------------------------------------------------------------------------------------

async function post(path, content) {
  const answer = await fetch(`/api/conversations${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

const attempt = (work) => work.catch((error) => say(`That did not work: ${error.message}`));

async function begin(fresh) {
  const known = fresh ? null : sessionStorage.getItem("conversation");
  if (known && (await fetch(`/api/conversations/${known}`)).ok) chat = Number(known);
  else chat = (await post("", { language: byId("language").value })).chat_id;
  sessionStorage.setItem("conversation", chat);
  follow();
}

function follow() {
  events?.close();
  events = new EventSource(`/api/conversations/${chat}/events`);
  events.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  events.addEventListener("open", () => setStatus("Local preview"));
  events.addEventListener("error", () => {
    setStatus("Reconnecting…");
    if (events.readyState === EventSource.CLOSED) setTimeout(() => begin(false).catch(follow), 1500);
  });
}

function receive(event) {
  switch (event.type) {
    case "state": return showState(event);
    case "message": return showMessage(event.message);
    case "edit": return changeMessage(event.message);
    case "delete": return removeMessage(event.message_id);
    case "action": return showTyping(event.action !== "cancel");
    case "callback": return answerPress(event);
    case "explained": return changeMessage({ ...messages.get(event.message_id), explained: true, locale: event.locale });
    case "profile": return refreshProfile();
  }
}

// --- what is shown --------------------------------------------------------------------------------

function showState(state) {
  log.setAttribute("aria-busy", "true");
  messages.clear();
  log.replaceChildren();
  showProfile(state);
  setLanguage(state.language ?? "");
  for (const message of state.messages) append(message);
  showTyping(state.typing);
  log.scrollTop = log.scrollHeight;
  log.setAttribute("aria-busy", "false");
  showWelcome();
}

function showProfile(profile) {
  botName = profile.name;
  byId("bot-name").textContent = profile.name;
  byId("welcome-title").textContent = profile.name;
  byId("welcome-text").textContent = profile.description || "Ask about the World Digital Education Alliance in your own words. Everything stays on this machine.";
  byId("typing-text").textContent = `${profile.name} is typing…`;
  document.title = `${profile.name} – preview`;
  showCommands(profile.commands);
}

function showMessage(message) {
  if (messages.has(message.message_id)) return changeMessage(message);
  append(message);
  if (!message.own) showTyping(false);
  if (message.own || following) reveal(log.lastElementChild);
  else byId("newer").hidden = false;
  showWelcome();
  if (!message.own && byId("why").open && message.explained) explain(message);
}

function append(message) {
  messages.set(message.message_id, message);
  log.append(renderMessage(message, act, botName));
}

function changeMessage(message) {
  const old = log.querySelector(`[data-id="${message.message_id}"]`);
  if (!old) return;
  const focused = old.contains(document.activeElement) ? [...old.querySelectorAll("button, a")].indexOf(document.activeElement) : -1;
  messages.set(message.message_id, message);
  const node = renderMessage(message, act, botName);
  node.classList.toggle("chosen", message.message_id === explaining);
  node.style.animation = "none";
  old.replaceWith(node);
  if (focused >= 0) [...node.querySelectorAll("button, a")].at(Math.min(focused, node.querySelectorAll("button, a").length - 1))?.focus();
  if (following && node === log.lastElementChild) reveal(node);
  if (byId("why").open && message.explained && message.message_id === explaining) explain(message);
}

function removeMessage(id) {
  messages.delete(id);
  log.querySelector(`[data-id="${id}"]`)?.remove();
  showWelcome();
}

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;

// The end of the conversation, or the beginning of a message that is taller than the view.
function reveal(node) {
  log.scrollTop = log.scrollHeight;
  if (node.offsetHeight > log.clientHeight) node.scrollIntoView({ block: "start" });
  following = true;
}

function showWelcome() {
  byId("welcome").hidden = messages.size > 0;
}

function showTyping(on) {
  clearTimeout(typingTimer);
  byId("typing").hidden = !on;
  if (on && following) log.scrollTop = log.scrollHeight;
  if (on) typingTimer = setTimeout(() => showTyping(false), TYPING_MS);
}

function setStatus(text) {
  byId("status").textContent = text;
}

function say(text) {
  const toast = byId("toast");
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { toast.classList.remove("shown"); toast.textContent = ""; }, 4000);
}

// --- what the person does -------------------------------------------------------------------------

const act = {
  command: (text) => attempt(post(`/${chat}/messages`, { text })),
  press: (message, button, node) => attempt(press(message, button, node)),
  explain: (message) => explain(messages.get(message.message_id)),
  edit: (message) => startEditing(message),
};

async function press(message, button, node) {
  if (button.copy_text) {
    await navigator.clipboard.writeText(button.copy_text.text);
    return say("Copied");
  }
  if (button.callback_data === undefined) return say("This button needs the real application.");
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  try {
    const { id } = await post(`/${chat}/presses`, { message_id: message.message_id, data: button.callback_data });
    if (early.has(id)) return node.removeAttribute("aria-busy"), early.delete(id);
    presses.set(id, node);
    setTimeout(() => { presses.get(id)?.removeAttribute("aria-busy"); presses.delete(id); }, CALLBACK_MS);
  } catch (error) {
    node.removeAttribute("aria-busy");
    throw error;
  }
}

function answerPress(answer) {
  const node = presses.get(answer.id);
  if (node) node.removeAttribute("aria-busy");
  else early.set(answer.id, true);
  presses.delete(answer.id);
  if (answer.show_alert && answer.text) {
    byId("alert-text").textContent = answer.text;
    byId("alert").showModal();
  } else if (answer.text) say(answer.text);
}

async function explain(message) {
  const answer = await fetch(`/api/conversations/${chat}/explanations/${message.message_id}`);
  if (!answer.ok) return say("There is no explanation for this message.");
  markChosen(message.message_id);
  const from = log.querySelector(`[data-id="${message.message_id}"] .meta .quiet`);
  openWhy(await answer.json(), from);
  from?.closest(".message").scrollIntoView({ block: "nearest" });
}

function markChosen(id) {
  explaining = id;
  for (const node of log.querySelectorAll(".message")) node.classList.toggle("chosen", Number(node.dataset.id) === id);
}

function startEditing(message) {
  editing = message.message_id;
  box.value = messages.get(editing).text;
  byId("editing").hidden = false;
  grow();
  box.focus();
}

function stopEditing() {
  editing = null;
  box.value = "";
  byId("editing").hidden = true;
  grow();
}

async function send() {
  const text = box.value.trim();
  if (!text) return;
  const [path, content] = editing === null ? ["messages", { text }] : ["edits", { text, message_id: editing }];
  stopEditing();
  box.focus();
  try {
    await post(`/${chat}/${path}`, content);
  } catch (error) {
    box.value = text;
    throw error;
  }
}

function grow() {
  box.style.blockSize = "auto";
  box.style.blockSize = `${Math.min(box.scrollHeight + 2, 144)}px`;
}

// --- commands -------------------------------------------------------------------------------------

function showCommands(commands) {
  const list = byId("commands-list");
  const items = commands.map((item) => {
    const dir = startsRightToLeft(item.description) ? "rtl" : "ltr";
    const node = element("button", { type: "button", role: "menuitem", tabindex: "-1", dir }, element("b", {}, `/${item.command}`), element("span", { dir: "auto" }, item.description));
    node.addEventListener("click", () => { toggleCommands(false); act.command(`/${item.command}`); box.focus(); });
    return node;
  });
  list.replaceChildren(...(items.length ? items : [element("p", {}, "The bot has not set any commands yet.")]));
}

function toggleCommands(open) {
  const list = byId("commands-list");
  list.hidden = !open;
  byId("commands").setAttribute("aria-expanded", String(open));
  if (open) list.querySelector("[role=menuitem]")?.focus();
}

function walkCommands(event) {
  const items = [...byId("commands-list").querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape") { toggleCommands(false); byId("commands").focus(); }
  else if (event.key === "Tab") toggleCommands(false);
  else if (to !== undefined && items.length) { event.preventDefault(); items.at(to % items.length).focus(); }
}

// --- language and theme ---------------------------------------------------------------------------

async function loadLanguages() {
  const { bot, others } = await (await fetch("/api/languages")).json();
  const option = ({ tag, name, english }) => element("option", { value: tag, lang: tag }, name === english ? name : `${name} – ${english}`);
  byId("language").replaceChildren(
    element("optgroup", { label: "The bot answers in" }, ...bot.map(option)),
    element("optgroup", { label: "Other languages" }, ...others.map(option), element("option", { value: "" }, "Not sent")),
  );
}

function setLanguage(tag) {
  const select = byId("language");
  if (![...select.options].some((option) => option.value === tag)) select.append(element("option", { value: tag }, tag));
  select.value = tag;
}

async function changeLanguage() {
  showProfile(await post(`/${chat}/language`, { language: byId("language").value }));
}

async function refreshProfile() {
  const answer = await fetch(`/api/conversations/${chat}`);
  if (answer.ok) showProfile(await answer.json());
}

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

// --- wiring ---------------------------------------------------------------------------------------

byId("composer").addEventListener("submit", (event) => { event.preventDefault(); attempt(send()); });
box.addEventListener("input", grow);
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); attempt(send()); }
  else if (event.key === "Escape" && editing !== null) stopEditing();
});
byId("editing-stop").addEventListener("click", () => { stopEditing(); box.focus(); });
byId("start").addEventListener("click", () => { act.command("/start"); box.focus(); });
byId("restart").addEventListener("click", () => { if (byId("why").open) closeWhy(); stopEditing(); attempt(begin(true)); box.focus(); });
byId("commands").addEventListener("click", () => toggleCommands(byId("commands-list").hidden));
byId("commands-list").addEventListener("keydown", walkCommands);
document.addEventListener("click", (event) => { if (!event.target.closest(".menu-holder")) toggleCommands(false); });
byId("language").addEventListener("change", () => attempt(changeLanguage()));
byId("theme").addEventListener("click", toggleTheme);
darkSystem.addEventListener("change", showTheme);
log.addEventListener("scroll", () => { following = atEnd(); if (following) byId("newer").hidden = true; });
byId("newer").addEventListener("click", () => { reveal(log.lastElementChild); byId("newer").hidden = true; box.focus(); });
new ResizeObserver(() => { if (following) log.scrollTop = log.scrollHeight; }).observe(log);
setUpWhy(() => markChosen(null));
showTheme();
await loadLanguages();
await begin(false);
