/** A servlet that proxies, with Kamailio in front of it and behind it; SIPp and baresip at the ends, a browser's flow. */
import "reflect-metadata";
import { createSocket } from "node:dgram";
import { wsTransport } from "@siplet/core/transport/ws";
import {
  bootstrap,
  SipFactory,
  SipServlet,
  SipServletBase,
  type ContainerOptions,
  type SipContainer,
  type SipServletRequest,
  type SipServletResponse,
  type SipSession,
} from "@siplet/framework";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { needs } from "../counterparts/available.js";
import { startBaresip } from "../counterparts/baresip.js";
import { freePort } from "../counterparts/free-port.js";
import { startKamailio } from "../counterparts/kamailio.js";
import { stopEverything } from "../counterparts/lifetimes.js";
import { explainSipp, type SippResult } from "../counterparts/sipp-result.js";
import { runSipp, startSippServer } from "../counterparts/sipp.js";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
  await stopEverything();
});

/** What the servlet does with an initial request; what it has seen. */
interface Plan {
  onInitial: (request: SipServletRequest) => unknown;
  readonly heard: string[];
  session?: SipSession;
}

/** A container whose servlet follows the plan, over UDP and TCP of one port; gives its address. */
async function startProxy(
  plan: Plan,
  more: ContainerOptions["listen"] = [],
): Promise<{ readonly container: SipContainer; readonly address: string }> {
  @SipServlet({ name: "proxy" })
  class Planned extends SipServletBase {
    override service(request: SipServletRequest | undefined, response?: SipServletResponse): void | Promise<void> {
      plan.heard.push(request?.method ?? `${response?.status} ${response?.method}`);
      if (request?.isInitial !== true) return undefined;
      plan.session = request.session;
      return plan.onInitial(request) as void;
    }
  }
  const port = await freePort();
  const listen = [`udp:127.0.0.1:${port}`, `tcp:127.0.0.1:${port}`, ...more];
  const applications = [{ name: "proxy", servlets: [Planned] }];
  const container = await bootstrap({ applications, listen, log: silent, drainTimeout: 0 });
  opened.push(container);
  return { container, address: `127.0.0.1:${port}` };
}

/** Proxies each call to one place, record-routed. */
function planTo(target: () => string, container: () => SipContainer): Plan {
  return {
    heard: [],
    onInitial: (request) => {
      const proxy = request.getProxy();
      proxy.recordRoute = true;
      return proxy.proxyTo(container().bean("proxy", SipFactory).createUri(target()));
    },
  };
}

function expectCalls(result: SippResult, calls: number): void {
  expect(result, explainSipp(result)).toMatchObject({ calls, successful: calls, failed: 0, unexpected: 0 });
}

describe("a servlet proxy between two Kamailios", () => {
  it.for([
    ["uac-call.xml", "uas-answer.xml", "BYE"],
    ["uac-reject.xml", "uas-reject.xml", undefined],
    ["uac-message.xml", "uas-message.xml", undefined],
    ["uac-reinvite.xml", "uas-reinvite.xml", "BYE"],
  ] as const)("carries %s to %s", async ([uac, uas, seen], context) => {
    needs(context, "kamailio", "sipp");
    const [front, back] = [await startKamailio(), await startKamailio()];
    const server = await startSippServer({ scenario: uas, calls: 5 });
    const plan = planTo(
      () => `sip:bob@${back.address}`,
      () => container,
    );
    const { container, address } = await startProxy(plan);
    await front.addBinding("bob", `sip:bob@${address}`);
    await back.addBinding("bob", `sip:bob@${server.address}`);
    const client = await runSipp({ scenario: uac, target: front.address, user: "bob", calls: 5, callMs: 100 });
    expectCalls(client, 5);
    expectCalls(await server.finished(), 5);
    if (seen !== undefined) expect(plan.heard.filter((each) => each === seen)).toHaveLength(5);
  });
});

