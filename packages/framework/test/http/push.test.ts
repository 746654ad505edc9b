import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Get, HttpController, HttpError, Post, Push, type HttpRequest } from "../../src/http/index.js";
import { inject, PushService, type PushSubscription } from "../../src/index.js";
import { HttpLab } from "../../../../conformance/jsr-289/http-lab.js";

@HttpController("/calls")
class Calls {
  #state = "idle";

  constructor(@inject(PushService) private readonly push: PushService) {}

  @Push("/:id/live")
  follow(request: HttpRequest): PushSubscription {
    const id = request.params["id"] ?? "";
    if (id === "secret") throw new HttpError(403, "Not yours");
    return { topics: [`call ${id}`], initial: [{ event: "state", data: this.#state }] };
  }

  @Post("/:id/state")
  change(request: HttpRequest<{ readonly state: string }>): object {
    this.#state = request.body.state;
    this.push.publish(`call ${request.params["id"]}`, this.#state, "state");
    return { followers: this.push.followers(`call ${request.params["id"]}`) };
  }

  @Get("/ping")
  ping(): object {
    return { pong: true };
  }
}

const applications = [{ name: "push", controllers: [Calls] }];

/** Reads server-sent events until so many have come. */
async function readEvents(body: ReadableStream<Uint8Array> | null, count: number): Promise<string[]> {
  const reader = (body ?? new ReadableStream()).getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (text.split("\n\n").length <= count) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value);
  }
  await reader.cancel();
  return text.split("\n\n").slice(0, count);
}

/** A WebSocket that keeps what it is told. */
async function openSocket(lab: HttpLab, path: string, headers: Record<string, string> = {}) {
  const url = lab.url(path);
  url.protocol = "ws:";
  const socket = new WebSocket(url, { headers });
  const messages: string[] = [];
  socket.on("message", (data) => messages.push((data as Buffer).toString("utf8")));
  const next = async (): Promise<string> => {
    if (messages.length === 0) await once(socket, "message");
    return messages.shift() ?? "";
  };
  await once(socket, "open");
  return { socket, next };
}

/** The status that refuses a handshake. */
async function refusalOf(lab: HttpLab, path: string, options: { origin?: string; protocols?: string[] } = {}) {
  const url = lab.url(path);
  url.protocol = "ws:";
  const socket = new WebSocket(url, options.protocols ?? [], { origin: options.origin });
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number }];
  socket.on("error", () => {});
  socket.terminate();
  return response.statusCode;
}

describe("@Push", () => {
  it("streams events to pages, the state first", async () => {
    await using lab = await HttpLab.start({ applications });
    const response = await fetch(lab.url("/calls/1/live"), { headers: { accept: "text/event-stream" } });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(response.headers.get("cache-control")).toContain("no-cache");
    const events = readEvents(response.body, 4);
    expect((await lab.post("/calls/1/state", { state: "ringing" })).body).toEqual({ followers: 1 });
    await lab.post("/calls/2/state", { state: "another call" });
    await lab.post("/calls/1/state", { state: "line\nbreak" });
    expect(await events).toEqual([
      "retry: 1000",
      'event: state\ndata: "idle"',
      'event: state\ndata: "ringing"',
      'event: state\ndata: "line\\nbreak"',
    ]);
  });

  it("tells the same over WebSocket", async () => {
    await using lab = await HttpLab.start({ applications });
    const { socket, next } = await openSocket(lab, "/calls/1/live");
    expect(await next()).toBe('{"event":"state","data":"idle"}');
    await lab.post("/calls/1/state", { state: "ringing" });
    expect(await next()).toBe('{"event":"state","data":"ringing"}');
    socket.close();
    await once(socket, "close");
    const { body } = await lab.post("/calls/1/state", { state: "over" });
    expect(body).toEqual({ followers: 0 });
  });

  it("refuses by throwing, and answers routes that are no push as HTTP", async () => {
    await using lab = await HttpLab.start({ applications });
    expect((await lab.fetch("/calls/secret/live")).status).toBe(403);
    expect(await refusalOf(lab, "/calls/secret/live")).toBe(403);
    expect(await refusalOf(lab, "/nowhere")).toBe(404);
    expect(await refusalOf(lab, "/calls/ping")).toBe(200);
  });

  it("sends signs of life, and ends with the container", async () => {
    const lab = await HttpLab.start({ applications });
    const response = await fetch(lab.url("/calls/1/live"));
    const events = readEvents(response.body, 3);
    await lab.clock.advanceAsync(15_000);
    expect((await events)[2]).toBe(":");
    const { socket } = await openSocket(lab, "/calls/1/live");
    const closed = once(socket, "close");
    await lab[Symbol.asyncDispose]();
    expect((await closed)[0]).toBe(1001);
  });
});

describe("RFC 6455 §10.2 origins", () => {
  it("lets pages of this server and programs connect, no others, and says so", async () => {
    await using lab = await HttpLab.start({ applications });
    expect(await refusalOf(lab, "/calls/1/live", { origin: "https://evil.example.com" })).toBe(403);
    expect(await refusalOf(lab, "/sip", { origin: "https://evil.example.com", protocols: ["sip"] })).toBe(403);
    expect(lab.warnings).toHaveLength(2);
    expect(lab.warnings[0]).toMatch(/name its origin in http\.allowedOrigins.*evil\.example\.com/);
    const { socket } = await openSocket(lab, "/calls/1/live", { origin: lab.url("/").origin });
    socket.close();
  });

  it("takes the list that was given", async () => {
    const http = { listen: "127.0.0.1:0", allowedOrigins: ["https://phone.example.com"] };
    await using lab = await HttpLab.start({ applications, http });
    const { socket } = await openSocket(lab, "/calls/1/live", { origin: "https://phone.example.com" });
    socket.close();
    expect(await refusalOf(lab, "/calls/1/live", { origin: lab.url("/").origin })).toBe(403);
  });
});
