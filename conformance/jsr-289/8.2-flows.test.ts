import {
  SipServletContext,
  type Flow,
  type SipServletRequest,
  type SipServletResponse,
  type SipUri,
} from "@siplet/framework";
import { ScriptedUserAgent, type WireMessage } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorld, type LabWorld } from "./container-lab.js";
import { ProxyLab } from "./proxy-lab.js";

let world: LabWorld;
let bench: ProxyLab;

const container = "192.0.2.10";
const code = (expected: string): unknown => expect.objectContaining({ code: expected });

beforeEach(async () => {
  world = createWorld();
  const listen = (["udp", "tcp", "ws"] as const).map((protocol) =>
    world.network.transport({ protocol, address: container, port: protocol === "ws" ? 80 : 5060 }),
  );
  bench = await ProxyLab.start({ listen }, world);
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

/** A user agent behind a stream: nothing but its own connection leads to it. */
function streamAgent(protocol: "tcp" | "ws", name = "phone"): ScriptedUserAgent {
  const peer = { address: container, port: protocol === "ws" ? 80 : 5060 };
  const options = { name, protocol, address: "192.0.2.7", port: 5060, clock: world.clock, peer };
  return ScriptedUserAgent.inMemory(world.network, options);
}

/** Sends a REGISTER of a browser to the application. */
async function register(phone: ScriptedUserAgent, headers: Record<string, string> = {}): Promise<WireMessage> {
  const contact = '<sip:phone@x.invalid;transport=ws>;reg-id=1;+sip.instance="<urn:uuid:1>"';
  return bench.lab.send(phone, {
    method: "REGISTER",
    contact,
    headers: { Supported: "path, outbound", ...headers },
  });
}

describe("JSR 359 flows of a session and a proxy", () => {
  it("tells the flow by which a request came: both ends, alive, a token that leads back", async () => {
    let flow: Flow | undefined;
    bench.script.onInitial = (request) => {
      flow = request.session.flow;
      expect(request.getProxy().flow).toBe(flow);
      return request.createResponse(200).send();
    };
    await register(streamAgent("tcp"));
    expect(flow?.localUri.toString()).toBe("sip:192.0.2.10:5060;transport=tcp");
    expect(flow?.remoteUri.host).toBe("192.0.2.7");
    expect(flow?.isActive).toBe(true);
    const servletContext = bench.lab.container.bean("proxy", SipServletContext);
    expect(servletContext.getFlow(flow?.token ?? "")).toBe(flow);
  });

  it("gives nothing for a token that was tampered with, and for one of a flow that has ended", async () => {
    let flow: Flow | undefined;
    bench.script.onInitial = (request) => {
      ({ flow } = request.session);
      return request.createResponse(200).send();
    };
    await register(streamAgent("tcp"));
    const servletContext = bench.lab.container.bean("proxy", SipServletContext);
    const token = flow?.token ?? "";
    const other = token.startsWith("A") ? "B" : "A";
    expect(servletContext.getFlow(other + token.slice(1))).toBeUndefined();
    expect(servletContext.getFlow("")).toBeUndefined();
    world.network.reset("192.0.2.7");
    await bench.settle();
    expect([flow?.isActive, servletContext.getFlow(token)]).toEqual([false, undefined]);
  });

  it("tells the FlowListener of a connection that closed, once", async () => {
    const failed: Flow[] = [];
    bench.script.onFlowFailed = (flow) => failed.push(flow);
    let flow: Flow | undefined;
    bench.script.onInitial = (request) => {
      ({ flow } = request.session);
      return request.createResponse(200).send();
    };
    await register(streamAgent("tcp"));
    world.network.reset("192.0.2.7");
    await bench.settle();
    expect(failed).toEqual([flow]);
  });

  it("tells it nothing of connections that no application has asked for", async () => {
    const failed: Flow[] = [];
    bench.script.onFlowFailed = (flow) => failed.push(flow);
    bench.script.onInitial = (request) => request.createResponse(200).send();
    await register(streamAgent("tcp"));
    world.network.reset("192.0.2.7");
    await bench.settle();
    expect(failed).toEqual([]);
  });

  it("takes no flow that has ended, and none that was made elsewhere", async () => {
    let flow: Flow | undefined;
    bench.script.onInitial = (request) => {
      ({ flow } = request.session);
      return request.createResponse(200).send();
    };
    await register(streamAgent("tcp"));
    world.network.reset("192.0.2.7");
    await bench.settle();
    bench.script.onInitial = (request) => {
      const proxy = request.getProxy();
      const [branch] = proxy.createProxyBranches([bench.uri(bench.bob)]);
      expect(() => (proxy.flow = flow)).toThrow(code("state.flow"));
      expect(() => branch && (branch.flow = flow)).toThrow(code("state.flow"));
      expect(() => (request.session.flow = flow)).toThrow(code("state.flow"));
      expect(() => (proxy.flow = { isActive: true } as Flow)).toThrow(code("argument.invalid"));
      return proxy.startProxy();
    };
    await bench.call();
    const [branch] = bench.proxy.proxyBranches;
    expect(() => branch && (branch.flow = undefined)).toThrow(code("state.proxy"));
  });
});

describe("RFC 5626 §5 an edge proxy, as JSR 359 lets it be written", () => {
  const home = () => bench.bob;

  /** REGISTER: the flow goes into Path. Later requests: the Route that comes back tells the flow. */
  function edge(request: SipServletRequest): unknown {
    const proxy = request.getProxy();
    if (request.method === "REGISTER") {
      proxy.addToPath = true;
      const path = proxy.getPathUri();
      path.user = proxy.flow?.token;
      path.setParameter("ob", "");
      return proxy.proxyTo(bench.uri(home()));
    }
    const flow = flowOf(request);
    if (flow === undefined) return request.createResponse(430).send();
    proxy.flow = flow;
    proxy.recordRoute = true;
    return proxy.proxyTo(request.requestUri);
  }

  /** What the Route that came back names. */
  function flowOf({ poppedRoute, servletContext }: SipServletRequest): Flow | undefined {
    const route = poppedRoute?.uri;
    return route?.isSipUri === true ? servletContext.getFlow((route as SipUri).user ?? "") : undefined;
  }

  async function registered(phone: ScriptedUserAgent): Promise<string> {
    bench.script.onInitial = edge;
    await register(phone);
    return home().last("REGISTER").values("Path")[0] ?? "";
  }

  /** The home proxy sends a call by the Path. */
  async function callByPath(path: string): Promise<void> {
    await bench.call({ uri: "sip:phone@x.invalid;transport=ws", route: [path] });
  }

  it.each(["tcp", "ws"] as const)("puts the flow into Path and finds it again, over %s", async (protocol) => {
    const phone = streamAgent(protocol);
    const path = await registered(phone);
    expect(path).toMatch(/^<sip:[\w-]+@192\.0\.2\.10/);
    expect(path).toMatch(/;ob\b/);
    expect(path.match(/;ob\b/g)).toHaveLength(1);
    await callByPath(path);
    expect(phone.messages("INVITE")).toHaveLength(1);
    expect(phone.last("INVITE").requestUri).toBe("sip:phone@x.invalid;transport=ws");
  });

  it("keeps the dialog on the flow: ACK and BYE of the caller, INFO of the browser", async () => {
    const phone = streamAgent("ws");
    await callByPath(await registered(phone));
    await bench.answer(phone, 200, { contact: "<sip:phone@x.invalid;transport=ws>" });
    await bench.acknowledge(phone);
    expect(phone.messages("ACK")).toHaveLength(1);
    const invite = phone.last("INVITE");
    phone.sendRequest({
      method: "INFO",
      uri: invite.contactUri,
      callId: invite.callId,
      fromTag: "phone-tag",
      toTag: invite.fromTag,
      route: invite.values("Record-Route"),
    });
    await bench.settle();
    expect(bench.alice.messages("INFO")).toHaveLength(1);
    await bench.fromCaller("BYE", phone);
    await bench.answer(phone, 200, { method: "BYE" });
    expect(bench.answers("BYE")).toEqual([200]);
    expect(bench.script.heard.slice(-5)).toEqual(["200 INVITE", "ACK", "INFO", "BYE", "200 BYE"]);
  });

  it("reaches a browser that has come back by its new flow, and answers 430 by the old one", async () => {
    const before = streamAgent("ws");
    const oldPath = await registered(before);
    world.network.reset("192.0.2.7");
    await bench.settle();
    await callByPath(oldPath);
    expect(bench.answers()).toEqual([430]);
    await before.close();
    const after = streamAgent("ws", "again");
    await callByPath(await registered(after));
    expect(after.messages("INVITE")).toHaveLength(1);
  });

  it("ends a call of a browser on both sides", async () => {
    const phone = streamAgent("ws");
    await callByPath(await registered(phone));
    await bench.answer(phone, 200, { contact: "<sip:phone@x.invalid;transport=ws>" });
    await bench.acknowledge(phone);
    void bench.script.request("INVITE").session.terminateProxiedDialog();
    await bench.settle();
    expect([phone.messages("BYE").length, bench.alice.messages("BYE").length]).toEqual([1, 1]);
  });

  it("answers 430 for a branch whose flow ends before it is sent, and 403 for a token that is none of ours", async () => {
    const phone = streamAgent("ws");
    const path = await registered(phone);
    bench.script.onInitial = (request) => {
      const proxy = request.getProxy();
      proxy.flow = flowOf(request);
      world.network.reset("192.0.2.7");
      return new Promise<void>((resolve) => setImmediate(resolve)).then(() => proxy.proxyTo(request.requestUri));
    };
    await callByPath(path);
    await bench.settle();
    expect(bench.answers()).toEqual([430]);
    bench.script.onInitial = (request) => request.getProxy().proxyTo(request.requestUri);
    await callByPath(path.replace(/^<sip:./, "<sip:-"));
    expect(bench.answers()).toEqual([430, 403]);
  });
});

describe("JSR 359 flows of a user agent", () => {
  let registrar: ScriptedUserAgent;

  beforeEach(() => {
    const options = {
      name: "registrar",
      protocol: "tcp",
      address: "192.0.2.8",
      port: 5060,
      clock: world.clock,
    } as const;
    registrar = ScriptedUserAgent.inMemory(world.network, options);
  });

  /** Registers from here; the registrar supports outbound. */
  async function registerHere(): Promise<SipServletRequest> {
    const applicationSession = bench.factory.createApplicationSession();
    applicationSession.invalidateWhenReady = false;
    const request = bench.factory.createRequest(
      applicationSession,
      "REGISTER",
      "sip:us@example.com",
      `sip:us@192.0.2.8;transport=tcp`,
    );
    request.session.invalidateWhenReady = false;
    request.requestUri = bench.uri("sip:192.0.2.8;transport=tcp");
    request.setHeader("Supported", "path, outbound");
    await request.send();
    await bench.settle();
    registrar.received.at(-1)?.reply(200, { headers: { Require: "outbound" } });
    await bench.settle();
    return request;
  }

  it("gives the flow of a registration to other requests", async () => {
    const { session } = await registerHere();
    const { flow } = session;
    expect(flow?.remoteUri.toString()).toBe("sip:192.0.2.8:5060;transport=tcp");
    const applicationSession = bench.factory.createApplicationSession();
    const invite = bench.factory.createRequest(
      applicationSession,
      "INVITE",
      "sip:us@example.com",
      "sip:far@example.com",
    );
    invite.session.flow = flow;
    expect(invite.session.flow).toBe(flow);
    await invite.send();
    await bench.settle();
    expect(registrar.last("INVITE").requestUri).toBe("sip:far@example.com");
  });

  it.each(["INVITE", "MESSAGE"])("gets 430 for %s on a flow that has ended", async (method) => {
    const { session } = await registerHere();
    const applicationSession = bench.factory.createApplicationSession();
    const request = bench.factory.createRequest(
      applicationSession,
      method,
      "sip:us@example.com",
      "sip:far@example.com",
    );
    request.session.flow = session.flow;
    const statuses: number[] = [];
    bench.script.onResponse = (response: SipServletResponse) => void statuses.push(response.status);
    world.network.reset("192.0.2.8");
    await bench.settle();
    await request.send();
    await bench.settle();
    expect(statuses).toEqual([430]);
  });

  it("keeps to the connection of a browser that it answered, for it cannot be called", async () => {
    const phone = streamAgent("ws");
    bench.script.onInitial = (request) => request.createResponse(200).send();
    await bench.lab.send(phone, { method: "INVITE", contact: "<sip:phone@x.invalid;transport=ws>" });
    const { session } = bench.script.request("INVITE");
    await session.createRequest("BYE").send();
    await bench.settle();
    expect(phone.last("BYE").requestUri).toBe("sip:phone@x.invalid;transport=ws");
  });
});
