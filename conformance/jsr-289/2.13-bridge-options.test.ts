import "reflect-metadata";
import {
  BridgeHooks,
  type Bridge,
  type BridgeEnd,
  type SipServletRequest,
  type SipServletResponse,
} from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BridgeLab, calleeUri, describeSession } from "./bridge-lab.js";

let bench: BridgeLab;

beforeEach(async () => {
  bench = await BridgeLab.start();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const options = (more: object) => (bench.script.options = { to: calleeUri, ...more });

describe("a bridge's options: header fields", () => {
  it("drop, keep and set fields, each way by itself", async () => {
    options({
      headers: {
        toCallee: { drop: ["X-Secret"], keep: ["User-Agent"], set: { "X-Trunk": ["a", "b"], Subject: "rewritten" } },
        toCaller: { drop: ["X-Internal"], set: { Server: "edge" } },
      },
    });
    await bench.invite({ headers: { "X-Secret": "1", "User-Agent": "phone", Subject: "mine" } });
    const copy = bench.callee.last("INVITE");
    expect(copy.header("X-Secret")).toBeUndefined();
    expect(copy.header("User-Agent")).toBe("phone");
    expect(copy.headers("X-Trunk")).toEqual(["a", "b"]);
    expect(copy.headers("Subject")).toEqual(["rewritten"]);
    await bench.answer(200, { headers: { "X-Internal": "1", "X-Open": "2", Server: "far" } });
    const answer = bench.caller.last("200 INVITE");
    expect([answer.header("X-Internal"), answer.header("X-Open"), answer.headers("Server")]).toEqual([
      undefined,
      "2",
      ["edge"],
    ]);
  });

  it("let only what is named pass, and what tells how to read the body", async () => {
    options({ headers: { toCallee: { only: ["Subject"] } } });
    await bench.invite({ headers: { Subject: "mine", "X-Own": "1", Priority: "urgent" } });
    const copy = bench.callee.last("INVITE");
    expect([copy.header("Subject"), copy.header("X-Own"), copy.header("Priority")]).toEqual([
      "mine",
      undefined,
      undefined,
    ]);
    expect(copy.header("Content-Type")).toBe("application/sdp");
    expect(copy.body).toBe(describeSession("alice"));
  });

  it("hand challenges and credentials on when asked to", async () => {
    options({ challenges: "relay" });
    await bench.invite({ headers: { Authorization: 'Digest username="alice"' } });
    expect(bench.callee.last("INVITE").header("Authorization")).toContain("alice");
    await bench.answer(401, { headers: { "WWW-Authenticate": 'Digest realm="far", nonce="1"' } });
    expect(bench.caller.last("401 INVITE").header("WWW-Authenticate")).toContain("far");
  });
});

describe("a bridge's options: topology", () => {
  const leaks = /192\.0\.2\.9|192\.0\.2\.77|far-host|far-software/;

  it("hide the software, its hosts and the origin of descriptions", async () => {
    options({ hideTopology: { domain: "edge.example.com", sdp: "edge" } });
    const near = { "User-Agent": "near-software", "In-Reply-To": "call@near-host", Warning: '399 near-host "Odd"' };
    await bench.invite({ headers: near, from: "<sip:alice@10.0.0.1>", fromTag: "a", to: "<sip:bob@10.0.0.2>" });
    const copy = bench.callee.last("INVITE");
    expect(copy.text).not.toMatch(/near-|10\.0\.0\.|192\.0\.2\.2|o=alice|s=alice/);
    expect(copy.header("From")).toContain("<sip:alice@edge.example.com>");
    expect(copy.header("To")).toBe("<sip:bob@edge.example.com>");
    expect(copy.header("Warning")).toBe('399 b2bua "Odd"');
    expect(copy.body).toMatch(/^o=edge \d+ 1 IN IP4 192\.0\.2\.77\r\ns=-\r\n/m);
    const far = { Server: "far-software", Warning: '399 far-host "Odd"', "Record-Route": "<sip:far-host;lr>" };
    await bench.answer(200, { headers: far, body: "", contentType: undefined });
    expect(bench.caller.last("200 INVITE").text).not.toMatch(leaks);
  });

  it("count the version of an origin of its own by what changes", async () => {
    options({ hideTopology: { sdp: true } });
    await bench.establish();
    const origin = () => /o=(\S+) (\d+) (\d+)/.exec(bench.callee.last("INVITE").body)?.slice(1);
    const first = origin();
    bench.callee.answer("INVITE", 488);
    await bench.request(bench.callerEnd, "INVITE", {
      body: describeSession("alice", 1),
      contentType: "application/sdp",
    });
    expect(origin()).toEqual(first);
    await bench.request(bench.callerEnd, "INVITE", {
      body: describeSession("alice", 7),
      contentType: "application/sdp",
    });
    expect(origin()).toEqual([first?.[0], first?.[1], "2"]);
  });

  it("let the names of the software pass when told not to hide", async () => {
    options({ hideTopology: false });
    await bench.invite({ headers: { "User-Agent": "near-software" } });
    expect(bench.callee.last("INVITE").header("User-Agent")).toBe("near-software");
  });
});

describe("a bridge's options: where to call", () => {
  it("take From, To and routes", async () => {
    options({
      to: "sip:+4930123@trunk.example;user=phone",
      route: [`${calleeUri};lr`],
      identity: { from: '"Desk" <sip:+4930@trunk.example>', to: "sip:+4930123@trunk.example" },
    });
    await bench.invite({ route: ["<sip:192.0.2.10:5060;lr>"] });
    const copy = bench.callee.last("INVITE");
    expect(copy.requestUri).toBe("sip:+4930123@trunk.example;user=phone");
    expect(copy.header("From")).toContain('"Desk" <sip:+4930@trunk.example>');
    expect(copy.header("To")).toBe("<sip:+4930123@trunk.example>");
    expect(copy.headers("Route")).toEqual([`<${calleeUri};lr>`]);
  });

  it("call the Request-URI by the routes of the caller when nothing is named", async () => {
    bench.script.options = {};
    await bench.invite({ uri: "sip:bob@far.example", route: ["<sip:192.0.2.10:5060;lr>", `<${calleeUri};lr>`] });
    expect(bench.callee.last("INVITE").requestUri).toBe("sip:bob@far.example");
    expect(bench.callee.last("INVITE").headers("Route")).toEqual([`<${calleeUri};lr>`]);
  });

  it("follow redirections by q, in the same leg, as many as allowed", async () => {
    options({ redirects: 2 });
    await bench.invite();
    const contacts = ["one", "two", "three"].map((user, index) => `<sip:${user}@192.0.2.9:5060>;q=0.${index + 1}`);
    await bench.answer(302, { contact: undefined, headers: { Contact: contacts } });
    expect(bench.callee.last("INVITE").requestUri).toBe("sip:three@192.0.2.9:5060");
    expect(bench.callee.last("INVITE").body).toBe(describeSession("alice"));
    await bench.answer(486);
    expect(bench.callee.last("INVITE").requestUri).toBe("sip:two@192.0.2.9:5060");
    const [first, , third] = bench.callee.messages("INVITE");
    expect(third?.callId).toBe(first?.callId);
    expect(third?.sequenceNumber).toBe(3);
    await bench.answer(480);
    expect(bench.caller.messages("480 INVITE")).toHaveLength(1);
    expect(bench.callee.messages("INVITE")).toHaveLength(3);
    expect(bench.counts).toMatchObject({ applicationSessions: 0, dialogs: 0 });
  });

  it("cancel the target of a redirection as well", async () => {
    options({ redirects: 1 });
    const { callId, branch, fromTag } = await bench.invite();
    await bench.answer(302, { contact: undefined, headers: { Contact: "<sip:one@192.0.2.9:5060>" } });
    await bench.answer(180);
    await bench.lab.send(bench.caller, {
      method: "CANCEL",
      callId,
      fromTag,
      via: `SIP/2.0/UDP 192.0.2.2:5060;branch=${branch}`,
    });
    expect(bench.callee.last("CANCEL").requestUri).toBe("sip:one@192.0.2.9:5060");
    await bench.answer(487);
    expect(bench.counts).toMatchObject({ applicationSessions: 0, dialogs: 0 });
  });

  it.each([
    [404, 410],
    [502, 480],
    [486, 486],
    [503, 480],
  ])("map failures by status, then by class: %i to %i", async (status, expected) => {
    options({ failures: { 404: 410, "5xx": 480 } });
    await bench.invite();
    await bench.answer(status);
    expect(bench.caller.messages(`${expected} INVITE`)).toHaveLength(1);
  });

  it.each([
    [{ to: "mailto:a@b.example" }, "argument.scheme"],
    [{ to: "<<" }, "parse.address"],
    [{ failures: { "9xx": 400 } }, "argument.status"],
    [{ failures: { 404: 200 } }, "argument.status"],
    [{ ringingTimeout: -1 }, "argument.invalid"],
  ])("refuse what cannot be taken: %j", async (wrong, code) => {
    options(wrong);
    await bench.invite();
    expect(bench.script.errors).toEqual([expect.objectContaining({ code })]);
    expect(bench.callee.received).toEqual([]);
  });
});

/** Writes down what it is told, and does what a test says. */
class Recorder extends BridgeHooks {
  static lines: string[] = [];
  static act: Partial<Record<keyof BridgeHooks, (...details: never[]) => unknown>> = {};

  override onInvite(_bridge: Bridge, invite: SipServletRequest, received: SipServletRequest): Promise<void> {
    return this.#note("onInvite", "INVITE", invite, received) as Promise<void>;
  }
  override onProvisional(_bridge: Bridge, response: SipServletResponse, received: SipServletResponse): boolean {
    return this.#note("onProvisional", response.status, response, received) as boolean;
  }
  override onAnswer(_bridge: Bridge, response: SipServletResponse, received: SipServletResponse): void {
    this.#note("onAnswer", response.status, response, received);
  }
  override onFailure(_bridge: Bridge, response: SipServletResponse, received: SipServletResponse): string {
    return this.#note("onFailure", received.status, response, received) as string;
  }
  override onEstablished(_bridge: Bridge, ack: SipServletRequest, received: SipServletRequest): void {
    this.#note("onEstablished", ack.method, ack, received);
  }
  override onRequest(_bridge: Bridge, request: SipServletRequest, received: SipServletRequest): Promise<void> {
    return this.#note("onRequest", request.method, request, received) as Promise<void>;
  }
  override onResponse(_bridge: Bridge, response: SipServletResponse, received: SipServletResponse): void {
    this.#note("onResponse", response.status, response, received);
  }
  override onEnd(_bridge: Bridge, end: BridgeEnd): void {
    this.#note("onEnd", `${end.by} ${end.cause} ${end.status ?? "-"} ${end.reason ?? "-"} ${end.duration}`, end, end);
  }

  #note(name: keyof BridgeHooks, what: unknown, ...details: unknown[]): unknown {
    Recorder.lines.push(`${name} ${String(what)}`);
    return (Recorder.act[name] as ((...parameters: unknown[]) => unknown) | undefined)?.(...details);
  }
}

describe("a bridge's hooks", () => {
  beforeEach(() => {
    Recorder.lines = [];
    Recorder.act = {};
    options({ hooks: Recorder });
  });

  it("hear of every step", async () => {
    await bench.invite();
    await bench.answer(180);
    await bench.answer(200);
    await bench.ack();
    bench.callee.answer("INFO", 200).answer("BYE", 200);
    await bench.request(bench.callerEnd, "INFO");
    await bench.settle(5000);
    await bench.request(bench.callerEnd, "BYE", { headers: { Reason: "Q.850;cause=16" } });
    expect(Recorder.lines).toEqual([
      "onInvite INVITE",
      "onProvisional 180",
      "onAnswer 200",
      "onEstablished ACK",
      "onRequest INFO",
      "onResponse 200",
      "onEnd caller hangup - Q.850;cause=16 5000",
    ]);
  });

  it("hear of the ACK after a redirection as well", async () => {
    options({ hooks: Recorder, redirects: 1 });
    await bench.invite();
    await bench.answer(302, { contact: undefined, headers: { Contact: "<sip:one@192.0.2.9:5060>" } });
    await bench.answer(200);
    await bench.ack();
    const expected = ["onInvite INVITE", "onInvite INVITE", "onAnswer 200", "onEstablished ACK"];
    expect(Recorder.lines).toEqual(expected);
  });

  it("change what passes", async () => {
    Recorder.act.onInvite = (invite: SipServletRequest) => invite.setHeader("X-Hook", "in");
    Recorder.act.onAnswer = (response: SipServletResponse) => response.setHeader("X-Hook", "out");
    await bench.invite();
    expect(bench.callee.last("INVITE").header("X-Hook")).toBe("in");
    await bench.answer(200);
    expect(bench.caller.last("200 INVITE").header("X-Hook")).toBe("out");
  });

  it("refuse a call, also after some time", async () => {
    Recorder.act.onInvite = async (_invite: SipServletRequest, received: SipServletRequest) => {
      await Promise.resolve();
      await received.createResponse(603).send();
    };
    await bench.invite();
    expect(bench.caller.messages("603 INVITE")).toHaveLength(1);
    expect(bench.callee.received).toEqual([]);
    expect(bench.counts).toMatchObject({ applicationSessions: 0, dialogs: 0 });
  });

  it("hold provisionals back", async () => {
    Recorder.act.onProvisional = () => false;
    await bench.invite();
    await bench.answer(180);
    expect(bench.caller.messages("180 INVITE")).toEqual([]);
  });

  it("try another target after a failure", async () => {
    Recorder.act.onFailure = () => (Recorder.lines.length < 3 ? "sip:other@192.0.2.9:5060" : undefined);
    await bench.invite();
    await bench.answer(486);
    expect(bench.callee.last("INVITE").requestUri).toBe("sip:other@192.0.2.9:5060");
    await bench.answer(404);
    expect(bench.caller.messages("404 INVITE")).toHaveLength(1);
  });

  it("see every INVITE before it leaves, and all of them go by the routes", async () => {
    options({ to: "sip:bob@trunk.example", route: [`${calleeUri};lr`], hooks: Recorder });
    Recorder.act.onInvite = (invite: SipServletRequest) => invite.setHeader("X-Try", String(Recorder.lines.length));
    Recorder.act.onFailure = () => (Recorder.lines.length < 3 ? "sip:bob@trunk.example" : undefined);
    await bench.invite();
    await bench.answer(407);
    const invites = bench.callee.messages("INVITE");
    expect(invites.map((invite) => invite.headers("Route"))).toEqual([[`<${calleeUri};lr>`], [`<${calleeUri};lr>`]]);
    expect(invites.map((invite) => invite.header("X-Try"))).toEqual(["1", "3"]);
    await bench.answer(404);
    expect(bench.caller.messages("404 INVITE")).toHaveLength(1);
  });

  it("answer a request inside the call themselves", async () => {
    await bench.establish();
    Recorder.act.onRequest = (_copy: SipServletRequest, received: SipServletRequest) =>
      received.createResponse(415).send();
    await bench.request(bench.callerEnd, "INFO");
    expect(bench.caller.messages("415 INFO")).toHaveLength(1);
    expect(bench.callee.messages("INFO")).toEqual([]);
  });

  it("are told how a call failed or was cancelled", async () => {
    await bench.invite();
    await bench.answer(486);
    const { callId, branch, fromTag } = await bench.invite();
    await bench.answer(180);
    await bench.lab.send(bench.caller, {
      method: "CANCEL",
      callId,
      fromTag,
      via: `SIP/2.0/UDP 192.0.2.2:5060;branch=${branch}`,
    });
    expect(Recorder.lines.filter((line) => line.startsWith("onEnd"))).toEqual([
      "onEnd callee failed 486 - 0",
      "onEnd caller cancelled - - 0",
    ]);
  });

  it("that throw are logged by name, and the bridge goes on", async () => {
    for (const name of ["onInvite", "onProvisional", "onAnswer", "onEstablished", "onEnd"] as const) {
      Recorder.act[name] = () => {
        throw new RangeError(`${name} is broken`);
      };
    }
    Recorder.act.onRequest = () => Promise.reject(new RangeError("later"));
    await bench.establish();
    bench.callee.answer("INFO", 200).answer("BYE", 200);
    await bench.request(bench.callerEnd, "INFO");
    await bench.request(bench.callerEnd, "BYE");
    expect(bench.callee.messages("BYE")).toHaveLength(1);
    const handlers = bench.lab.log.filter(({ level }) => level === "error").map(({ fields }) => fields["handler"]);
    expect(handlers).toEqual([
      "Recorder.onInvite",
      "Recorder.onAnswer",
      "Recorder.onEstablished",
      "Recorder.onRequest",
      "Recorder.onEnd",
    ]);
  });
});
