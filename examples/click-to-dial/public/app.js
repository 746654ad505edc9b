/** The page: shows what the server tells, and asks it for calls. It keeps nothing itself but which call it looks at. */

const byId = (id) => document.getElementById(id);

const calls = new Map();
let phones = [];
let shown = new URL(location.href).searchParams.get("call") ?? undefined;

const legTexts = {
  waiting: "waits",
  calling: "is called",
  ringing: "rings",
  answered: "answered",
  talking: "talks",
  ended: "free",
};

// ---- what the server tells

function listen() {
  const events = new EventSource("api/live");
  events.addEventListener("open", () => showConnection("live", "live"));
  events.addEventListener("error", () => showConnection("connecting", "reconnecting…"));
  events.addEventListener("state", ({ data }) => takeState(JSON.parse(data)));
  events.addEventListener("phones", ({ data }) => showPhones(JSON.parse(data)));
  events.addEventListener("call", ({ data }) => takeCall(JSON.parse(data)));
}

/** At first, and after every interruption: everything as it is. */
function takeState(state) {
  calls.clear();
  for (const call of state.calls) calls.set(call.id, call);
  showPhones(state.phones);
  showPlace(state);
  shown ??= state.own;
  showAll();
}

function takeCall(call) {
  calls.set(call.id, call);
  showAll();
}

// ---- what people see

function showConnection(state, text) {
  byId("connection").dataset.state = state;
  byId("connection").textContent = text;
}

/** Where phones register, and what else this server has. */
function showPlace({ domain, links }) {
  byId("domain").textContent = domain;
  byId("links").hidden = links.length === 0;
  byId("links").replaceChildren(...links.map(({ text, href }) => element("a", { href, textContent: text })));
}

function showPhones(list) {
  phones = list;
  byId("no-phones").hidden = phones.length > 0;
  byId("phones").replaceChildren(...phones.map(({ name }) => element("option", { value: name })));
  byId("phone-list").replaceChildren(...phones.map(phoneItem));
}

function phoneItem({ name, device }) {
  const pick = (field, text) => {
    const button = element("button", { type: "button", textContent: text, ariaLabel: `${text} ${name}` });
    button.addEventListener("click", () => {
      byId(field).value = name;
      checkForm();
    });
    return button;
  };
  return element("li", {}, [
    element("span", { className: "avatar", ariaHidden: "true", textContent: name.slice(0, 1) }),
    element("strong", { textContent: name }),
    element("span", { className: "device", textContent: device ?? "" }),
    pick("caller", "From"),
    pick("callee", "To"),
  ]);
}

function showAll() {
  showCall(calls.get(shown));
  const list = [...calls.values()].toSorted((one, other) => other.startedAt - one.startedAt);
  byId("no-calls").hidden = list.length > 0;
  byId("recent").replaceChildren(...list.slice(0, 12).map(recentItem));
}

function showCall(call) {
  byId("stage").dataset.state = call?.state ?? "none";
  byId("hang-up").disabled = call === undefined || call.state === "ended";
  byId("share").hidden = call === undefined;
  if (call === undefined) {
    if (shown !== undefined) byId("message").textContent = "This call is not known any more.";
    return;
  }
  showLeg(byId("leg-caller"), call.caller);
  showLeg(byId("leg-callee"), call.callee);
  setText(byId("message"), call.message.slice(0, 1).toUpperCase() + call.message.slice(1));
  byId("share").href = `?call=${encodeURIComponent(call.id)}`;
  showDuration();
}

function showLeg(node, { name, state }) {
  node.dataset.state = state;
  setText(node.querySelector(".avatar"), name.slice(0, 1));
  setText(node.querySelector(".who"), name);
  setText(node.querySelector(".leg-state"), legTexts[state]);
}

function showDuration() {
  const call = calls.get(shown);
  const from = call?.connectedAt;
  const seconds =
    from === undefined ? undefined : Math.max(0, Math.floor(((call.endedAt ?? Date.now()) - from) / 1000));
  const text =
    seconds === undefined ? "" : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} minutes`;
  setText(byId("duration"), text);
}

function recentItem({ id, caller, callee, message, state, startedAt }) {
  const time = new Date(startedAt);
  const link = element("a", { href: `?call=${encodeURIComponent(id)}` }, [
    element("time", { dateTime: time.toISOString(), textContent: time.toLocaleTimeString([], { hour12: false }) }),
    element("span", { className: "parties", textContent: `${caller.name} → ${callee.name}` }),
    element("span", { className: state === "ended" ? "" : "is-open", textContent: message }),
  ]);
  if (id === shown) link.setAttribute("aria-current", "true");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    show(id);
  });
  return element("li", {}, [link]);
}

function show(id) {
  shown = id;
  history.replaceState(undefined, "", `?call=${encodeURIComponent(id)}`);
  showAll();
}

// ---- what people do

async function dial(event) {
  event.preventDefault();
  const wanted = { caller: byId("caller").value.trim(), callee: byId("callee").value.trim() };
  showError("");
  if (!checkForm() || wanted.caller === "" || wanted.callee === "") {
    showError(wanted.caller === "" ? "Say whose phone shall ring first." : "Say who is to be called.");
    byId(wanted.caller === "" ? "caller" : "callee").focus();
    return;
  }
  byId("call").disabled = true;
  const answer = await ask("api/calls", { method: "POST", body: JSON.stringify(wanted) });
  byId("call").disabled = false;
  if (answer === undefined) return;
  if (!calls.has(answer.id)) calls.set(answer.id, answer);
  show(answer.id);
}

async function hangUp() {
  if (shown !== undefined) await ask(`api/calls/${encodeURIComponent(shown)}`, { method: "DELETE" });
}

async function ask(path, options) {
  try {
    const response = await fetch(path, { headers: { "content-type": "application/json" }, ...options });
    const answer = await response.json();
    if (response.ok) return answer;
    showError(answer.detail ?? answer.title);
  } catch {
    showError("The server cannot be reached.");
  }
  return undefined;
}

function checkForm() {
  for (const field of [byId("caller"), byId("callee")]) {
    if (field.value.trim() !== "") field.removeAttribute("aria-invalid");
  }
  return byId("dial").checkValidity();
}

function showError(text) {
  byId("error").hidden = text === "";
  byId("error").textContent = text;
}

function swap() {
  const [caller, callee] = [byId("caller"), byId("callee")];
  [caller.value, callee.value] = [callee.value, caller.value];
}

// ---- the document

function element(name, properties = {}, children = []) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

/** Screen readers read what changes: only a change is written. */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

byId("dial").addEventListener("submit", (event) => void dial(event));
byId("hang-up").addEventListener("click", () => void hangUp());
byId("swap").addEventListener("click", swap);
setInterval(showDuration, 1000);
listen();
