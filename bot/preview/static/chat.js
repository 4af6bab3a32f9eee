// The page: two people and their chats, kept by the server and followed by server-sent events.

import { setUpCommands, showCommands } from "./commands.js";
import { box, clearComposer, fill, setUpComposer, startEditing, startReplying } from "./composer.js";
import { byId, element, say } from "./dom.js";
import { watchInline } from "./inline.js";
import { loadLanguages, setLanguage } from "./languages.js";
import { botLink, setUpLinks } from "./links.js";
import { renderMessage } from "./messages.js";
import { watchPresses } from "./presses.js";
import { exists, explanation, post } from "./server.js";
import { setUpTheme } from "./theme.js";
import { setUpTrouble, showTrouble } from "./trouble.js";
import { openWhy, closeWhy, setUpWhy } from "./why.js";
import { speak, t } from "./words.js";

const TYPING_MS = 5500;
const log = byId("log");

let scene = null; // id of what the server keeps for this page
let world = null; // bot, people, chats and messages by chat, as the server told
const here = { chat: null, person: null, thread: null }; // what is looked at, and as whom
let events = null;
let explaining = null; // id of the answer that the drawer explains
let typingTimer = 0;
let following = true; // whether the newest message is kept in view
const messages = new Map(); // id -> message, of the chat that is looked at

const attempt = (work) => work.catch(failed);
const failed = (error) => say(t("failed", { reason: error.message }));
const person = () => world.people.find((one) => one.id === here.person);
const chat = () => world.chats.find((one) => one.id === here.chat);
const mention = () => `@${world.bot.username}`;
const act_as = (path, content) => post(`/${scene}/${path}`, { person: here.person, chat: here.chat, ...content });
const inTopic = (message) => chat().kind !== "group" || (message.message_thread_id ?? null) === here.thread;

// --- server ---------------------------------------------------------------------------------------

async function begin(fresh) {
  const known = fresh ? null : sessionStorage.getItem("conversation");
  if (known && await exists(known)) scene = Number(known);
  else scene = (await post("", { language: byId("language").value })).id;
  if (fresh) Object.assign(here, { chat: null, person: null, thread: null });
  sessionStorage.setItem("conversation", scene);
  follow();
}

function follow() {
  events?.close();
  events = new EventSource(`/api/conversations/${scene}/events`);
  events.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  events.addEventListener("error", () => {
    byId("status").textContent = t("reconnecting");
    if (events.readyState === EventSource.CLOSED) setTimeout(() => begin(false).catch(follow), 1500);
  });
}

function receive(event) {
  switch (event.type) {
    case "state": return attempt(showState(event));
    case "profile": world.people = event.people; return showProfile();
    case "trouble": return showTrouble(event.trouble);
    case "inline": return inline.arrived(event);
    case "callback": return presses.answered(event);
    case "explained": return explained(event);
    case "force_reply": return event.chat === here.chat && startReplying(messages.get(event.message_id), event.placeholder);
    case "action": return event.chat === here.chat && showTyping(event.action !== "cancel");
    case "delete": return removeMessage(event);
    case "message": case "edit": return takeMessage(event.chat, event.message);
  }
}

function takeMessage(where, message) {
  const kept = world.messages[where];
  const at = kept.findIndex((one) => one.message_id === message.message_id);
  if (at >= 0) kept[at] = message;
  else kept.push(message);
  if (where !== here.chat || !inTopic(message)) return markNew(where);
  if (messages.has(message.message_id)) return changeMessage(message);
  append(message);
  if (message.from.is_bot) showTyping(false);
  if (message.from.id === here.person || following) reveal(log.lastElementChild);
  else byId("newer").hidden = false;
  showWelcome();
  if (byId("why").open && message.explained) explain(message);
}

function explained(event) {
  const message = world.messages[event.chat].find((one) => one.message_id === event.message_id);
  if (message) takeMessage(event.chat, { ...message, explained: true, locale: event.locale });
}

// --- what is shown --------------------------------------------------------------------------------

async function showState(state) {
  world = state;
  here.person ??= world.people[0].id;
  here.chat ??= world.people[0].id;
  await speak(person().language ?? navigator.language);
  byId("status").textContent = t("connected");
  showPlaces();
  showChat();
  showTrouble(state.trouble);
}