describe("a servlet proxy between two baresips", () => {
  it("carries a call with hold that the application ends on both sides, and one that is given up", async (context) => {
    needs(context, "baresip");
    let bobs = "";
    const plan = planTo(
      () => bobs,
      () => container,
    );
    const { container, address } = await startProxy(plan);
    const account = { domain: address, outboundProxy: `sip:${address}` };
    const alice = await startBaresip({ user: "alice", ...account });
    const bob = await startBaresip({ user: "bob", ...account, transport: "tcp" });
    bobs = bob.contact;
    await alice.dial(`sip:bob@${address}`);
    await bob.waitForEvent("CALL_INCOMING");
    await bob.accept();
    await alice.waitForEvent("CALL_ESTABLISHED");
    await alice.hold();
    await alice.resume();
    await plan.session?.terminateProxiedDialog();
    await alice.waitForEvent("CALL_CLOSED");
    await bob.waitForEvent("CALL_CLOSED");
    await alice.dial(`sip:bob@${address}`);
    await bob.waitForEvent("CALL_INCOMING");
    await alice.hangup();
    await bob.waitForEvent("CALL_CLOSED");
    await until(() => plan.heard.includes("487 INVITE"));
    expect(plan.heard).toContain("CANCEL");
  });
});

describe("the flow of a WebSocket", () => {
  /** Opens a WebSocket as a browser does, and registers on it. */
  async function openBrowser(
    url: string,
    cookie: string,
  ): Promise<{ readonly socket: WebSocket; readonly got: string[] }> {
    const socket = new WebSocket(url, "sip", { headers: { cookie } });
    opened.push(socket);
    const got: string[] = [];
    socket.on("message", (data: Buffer) => got.push(data.toString()));
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    socket.send(request("REGISTER", "sip:example.com", { Contact: "<sip:web@x.invalid;transport=ws>" }));
    await until(() => got.some((text) => text.startsWith("SIP/2.0 200")));
    return { socket, got };
  }

  it("tells the handshake, and leads back to the browser, also after it has come again", async () => {
    let token = "";
    const handshakes: unknown[] = [];
    const plan: Plan = {
      heard: [],
      onInitial: (received) => {
        if (received.method === "REGISTER") {
          const context = received.localSipWebSocketContext;
          handshakes.push([context?.requestUri, context?.cookies["who"], context?.headers["sec-websocket-protocol"]]);
          token = received.session.flow?.token ?? "";
          return received.createResponse(200).send();
        }
        expect(received.localSipWebSocketContext).toBeUndefined();
        const proxy = received.getProxy();
        proxy.flow = received.servletContext.getFlow(token);
        return proxy.proxyTo(received.requestUri);
      },
    };
    const { container, address } = await startProxy(plan, [wsTransport({ address: "127.0.0.1", port: 0 })]);
    const port =
      container.listenPoints
        .find((place) => place.startsWith("ws:"))
        ?.split(":")
        .at(-1) ?? "";
    const first = await openBrowser(`ws://127.0.0.1:${port}/sip?a=1`, "who=al%20ice");
    expect(handshakes).toEqual([["/sip?a=1", "al ice", "sip"]]);
    first.socket.close();
    const again = await openBrowser(`ws://127.0.0.1:${port}/sip`, "who=alice");
    const [, sipPort = ""] = address.split(":");
    const caller = createSocket("udp4");
    opened.push(caller);
    caller.send(request("MESSAGE", "sip:web@x.invalid;transport=ws", {}), Number(sipPort), "127.0.0.1");
    await until(() => again.got.some((text) => text.startsWith("MESSAGE sip:web@x.invalid;transport=ws")));
    expect(first.got.some((text) => text.startsWith("MESSAGE"))).toBe(false);
  });
});

let sequence = 0;

/** A request that comes from nowhere in particular. */
function request(method: string, uri: string, headers: Record<string, string>): string {
  sequence += 1;
  const fields = {
    Via: `SIP/2.0/${method === "REGISTER" ? "WS" : "UDP"} x.invalid;rport;branch=z9hG4bK-e2e-${sequence}`,
    "Max-Forwards": "70",
    From: `<sip:web@example.com>;tag=${sequence}`,
    To: "<sip:web@example.com>",
    "Call-ID": `e2e-${sequence}`,
    CSeq: `1 ${method}`,
    ...headers,
    "Content-Length": "0",
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${uri} SIP/2.0`, ...lines, "", ""].join("\r\n");
}

function until(check: () => boolean): Promise<void> {
  return expect.poll(check, { timeout: 10_000 }).toBe(true);
}
