import type { AutomaticProcessingListener } from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorld, type LabWorld } from "./container-lab.js";
import { keep, obeyCancel, ProxyLab } from "./proxy-lab.js";

let world: LabWorld;
let bench: ProxyLab;

beforeEach(async () => {
  world = createWorld();
  bench = await ProxyLab.start({}, world);
  for (const phone of [bench.bob, bench.carol]) obeyCancel(phone);
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

/** A call through the proxy that stands, some requests of it passed. */
async function establish(recordRoute = true) {
  bench.proxyTo([bench.bob], (proxy) => void (proxy.recordRoute = recordRoute));
  await bench.call();
  const { session } = bench.script.request("INVITE");
  keep(session);
  await bench.answer(bench.bob, 200);
  await bench.acknowledge();
  return session;
}

/** Both ends accept what ends their call. */
function obeyBye(): void {
  bench.bob.answer("BYE", 200);
  bench.alice.answer("BYE", 200);
}

describe("JSR 359 terminateProxiedDialog", () => {
  it("ends the call on both sides, each BYE in the name of the other end", async () => {
    obeyBye();
    const session = await establish();
    const info = await bench.fromCaller("INFO");
    await bench.answer(bench.bob, 200, { method: "INFO" });
    const ended = session.terminateProxiedDialog();
    await bench.settle();
    await ended;
    const toCallee = bench.bob.last("BYE");
    expect([toCallee.requestUri, toCallee.fromTag, toCallee.toTag]).toEqual([bench.bob.uri, "alice-tag", "bob-tag"]);
    expect([toCallee.sequenceNumber, toCallee.values("Route")]).toEqual([info.sequenceNumber + 1, []]);
    const toCaller = bench.alice.last("BYE");
    expect([toCaller.requestUri, toCaller.fromTag, toCaller.toTag]).toEqual([bench.alice.uri, "bob-tag", "alice-tag"]);
    expect(toCaller.sequenceNumber).toBe(1);
    expect(toCaller.callId).toBe(toCallee.callId);
    expect(session.state).toBe("TERMINATED");
    expect(bench.script.heard.at(-1)).toBe("200 INFO");
  });

  it("goes on from the numbers that the callee has used, and to where the ends have moved", async () => {
    obeyBye();
    const session = await establish();
    await bench.fromCallee("INVITE", bench.bob, { contact: "<sip:moved@192.0.2.3:5060>" });
    bench.alice.received.at(-1)?.reply(200);
    await bench.settle();
    await bench.fromCallee("ACK", bench.bob, { sequenceNumber: 101 });
    bench.carol.answer("BYE", 200);
    void session.terminateProxiedDialog();
    await bench.settle();
    expect(bench.carol.last("BYE").requestUri).toBe("sip:moved@192.0.2.3:5060");
    expect(bench.alice.last("BYE").sequenceNumber).toBe(102);
  });

  it("takes the routes of the other proxies on either side", async () => {
    bench.proxyTo([bench.bob], (proxy) => void (proxy.recordRoute = true));
    await bench.call({ headers: { "Record-Route": "<sip:192.0.2.3:5060;lr;near>" } });
    const recordRoute = ["<sip:192.0.2.4:5060;lr;far>", ...bench.bob.last("INVITE").values("Record-Route")];
    await bench.answer(bench.bob, 200, { recordRoute });
    const { session } = bench.script.request("INVITE");
    void session.terminateProxiedDialog();
    await bench.settle();
    expect(bench.carol.last("BYE").values("Route")).toEqual(["<sip:192.0.2.3:5060;lr;near>"]);
    expect(bench.dave.last("BYE").values("Route")).toEqual(["<sip:192.0.2.4:5060;lr;far>"]);
  });

  it.each([
    ["UAC", 1, 0],
    ["UAS", 0, 1],
  ] as const)("ends it toward the %s alone", async (mode, toCaller, toCallee) => {
    obeyBye();
    const session = await establish();
    void session.terminateProxiedDialog(mode);
    await bench.settle();
    expect([bench.alice.messages("BYE").length, bench.bob.messages("BYE").length]).toEqual([toCaller, toCallee]);
    expect(session.state).toBe("TERMINATED");
  });

  it.each([false, true])("shows a listener what is sent and what comes; with a mode: %s", async (hasMode) => {
    obeyBye();
    const session = await establish();
    const seen: string[] = [];
    const listener: AutomaticProcessingListener = {
      outgoingRequest: (request) => {
        seen.push(`> ${request.method}`);
        request.setHeader("Reason", "SIP;cause=403");
      },
      incomingResponse: ({ status, method }) => void seen.push(`< ${status} ${method}`),
    };
    void (hasMode ? session.terminateProxiedDialog("UAS", listener) : session.terminateProxiedDialog(listener));
    await bench.settle();
    expect(bench.bob.last("BYE").header("Reason")).toBe("SIP;cause=403");
    expect(seen).toEqual(hasMode ? ["> BYE", "< 200 BYE"] : ["> BYE", "> BYE", "< 200 BYE", "< 200 BYE"]);
  });

  it("answers what the ends send meanwhile; the application hears nothing more", async () => {
    const session = await establish();
    void session.terminateProxiedDialog();
    await bench.fromCaller("INFO");
    await bench.fromCaller("BYE");
    expect([bench.answers("INFO"), bench.answers("BYE")]).toEqual([[481], [200]]);
    expect(bench.bob.messages("INFO")).toEqual([]);
    expect(bench.script.heard.at(-1)).toBe("ACK");
    await bench.answer(bench.bob, 200, { method: "BYE" });
    bench.alice.received.find(({ message }) => message.summary === "BYE")?.reply(481);
    await bench.settle();
    expect(session.state).toBe("TERMINATED");
  });

  it("is over when nobody answers the BYE", async () => {
    const session = await establish();
    void session.terminateProxiedDialog();
    await bench.settle(32_100);
    expect(session.state).toBe("TERMINATED");
  });

  it("still forwards the ACK of a call that it ends at once", async () => {
    obeyBye();
    bench.proxyTo([bench.bob], (proxy) => void (proxy.recordRoute = true));
    bench.script.onResponse = ({ session }) => void session.terminateProxiedDialog();
    await bench.call();
    await bench.answer(bench.bob, 200);
    await bench.acknowledge();
    expect(bench.bob.messages("ACK")).toHaveLength(1);
    expect(bench.bob.messages("BYE")).toHaveLength(1);
  });

  it("cancels a call that nobody has answered", async () => {
    bench.proxyTo([bench.bob], (proxy) => void (proxy.recordRoute = true));
    await bench.call();
    await bench.answer(bench.bob, 180);
    void bench.script.request("INVITE").session.terminateProxiedDialog();
    await bench.settle();
    expect(bench.bob.messages("CANCEL")).toHaveLength(1);
    expect(bench.answers()).toEqual([180, 487]);
  });

  it("does nothing twice", async () => {
    obeyBye();
    const session = await establish();
    void session.terminateProxiedDialog();
    await session.terminateProxiedDialog();
    await bench.settle();
    await session.terminateProxiedDialog();
    expect(bench.bob.messages("BYE")).toHaveLength(1);
  });

  it("is not for user agents, nor for a call that does not run through here", async () => {
    const session = await establish(false);
    expect(() => session.terminateProxiedDialog()).toThrow(code("state.proxy"));
    bench.script.onInitial = (request) => {
      expect(() => request.session.terminateProxiedDialog()).toThrow(code("state.proxy"));
      return request.createResponse(480).send();
    };
    await bench.call();
    expect(bench.answers().at(-1)).toBe(480);
  });
});

describe("JSR 289 §6.3 a proxied call in another container", () => {
  /** Moves the call to a second container at the address of the first. */
  async function move(): Promise<void> {
    const session = await establish();
    const { container } = bench.lab;
    const snapshot = await container.passivateSession(session.applicationSession.id);
    expect(container.counts).toMatchObject({ applicationSessions: 0, dialogs: 0 });
    const plain = JSON.parse(JSON.stringify(snapshot)) as typeof snapshot;
    await bench[Symbol.asyncDispose]();
    const { alice, bob } = bench;
    const moved = await ProxyLab.beside(bench, world);
    moved.lab.container.activateSession(plain);
    expect([moved.alice, moved.bob]).toEqual([alice, bob]);
    bench = moved;
  }

  it("goes on: requests of the dialog reach the application and are forwarded", async () => {
    await move();
    await bench.fromCaller("INFO");
    await bench.answer(bench.bob, 200, { method: "INFO" });
    await bench.fromCallee("BYE");
    bench.alice.received.at(-1)?.reply(200);
    await bench.settle();
    expect(bench.script.heard).toEqual(["INFO", "200 INFO", "BYE", "200 BYE"]);
    expect(bench.script.request("BYE").session.state).toBe("TERMINATED");
  });

  it("can be ended from there", async () => {
    obeyBye();
    await move();
    const [session] = bench.sessions();
    void session?.terminateProxiedDialog();
    await bench.settle();
    expect([bench.alice.last("BYE").fromTag, bench.bob.last("BYE").fromTag]).toEqual(["bob-tag", "alice-tag"]);
    expect(session?.state).toBe("TERMINATED");
  });
});
