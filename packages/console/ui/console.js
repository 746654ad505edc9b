import { drawLadder } from "./ladder.js";

const byId = (id) => document.getElementById(id);
const views = ["calls", "sessions", "registrations", "handlers"];
const state = { calls: new Map(), call: undefined, event: undefined };

addEventListener(
  "resize",
  later(() => state.call && drawCall(), 100),
);
addEventListener("hashchange", () => void show());
byId("filter").addEventListener("input", later(loadCalls, 150));
byId("filter").addEventListener("submit", (event) => event.preventDefault());
void show();
listen();
setInterval(() => void loadFacts(), 2000);
setInterval(() => void refreshPage(), 2000);

/** `#calls/ID/EVENT`, `#sessions`, … */
function place() {
  const [view = "", call, event] = location.hash.slice(1).split("/").map(decodeURIComponent);
  return { view: views.includes(view) ? view : "calls", call, event: event && Number(event) };
}

async function show() {
  const { view, call, event } = place();
  for (const each of views) byId(`view-${each}`).hidden = each !== view;
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  state.event = event;
  await loadFacts();
  if (view === "calls") {
    await loadCalls();
    await loadCall(call);
  } else await refreshPage();
}

async function refreshPage() {
  const { view } = place();
  if (view === "sessions") drawSessions(await ask("sessions"));
  if (view === "registrations") drawRegistrations(await ask("registrations"));
}

async function loadFacts() {
  const { counts, handlerTable, listenPoints } = await ask("overview");
  const names = {
    applicationSessions: "sessions",
    dialogs: "dialogs",
    serverTransactions: "server tx",
    clientTransactions: "client tx",
  };
  const shown = Object.entries(names).map(([key, name]) => [name, counts[key]]);
  byId("facts").replaceChildren(
    ...shown.map(([name, value]) => node("div", {}, node("dt", {}, name), node("dd", {}, String(value)))),
  );
  byId("facts").title = listenPoints.join("\n");
  byId("handlers").textContent = handlerTable;
}

async function loadCalls() {
  const form = new FormData(byId("filter"));
  const calls = await ask(`calls?${new URLSearchParams([...form].filter(([, value]) => value !== ""))}`);
  state.calls = new Map(calls.map((call) => [call.id, call]));
  drawCalls();
}

async function loadCall(id) {
  if (id === undefined) {
    byId("call").hidden = true;
    byId("no-call").hidden = false;
    return;
  }
  try {
    state.call = await ask(`calls/${encodeURIComponent(id)}`);
  } catch {
    byId("no-call").textContent = "This call is not kept any more.";
    byId("call").hidden = true;
    byId("no-call").hidden = false;
    return;
  }
  drawCall();
}

function drawCalls() {
  const chosen = place().call;
  const items = [...state.calls.values()]
    .toSorted((one, other) => other.startedAt - one.startedAt)
    .map((call) => card(call, chosen));
  const list = byId("calls");
  const scrolled = list.scrollTop;
  list.replaceChildren(...items);
  list.scrollTop = scrolled;
  byId("no-calls").hidden = items.length > 0;
}

function card(call, chosen) {
  const button = node(
    "button",
    { type: "button", ...(call.id === chosen && { "aria-current": "true" }) },
    node("span", { class: `state ${call.state}` }),
    node("span", { class: "who" }, `${person(call.from)} → ${person(call.to)}`),
    node("span", { class: "when" }, new Date(call.startedAt).toLocaleTimeString()),
    node("span", { class: "what" }, whatOf(call)),
  );
  button.addEventListener("click", () => (location.hash = `calls/${encodeURIComponent(call.id)}`));
  return node("li", {}, button);
}

function whatOf({ method, state: stands, status, applications, messages, hasErrors }) {
  const parts = [
    method,
    status === undefined ? stands : `${stands} (${status})`,
    `${messages} messages`,
    ...applications,
  ];
  return `${hasErrors ? "⚠ " : ""}${parts.join(" · ")}`;
}

function drawCall() {
  const { call, callIds, applicationSessionIds, ladder, dropped } = state.call;
  byId("no-call").hidden = true;
  byId("call").hidden = false;
  byId("call-title").textContent = `${person(call.from)} → ${person(call.to)}`;
  const more = dropped > 0 ? ` · ${dropped} later events not kept` : "";
  byId("call-facts").textContent =
    `${whatOf(call)} · Call-ID ${callIds.join(", ")} · application session ${applicationSessionIds.join(", ") || "none"}${more}`;
  const base = `api/calls/${encodeURIComponent(call.id)}`;
  byId("export-pcap").href = `${base}.pcap`;
  byId("export-text").href = `${base}.txt`;
  byId("export-mermaid").href = `${base}.mmd`;
  const arrows = ladder.rows.filter((row) => row.kind === "arrow");
  const chosen = arrows.some((row) => row.eventId === state.event) ? state.event : arrows[0]?.eventId;
  const onChoose = (eventId) => (location.hash = `calls/${encodeURIComponent(call.id)}/${eventId}`);
  const focused = document.activeElement?.getAttribute("data-event");
  drawLadder(byId("ladder"), ladder, { chosen, onChoose });
  if (focused) byId("ladder").querySelector(`[data-event="${focused}"]`)?.focus();
  drawDetail(arrows.find((row) => row.eventId === chosen));
}

