import JsSIP from "./jssip.js";

const byId = (id) => document.getElementById(id);
const settings = await (await fetch("settings")).json();
const place = new URL(location.href);
const webSocketUrl = `${place.protocol === "https:" ? "wss" : "ws"}://${place.host}`;

let agent;
let call;
let people;
let clock;

for (const each of document.querySelectorAll("[for=password], #password")) each.hidden = !settings.asksPassword;
byId("password").required = settings.asksPassword;
byId("users").replaceChildren(...settings.users.map((name) => element("option", { value: name })));
byId("keys").replaceChildren(..."123456789*0#".split("").map((key) => keyButton(key)));
byId("sign-in").addEventListener("submit", signIn);
byId("sign-in").querySelector("button").disabled = false; // before that the browser would send the form itself
byId("sign-out").addEventListener("click", signOut);
byId("dial").addEventListener("submit", (event) => {
  event.preventDefault();
  dial(byId("target").value);
});
byId("chat").addEventListener("submit", sendMessage);
byId("answer").addEventListener("click", () => call?.answer(media));
byId("hang-up").addEventListener("click", () => call?.terminate());
byId("hold").addEventListener("click", () => (call?.isOnHold().local ? call.unhold() : call?.hold()));
byId("mute").addEventListener("click", () => (call?.isMuted().audio ? call.unmute() : call?.mute()));

/** Without a STUN server there is no more to gather than the addresses of this machine: a second is plenty. */
const media = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } };

function signIn(event) {
  event.preventDefault();
  const user = byId("user").value.trim();
  const password = byId("password").value;
  byId("sign-in-problem").textContent = "";
  tellStatus(`signing in as ${user} …`, false);
  agent = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(webSocketUrl)],
    uri: `sip:${user}@${settings.domain}`,
    password,
    user_agent: "Siplet browser phone",
    register_expires: 300,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 5,
  });
  agent.on("registered", () => signedIn(user));
  agent.on("registrationFailed", ({ response, cause }) => refused(response?.status_code, cause));
  agent.on("disconnected", () => tellStatus("connection lost, trying again …", false));
  agent.on("newRTCSession", ({ session, originator }) => takeCall(session, originator));
  agent.on("newMessage", ({ originator, message, request }) => {
    if (originator === "remote") showMessage(nameOf(message.remote_identity.uri), request.body);
  });
  agent.start();
}

function signedIn(user) {
  tellStatus(`signed in as ${user}`, true);
  byId("sign-in").hidden = true;
  byId("desk").hidden = false;
  byId("sign-out").hidden = false;
  followPeople(user);
}

function refused(status, cause) {
  const text =
    status === 403 || status === 401 ? "The name or the password is wrong." : `The server refused: ${cause}.`;
  byId("sign-in-problem").textContent = text;
  tellStatus("signed out", false);
  agent.stop();
}

function signOut() {
  call?.terminate();
  agent?.stop();
  people?.close();
  people = undefined;
  tellStatus("signed out", false);
  byId("desk").hidden = true;
  byId("sign-out").hidden = true;
  byId("sign-in").hidden = false;
}

function tellStatus(text, isOn) {
  byId("status").textContent = text;
  byId("status").className = isOn ? "status on" : "status";
}

function followPeople(user) {
  if (people !== undefined) return;
  people = new EventSource("people/events");
  people.addEventListener("message", ({ data }) => showPeople(JSON.parse(data).filter(({ name }) => name !== user)));
}

function showPeople(list) {
  byId("nobody").hidden = list.length > 0;
  byId("people").replaceChildren(
    ...list.map(({ name, phones }) => {
      const who = element("span", { class: "who" }, name, element("small", {}, phones.join(", ")));
      return element(
        "li",
        {},
        who,
        button("Call", () => dial(name)),
        button("Write", () => writeTo(name), "plain"),
      );
    }),
  );
}

function dial(text) {
  const target = addressOf(text.trim());
  byId("call-problem").textContent = "";
  if (call !== undefined) return tellProblem("You are in a call already: hang up first.");
  agent.call(target, media);
}

/** `bob` → `sip:bob@…`; a whole address stays. */
function addressOf(text) {
  if (/^sips?:/.test(text)) return text;
  return text.includes("@") ? `sip:${text}` : `sip:${text}@${settings.domain}`;
}