function showChat() {
  log.setAttribute("aria-busy", "true");
  messages.clear();
  log.replaceChildren();
  showProfile();
  for (const message of world.messages[here.chat].filter(inTopic)) append(message);
  showTyping(chat().typing);
  log.scrollTop = log.scrollHeight;
  log.setAttribute("aria-busy", "false");
  byId("newer").hidden = true;
  showWelcome();
}

function showProfile() {
  const { profile, language, commands, group_commands: others } = person();
  const { kind, title } = chat();
  setLanguage(language ?? "");
  byId("bot-name").textContent = kind === "private" ? profile.name : title;
  byId("welcome-title").textContent = kind === "private" ? profile.name : title;
  const welcome = { private: profile.description || t("welcome"), group: t("welcome_group", { mention: mention() }), outside: t("welcome_outside", { mention: mention() }) };
  byId("welcome-text").textContent = welcome[kind];
  byId("start").hidden = kind !== "private";
  byId("typing-text").textContent = t("typing", { name: profile.name });
  document.title = t("title", { name: profile.name });
  const suffix = kind === "private" ? "" : mention();
  showCommands(kind === "private" ? commands : others, (text) => { act.command(text + suffix); box.focus(); });
}

function showPlaces() {
  const option = (value, text, chosen) => element("option", { value, selected: chosen }, text);
  const kinds = [["private", here.person], ...world.chats.filter((one) => one.kind !== "private").map((one) => [one.kind, one.id])];
  byId("where").replaceChildren(...kinds.map(([kind, id]) => option(id, t(`chat_${kind}`), id === here.chat)));
  const named = (one) => (chat().kind === "group" && one.leads ? t("admin", { name: one.name }) : one.name);
  byId("who").replaceChildren(...world.people.map((one) => option(one.id, named(one), one.id === here.person)));
  byId("topic-field").hidden = !chat().topics.length;
  byId("topic").replaceChildren(option("", t("topic_general"), here.thread === null), ...chat().topics.map((topic) => option(topic.id, topic.name, topic.id === here.thread)));
}

// Go to another chat or topic, or become the other person; a private chat is that of whoever looks at it.
function go(to) {
  const private_ = chat().kind === "private";
  if (to.person && private_) to = { chat: to.person, ...to };
  Object.assign(here, to.chat && to.chat !== here.chat ? { thread: null } : {}, to);
  clearComposer();
  if (byId("why").open) closeWhy();
  showPlaces();
  showChat();
}

function markNew(where) {
  const option = byId("where").querySelector(`[value="${where}"]`);
  if (option && where !== here.chat && !option.textContent.startsWith("• ")) option.textContent = `• ${option.textContent}`;
}

function append(message) {
  messages.set(message.message_id, message);
  log.append(renderMessage(message, act, here.person));
}

function changeMessage(message) {
  const old = log.querySelector(`[data-id="${message.message_id}"]`);
  if (!old) return;
  const focused = old.contains(document.activeElement) ? [...old.querySelectorAll("button, a")].indexOf(document.activeElement) : -1;
  messages.set(message.message_id, message);
  const node = renderMessage(message, act, here.person);
  node.classList.toggle("chosen", message.message_id === explaining);
  node.style.animation = "none";
  old.replaceWith(node);
  if (focused >= 0) [...node.querySelectorAll("button, a")].at(Math.min(focused, node.querySelectorAll("button, a").length - 1))?.focus();
  if (following && node === log.lastElementChild) reveal(node);
  if (byId("why").open && message.explained && message.message_id === explaining) explain(message);
}

function removeMessage(event) {
  world.messages[event.chat] = world.messages[event.chat].filter((one) => one.message_id !== event.message_id);
  if (event.chat !== here.chat) return;
  messages.delete(event.message_id);
  log.querySelector(`[data-id="${event.message_id}"]`)?.remove();
  showWelcome();
}

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;

// The end of the conversation, or the beginning of a message that is taller than the view.
function reveal(node) {
  log.scrollTop = log.scrollHeight;
  if (node.offsetHeight > log.clientHeight) node.scrollIntoView({ block: "start" });
  following = true;
}

const showWelcome = () => { byId("welcome").hidden = messages.size > 0; };

function showTyping(on) {
  clearTimeout(typingTimer);
  byId("typing").hidden = !on;
  if (on && following) log.scrollTop = log.scrollHeight;
  if (on) typingTimer = setTimeout(() => showTyping(false), TYPING_MS);
}