function drawDetail(row) {
  if (row === undefined) return byId("detail").replaceChildren();
  const { messages, handlers } = state.call;
  const run = handlers.findLast((each) => each.label === row.handler && each.time <= row.time + 1);
  const facts = [
    ["Time", new Date(row.time).toISOString().slice(11, 23)],
    [
      "Way",
      `${row.from === "container" ? "sent to" : "received from"} ${row.from === "container" ? row.to : row.from} by ${row.protocol.toUpperCase()}`,
    ],
    [
      "Handler",
      row.handler
        ? `${row.handler} (${row.application})${run?.duration === undefined ? "" : `, ${run.duration.toFixed(1)} ms`}`
        : "none: the container by itself",
    ],
  ];
  byId("detail").replaceChildren(
    node("h3", {}, row.label),
    node("dl", {}, ...facts.flatMap(([name, value]) => [node("dt", {}, name), node("dd", {}, value)])),
    messageText(messages[row.eventId] ?? ""),
  );
}

function messageText(text) {
  const [head = "", ...body] = text.split("\r\n\r\n");
  const [start = "", ...fields] = head.split("\r\n");
  const lines = fields.map((field) => {
    const colon = field.indexOf(":");
    return node("span", {}, "\n", node("span", { class: "name" }, field.slice(0, colon + 1)), field.slice(colon + 1));
  });
  const rest = body.join("\r\n\r\n").trimEnd();
  return node(
    "pre",
    { tabindex: "0" },
    node("span", { class: "start" }, start),
    ...lines,
    ...(rest === "" ? [] : [node("span", { class: "body" }, `\n\n${rest}`)]),
  );
}

function drawSessions(sessions) {
  if (sessions.length === 0) return drawNothing("sessions", "No application session lives now.");
  const rows = sessions.map((each) =>
    tableRow(
      each.id,
      each.application,
      new Date(each.createdAt).toLocaleTimeString(),
      each.expiresAt === undefined ? "never" : new Date(each.expiresAt).toLocaleTimeString(),
      String(each.timers),
      node("td", {}, ...each.sipSessions.map(sipSession)),
    ),
  );
  byId("sessions").replaceChildren(
    table(["Session", "Application", "Created", "Expires", "Timers", "SIP sessions"], rows),
  );
}

function drawNothing(id, text) {
  byId(id).replaceChildren(node("p", { class: "empty" }, text));
}

function sipSession({ callId, state: stands, localParty, remoteParty }) {
  const link = node(
    "a",
    { href: `#calls/${encodeURIComponent(callId)}` },
    `${person(localParty)} ↔ ${person(remoteParty)}`,
  );
  return node("div", {}, node("span", { class: "tag" }, stands), " ", link);
}

function drawRegistrations(registrations) {
  if (registrations.length === 0) return drawNothing("registrations", "Nobody is registered.");
  const rows = registrations.map((each) =>
    tableRow(
      each.addressOfRecord,
      each.contact,
      each.expiresAt === undefined ? "never" : new Date(each.expiresAt).toLocaleTimeString(),
      each.userAgent ?? "",
    ),
  );
  byId("registrations").replaceChildren(table(["User", "Contact", "Expires", "Phone"], rows));
}

function table(heads, rows) {
  const head = node("tr", {}, ...heads.map((each) => node("th", { scope: "col" }, each)));
  return node("table", {}, node("thead", {}, head), node("tbody", {}, ...rows));
}

function tableRow(...cells) {
  return node("tr", {}, ...cells.map((cell) => (typeof cell === "string" ? node("td", {}, cell) : cell)));
}

/** `sip:alice@example.com` → `alice`; `"Bob" <sip:bob@…>` → `bob`. */
function person(uri) {
  const bare = /<([^>]*)>/.exec(uri)?.[1] ?? uri;
  const [, user, host] = /^(?:sips?|tel):(?:([^@;?]*)@)?([^;?]*)/.exec(bare) ?? [];
  return user || host || bare || "?";
}

function listen() {
  const source = new EventSource("api/events");
  const live = byId("live");
  const tell = (text, kind) => {
    live.textContent = text;
    live.className = `live ${kind}`;
  };
  source.addEventListener("open", () => tell("live", "on"));
  source.addEventListener("error", () => tell("connection lost, trying again", "off"));
  const refreshCalls = later(loadCalls, 100);
  const refreshCall = later(() => loadCall(place().call), 50);
  source.addEventListener("call", ({ data }) => {
    const call = JSON.parse(data);
    refreshCalls();
    if (call.id === state.call?.call.id && place().view === "calls") refreshCall();
  });
}

async function ask(path) {
  const response = await fetch(`api/${path}`);
  if (response.status === 401) location.assign("login.html");
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

/** Calls a function once after a burst. */
function later(work, pause) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => void work(), pause);
  };
}

function node(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