function takeCall(session, originator) {
  if (call !== undefined) return session.terminate({ status_code: 486 });
  call = session;
  const name = nameOf(session.remote_identity.uri);
  const isIncoming = originator === "remote";
  showCall(isIncoming ? `${name} calls` : `Calling ${name}`, isIncoming ? "ringing" : "…");
  byId("answer").hidden = !isIncoming;
  session.on("peerconnection", ({ peerconnection }) => listenTo(peerconnection));
  if (session.connection) listenTo(session.connection);
  session.on("icecandidate", ({ ready }) => setTimeout(() => ready(), 500));
  session.on("progress", () => isIncoming || showCall(`Calling ${name}`, "ringing"));
  session.on("confirmed", () => talk(name));
  for (const event of ["hold", "unhold", "muted", "unmuted"]) session.on(event, showSwitches);
  session.on("ended", ({ originator: who }) => endCall(who === "remote" ? `${name} hung up.` : ""));
  session.on("failed", ({ cause, message, originator: who }) =>
    endCall(isIncoming || who === "local" ? "" : whyNot(name, cause, message?.status_code)),
  );
}

function listenTo(connection) {
  connection.addEventListener("track", ({ streams, track }) => {
    byId("voice").srcObject = streams[0] ?? new MediaStream([track]);
  });
}

function talk(name) {
  const since = Date.now();
  clearInterval(clock);
  const tell = () => showCall(`In a call with ${name}`, duration(Date.now() - since));
  tell();
  clock = setInterval(tell, 1000);
  byId("answer").hidden = true;
  for (const id of ["hold", "mute", "keys"]) byId(id).hidden = false;
  showSwitches();
}

function showSwitches() {
  const held = call.isOnHold().local;
  const muted = call.isMuted().audio;
  byId("hold").setAttribute("aria-pressed", String(held));
  byId("mute").setAttribute("aria-pressed", String(muted));
  byId("hold").textContent = held ? "Resume" : "Hold";
  byId("mute").textContent = muted ? "Unmute" : "Mute";
}

function showCall(title, state) {
  byId("call").hidden = false;
  byId("call-title").textContent = title;
  byId("call-state").textContent = state;
}

function endCall(problem) {
  clearInterval(clock);
  call = undefined;
  byId("call").hidden = true;
  for (const id of ["answer", "hold", "mute", "keys"]) byId(id).hidden = true;
  tellProblem(problem);
}

function tellProblem(text) {
  byId("call-problem").textContent = text;
}

/** A failure in words that people use. */
function whyNot(name, cause, status) {
  if (status === 486 || status === 600) return `${name} is busy.`;
  if (status === 603) return `${name} does not want to talk.`;
  if (status === 404) return `Nobody is called ${name}.`;
  if (status === 480 || status === 430) return `${name} is not here now.`;
  if (status === 488 || status === 606) return `${name}'s phone cannot take encrypted audio from a browser.`;
  if (status === 408 || cause === "No Answer") return `${name} does not answer.`;
  return cause === "Canceled" ? "" : `The call failed: ${cause}.`;
}

function writeTo(name) {
  byId("chat-with").value = name;
  byId("chat-text").focus();
}

function sendMessage(event) {
  event.preventDefault();
  const name = byId("chat-with").value.trim();
  const text = byId("chat-text").value;
  const line = showMessage(`to ${name}`, text, "own");
  agent.sendMessage(addressOf(name), text, {
    eventHandlers: {
      failed: ({ response, cause }) => {
        line.append(element("span", { class: "failed" }, ` – ${whyNot(name, cause, response?.status_code)}`));
      },
    },
  });
  byId("chat-text").value = "";
}

function showMessage(from, text, kind = "") {
  const line = element("li", { class: kind }, element("span", { class: "from" }, from), text);
  byId("messages").append(line);
  line.scrollIntoView({ block: "nearest" });
  return line;
}

function nameOf({ user, host }) {
  return host === settings.domain ? user : `${user}@${host}`;
}

function duration(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function keyButton(key) {
  return button(key, () => call?.sendDTMF(key));
}

function button(text, onClick, kind = "") {
  const made = element("button", { type: "button", class: kind }, text);
  made.addEventListener("click", onClick);
  return made;
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
