import type { IncomingMessage, ServerResponse } from "node:http";
import { callPcap } from "../export/call-pcap.js";
import { ladderMermaid } from "../export/ladder-mermaid.js";
import { ladderText } from "../export/ladder-text.js";
import { buildLadder } from "../ladder/build-ladder.js";
import type { CallTrace } from "../trace/call-trace.js";
import type { TraceRecorder } from "../trace/trace-recorder.js";
import { fits, readFilter } from "./call-filter.js";
import { viewOf } from "./call-view.js";
import type { ConsoleAccess } from "./console-access.js";
import { ConsolePages } from "./console-pages.js";
import type { ConsoleSource } from "./console-source.js";
import type { EventStream } from "./event-stream.js";
import { LoginLimit } from "./login-limit.js";
import { redirect, respond, respondJson, respondProblem } from "./respond.js";

/** What the console's HTTP side needs. */
export interface ConsoleHandlerParts {
  readonly source: ConsoleSource;
  readonly recorder: TraceRecorder;
  readonly stream: EventStream;
  readonly access: ConsoleAccess;
  /** Path of the console without final slash: `/console`. */
  readonly path: string;
  readonly now: () => number;
}

/** Octets of a login form at most. */
const largestForm = 4096;

/** Answers the HTTP requests below the path of the console. */
export class ConsoleHandler {
  readonly #parts: ConsoleHandlerParts;
  readonly #pages = new ConsolePages();
  readonly #limit: LoginLimit;

  constructor(parts: ConsoleHandlerParts) {
    this.#parts = parts;
    this.#limit = new LoginLimit(parts.now);
  }

  /** Answers a request; `place` is its path below that of the console, `/api/calls`, with its query. */
  async handle(request: IncomingMessage, response: ServerResponse, place: string): Promise<void> {
    const url = new URL(place.startsWith("/") ? place : `/${place}`, "http://console.invalid");
    const name = url.pathname.slice(1);
    if (name === "login") return this.#login(request, response);
    if (ConsolePages.isOpen(name) && this.#pages.send(name, response)) return;
    const { access, path } = this.#parts;
    if (url.searchParams.has("token") && access.isPassword(url.searchParams.get("token") ?? "")) {
      return redirect(response, `${path}/`, access.cookie(path, isSecure(request)));
    }
    if (!access.admits(request)) return this.#refuse(name, response);
    if (name === "logout") return redirect(response, `${path}/login.html`, access.farewell(path));
    if (name.startsWith("api/")) return this.#answer(name.slice(4), url.searchParams, response);
    if (!this.#pages.send(name === "" ? "index.html" : name, response)) respondProblem(response, 404, "No such page");
  }

  #refuse(name: string, response: ServerResponse): void {
    if (name.startsWith("api/")) respondProblem(response, 401, "Log in first");
    else redirect(response, `${this.#parts.path}/login.html`);
  }

  async #login(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { access, path } = this.#parts;
    const address = request.socket.remoteAddress ?? "";
    if (request.method !== "POST") return redirect(response, `${path}/login.html`);
    if (this.#limit.isBarred(address)) return respondProblem(response, 429, "Too many attempts; wait a minute");
    const form = new URLSearchParams(await readForm(request));
    if (!access.isPassword(form.get("password") ?? "")) {
      this.#limit.fail(address);
      return redirect(response, `${path}/login.html?wrong`);
    }
    this.#limit.succeed(address);
    redirect(response, `${path}/`, access.cookie(path, isSecure(request)));
  }

  #answer(name: string, query: URLSearchParams, response: ServerResponse): Promise<void> | void {
    const { recorder, source, stream } = this.#parts;
    if (name === "events") return stream.add(response);
    if (name === "overview") return respondJson(response, 200, overviewOf(source));
    if (name === "sessions") return respondJson(response, 200, source.sessions());
    if (name === "registrations") return this.#registrations(response);
    if (name === "calls") return this.#calls(query, response);
    const [, id, ending] = /^calls\/([^/]+?)(\.txt|\.mmd|\.pcap)?$/.exec(name) ?? [];
    const call = id === undefined ? undefined : recorder.find(decodeURIComponent(id));
    if (call === undefined) return respondProblem(response, 404, "No such call; it may have been forgotten");
    return sendCall(call, ending, response);
  }

  #calls(query: URLSearchParams, response: ServerResponse): void {
    const filter = readFilter(query);
    respondJson(
      response,
      200,
      this.#parts.recorder.calls.filter((call) => fits(call, filter)),
    );
  }

  async #registrations(response: ServerResponse): Promise<void> {
    respondJson(response, 200, await this.#parts.source.registrations());
  }
}

async function sendCall(call: CallTrace, ending: string | undefined, response: ServerResponse): Promise<void> {
  if (ending === undefined) return respondJson(response, 200, viewOf(call));
  const [type, body] = await exportOf(call, ending);
  response.setHeader("Content-Disposition", `attachment; filename="call${ending}"`);
  respond(response, 200, type, body);
}

async function exportOf(call: CallTrace, ending: string): Promise<[type: string, body: string | Buffer]> {
  if (ending === ".pcap") return ["application/vnd.tcpdump.pcap", await callPcap(call.events)];
  const write = ending === ".txt" ? ladderText : ladderMermaid;
  return ["text/plain; charset=utf-8", write(buildLadder(call))];
}

function overviewOf(source: ConsoleSource): object {
  const { applicationNames, listenPoints, handlerTable, counts, startedAt } = source;
  return { applicationNames, listenPoints, handlerTable, counts, startedAt };
}

function isSecure({ socket }: IncomingMessage): boolean {
  return "encrypted" in socket;
}

async function readForm(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString("utf8");
    if (text.length > largestForm) return "";
  }
  return text;
}
