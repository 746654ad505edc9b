import { SipFactory, type ProxyTarget, type SipServletRequest } from "@siplet/framework";
import { ScriptedUserAgent, type WireMessage } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { ContainerLab, createWorld } from "./container-lab.js";
import { Script, scriptedApplication } from "./scripted-application.js";

const container = { address: "192.0.2.10", port: 5060 };

/** A container that proxies where the test says, over UDP, TCP and WebSocket. */
class TargetLab {
  readonly world = createWorld();
  readonly script = new Script();
  #lab: ContainerLab | undefined;

  static async start(): Promise<TargetLab> {
    const self = new TargetLab();
    const { network } = self.world;
    const listen = (["udp", "tcp", "ws"] as const).map((protocol) =>
      network.transport({ protocol, ...container, port: protocol === "ws" ? 80 : 5060 }),
    );
    self.#lab = await ContainerLab.start({ applications: [scriptedApplication(self.script)], listen }, self.world);
    return self;
  }

  get lab(): ContainerLab {
    if (this.#lab === undefined) throw new RangeError("not started");
    return this.#lab;
  }

  agent(name: string, address: string, protocol: "udp" | "tcp" | "ws" = "udp"): ScriptedUserAgent {
    const { network, clock } = this.world;
    const peer = { ...container, port: protocol === "ws" ? 80 : 5060 };
    return ScriptedUserAgent.inMemory(network, { name, protocol, address, port: 5060, clock, peer });
  }

  uri(text: string) {
    return this.lab.container.bean("scripted", SipFactory).createUri(text);
  }

  /** Proxies INVITEs to these targets. */
  proxyTo(targets: () => ProxyTarget | readonly ProxyTarget[], parallel = true): void {
    this.script.on["INVITE"] = (request: SipServletRequest) => {
      if (!request.isInitial) return undefined;
      const proxy = request.getProxy();
      proxy.parallel = parallel;
      return proxy.proxyTo(targets());
    };
  }

  async invite(caller: ScriptedUserAgent, options: Partial<Parameters<ScriptedUserAgent["request"]>[0]> = {}) {
    return this.lab.send(caller, { method: "INVITE", ...options });
  }
}

const summaries = (messages: readonly WireMessage[]) => messages.map(({ summary }) => summary);

describe("targets of a location service (RFC 3261 §16.6, RFC 3327 §5.3, RFC 5626 §6)", () => {
  it("of equal q are tried at once, the most wanted first", async () => {
    const lab = await TargetLab.start();
    const [first, second, third] = [1, 2, 3].map((n) => lab.agent(`phone${n}`, `192.0.2.${20 + n}`));
    const caller = lab.agent("caller", "192.0.2.1");
    const phones = [first, second, third].map((phone) => phone?.uri ?? "");
    lab.proxyTo(() => phones.map((uri, index) => ({ uri: lab.uri(uri), q: index < 2 ? 0.9 : 0.2 })));
    second?.answer("INVITE", 486);
    await lab.invite(caller);
    expect([first, second, third].map((phone) => phone?.messages("INVITE").length)).toEqual([1, 1, 0]);
    first?.received[0]?.reply(480);
    await lab.lab.settle();
    expect(third?.messages("INVITE")).toHaveLength(1);
  });

  it("are tried one after the other by a sequential proxy, in the order given", async () => {
    const lab = await TargetLab.start();
    const [first, second] = [lab.agent("one", "192.0.2.21"), lab.agent("two", "192.0.2.22")];
    const caller = lab.agent("caller", "192.0.2.1");
    lab.proxyTo(() => [first, second].map(({ uri }) => ({ uri: lab.uri(uri), q: 1 })), false);
    first.answer("INVITE", 486);
    await lab.invite(caller);
    expect([first.messages("INVITE").length, second.messages("INVITE").length]).toEqual([1, 1]);
  });

  it("get the Path they were registered with as Route; one Contact by two Paths is two targets", async () => {
    const lab = await TargetLab.start();
    const [one, two] = [lab.agent("edge1", "192.0.2.31"), lab.agent("edge2", "192.0.2.32")];
    const routes = ["<sip:192.0.2.31:5060;lr>", "<sip:192.0.2.32:5060;lr>"];
    lab.proxyTo(() => routes.map((route) => ({ uri: lab.uri("sip:bob@10.0.0.1"), routes: [route] })));
    await lab.invite(lab.agent("caller", "192.0.2.1"));
    expect([one, two].map((edge) => edge.last("INVITE").values("Route"))).toEqual(routes.map((route) => [route]));
    expect(one.last("INVITE").requestUri).toBe("sip:bob@10.0.0.1");
  });

  it("have other ways, tried on 430 alone", async () => {
    const lab = await TargetLab.start();
    const [one, two] = [lab.agent("edge1", "192.0.2.31"), lab.agent("edge2", "192.0.2.32")];
    const caller = lab.agent("caller", "192.0.2.1");
    const way = (host: string) => ({ uri: lab.uri("sip:bob@10.0.0.1"), routes: [`<sip:${host}:5060;lr>`] });
    lab.proxyTo(() => ({ ...way("192.0.2.31"), alternatives: [way("192.0.2.32")] }));
    await lab.invite(caller);
    expect(two.messages("INVITE")).toEqual([]);
    two.answer("INVITE", 486);
    one.received[0]?.reply(430);
    await lab.lab.settle();
    expect(summaries(caller.messages()).at(-1)).toBe("486 INVITE");
  });
});

describe("flows (RFC 5626 §5.3, RFC 7118 §5)", () => {
  /** A browser that has sent something, and the token of its flow. */
  async function browserOf(lab: TargetLab) {
    const browser = lab.agent("browser", "192.0.2.7", "ws");
    lab.script.on["OPTIONS"] = (request) => request.createResponse(200).send();
    await lab.lab.send(browser, { method: "OPTIONS", contact: "<sip:bob@x.invalid;transport=ws>" });
    const path = await pathOf(lab, browser);
    return { browser, flow: /sip:([\w-]+)@/.exec(path)?.[1] ?? "" };
  }

  /** The Path that a REGISTER gets when it passes here. */
  async function pathOf(lab: TargetLab, browser: ScriptedUserAgent): Promise<string> {
    const home = lab.agent("home", "192.0.2.40");
    lab.script.on["REGISTER"] = (request) => {
      const proxy = request.getProxy();
      proxy.addToPath = true;
      return proxy.proxyTo(lab.uri(home.uri));
    };
    await lab.lab.send(browser, { method: "REGISTER", contact: "<sip:bob@x.invalid;transport=ws>" });
    return home.last("REGISTER").values("Path")[1] ?? "";
  }

  it("lead to a browser, and keep its dialog here, whatever recordRoute says", async () => {
    const lab = await TargetLab.start();
    const { browser, flow } = await browserOf(lab);
    const caller = lab.agent("caller", "192.0.2.1");
    lab.script.on["BYE"] = () => undefined;
    lab.proxyTo(() => ({ uri: lab.uri("sip:bob@x.invalid;transport=ws"), flow }));
    browser.answer("INVITE", 200);
    browser.answer("BYE", 200);
    const sent = await lab.invite(caller);
    expect(browser.last("INVITE").requestUri).toBe("sip:bob@x.invalid;transport=ws");
    const answer = caller.last("200 INVITE");
    const inDialog = { uri: answer.contactUri ?? "", callId: sent.callId, fromTag: sent.fromTag, toTag: answer.toTag };
    const route = answer.values("Record-Route").toReversed();
    caller.sendRequest({ method: "ACK", sequenceNumber: 1, route, ...inDialog });
    caller.sendRequest({ method: "BYE", sequenceNumber: 2, route, ...inDialog });
    await lab.lab.settle();
    expect(summaries(browser.messages()).slice(-3)).toEqual(["INVITE", "ACK", "BYE"]);
    expect(lab.lab.container.counts.dialogs).toBe(0);
  });

  it("that are gone are answered by 480 and nobody else is called", async () => {
    const lab = await TargetLab.start();
    const { flow } = await browserOf(lab);
    lab.world.network.reset("192.0.2.7");
    await lab.lab.settle();
    const caller = lab.agent("caller", "192.0.2.1");
    lab.proxyTo(() => ({ uri: lab.uri("sip:bob@x.invalid;transport=ws"), flow }));
    await lab.invite(caller);
    expect(summaries(caller.messages()).at(-1)).toBe("480 INVITE");
  });

  it("named by our own Route are taken; 430 once they are gone", async () => {
    const lab = await TargetLab.start();
    const browser = lab.agent("browser", "192.0.2.7", "ws");
    const path = await pathOf(lab, browser);
    const caller = lab.agent("caller", "192.0.2.1");
    lab.script.on["INVITE"] = (request) => request.getProxy().proxyTo(request.requestUri);
    const options = { uri: "sip:bob@x.invalid;transport=ws", route: [path] };
    await lab.invite(caller, options);
    expect(browser.messages("INVITE")).toHaveLength(1);
    lab.world.network.reset("192.0.2.7");
    await lab.lab.settle();
    await lab.invite(caller, options);
    expect(summaries(caller.messages()).at(-1)).toBe("430 INVITE");
  });
});