// --- what the person does -------------------------------------------------------------------------

const act = {
  command: (text) => attempt(act_as("messages", { text, thread: here.thread })),
  press: (message, button, node) => attempt(presses.press(message, button, node)),
  explain: (message) => explain(messages.get(message.message_id)),
  edit: (message) => startEditing(messages.get(message.message_id)),
  reply: (message) => startReplying(message),
  visit: (url, event) => { if (followed(url)) event.preventDefault(); },
};

const inline = watchInline(box, {
  username: () => world.bot.username,
  ask: (text) => act_as("queries", { text }),
  choose: (query, result) => { const thread = here.thread; clearComposer(); box.focus(); attempt(act_as("results", { query, result, thread })); },
  start: (parameter) => openBotLink({ start: parameter }),
  fail: failed,
});

const presses = watchPresses({
  send: (message, data) => act_as("presses", { message_id: message.message_id, data }),
  fill,
  mention,
  leave: () => go({ chat: world.chats.find((one) => one.kind === "outside").id }),
  follow: followed,
});

// Open an address that leads to the bot; says whether it does.
function followed(url) {
  const link = botLink(url, world.bot.username);
  if (link) openBotLink(link);
  return Boolean(link);
}

function openBotLink(link) {
  if (link.share !== undefined) { fill(link.share); return say(t("share")); }
  if (link.startgroup !== undefined) go({ chat: world.chats.find((one) => one.kind === "group").id });
  else go({ chat: here.person });
  const [command, payload] = link.startgroup !== undefined ? [`/start${mention()}`, link.startgroup] : ["/start", link.start];
  act.command(`${command} ${payload}`.trim());
  box.focus();
}

async function explain(message) {
  const found = await explanation(scene, here.chat, message.message_id);
  if (!found) return say(t("no_explanation"));
  markChosen(message.message_id);
  const from = log.querySelector(`[data-id="${message.message_id}"] [data-does=why]`);
  openWhy(found, from);
  from?.closest(".message").scrollIntoView({ block: "nearest" });
}

function markChosen(id) {
  explaining = id;
  for (const node of log.querySelectorAll(".message")) node.classList.toggle("chosen", Number(node.dataset.id) === id);
}

// --- language ---------------------------------------------------------------------------------------

async function changeLanguage() {
  const changed = await act_as("language", { language: byId("language").value });
  world.people = world.people.map((one) => (one.id === changed.id ? changed : one));
  await speakAgain();
}

async function speakAgain() {
  await speak(person().language ?? navigator.language);
  byId("status").textContent = t("connected");
  showPlaces();
  showChat();
  if (byId("why").open && messages.has(explaining)) await explain(messages.get(explaining));
  showTrouble();
}

// --- wiring ---------------------------------------------------------------------------------------

byId("start").addEventListener("click", () => { act.command("/start"); box.focus(); });
byId("restart").addEventListener("click", () => { if (byId("why").open) closeWhy(); clearComposer(); attempt(begin(true)); box.focus(); });
byId("language").addEventListener("change", () => attempt(changeLanguage()));
byId("where").addEventListener("change", (event) => go({ chat: Number(event.target.value) }));
byId("who").addEventListener("change", (event) => { go({ person: Number(event.target.value) }); attempt(speakAgain()); });
byId("topic").addEventListener("change", (event) => go({ thread: event.target.value ? Number(event.target.value) : null }));
log.addEventListener("scroll", () => { following = atEnd(); if (following) byId("newer").hidden = true; });
byId("newer").addEventListener("click", () => { reveal(log.lastElementChild); byId("newer").hidden = true; box.focus(); });
new ResizeObserver(() => { if (following) log.scrollTop = log.scrollHeight; }).observe(log);
setUpComposer((path, content) => act_as(path, path === "messages" ? { thread: here.thread, ...content } : content), attempt);
setUpLinks(() => world.bot.username, openBotLink);
setUpCommands();
setUpTheme();
setUpTrouble((content) => attempt(post(`/${scene}/trouble`, content)));
setUpWhy(() => markChosen(null));
await loadLanguages();
await speak(byId("language").value || navigator.language);
await begin(false);
const asked = new URLSearchParams(location.search).get("start");
if (asked !== null) {
  history.replaceState(null, "", "/");
  const opening = setInterval(() => { if (world) { clearInterval(opening); openBotLink({ start: asked }); } }, 50);
}
