import { createHash } from "node:crypto";
import { MemoryUserStore } from "@siplet/core";
import {
  equal,
  inject,
  Invite,
  not,
  Register,
  SipListener,
  SipServlet,
  type SipServletRequest,
} from "@siplet/framework";
import {
  Registrar,
  RegistrationListener,
  registrar,
  sharedRegistrar,
  MemoryLocationStore,
  type RegistrarOptions,
  type RegistrationEvent,
} from "@siplet/framework/registrar";
import type { LocationStore } from "@siplet/framework/spi";
import { ScriptedUserAgent, type HeaderOverrides, type WireMessage } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ContainerLab, createWorld, type LabWorld } from "../jsr-289/container-lab.js";

const container = { address: "192.0.2.10", port: 5060 };

@SipServlet({ name: "home" })
class Home {
  constructor(@inject(Registrar) private readonly registrar: Registrar) {}

  @Register()
  onRegister(request: SipServletRequest): Promise<void> {
    return this.registrar.handle(request);
  }

  @Invite()
  async onInvite(request: SipServletRequest): Promise<void> {
    if (request.isInitial) await request.getProxy().proxyTo(await this.registrar.locate(request));
  }
}

let events: string[] = [];

@SipListener()
class Log extends RegistrationListener {
  override contactAdded(event: RegistrationEvent): void {
    note("added", event);
  }
  override contactRefreshed(event: RegistrationEvent): void {
    note("refreshed", event);
  }
  override contactRemoved(event: RegistrationEvent): void {
    note("removed", event);
  }
  override contactExpired(event: RegistrationEvent): Promise<void> {
    note("expired", event);
    return Promise.reject(new RangeError("a listener that fails"));
  }
}

function note(method: string, { kind, addressOfRecord, contact, contacts }: RegistrationEvent): void {
  const [user, uri] = [String(addressOfRecord), String(contact.uri)];
  events.push(`${method} (${kind}) ${uri} of ${user}, ${contacts.length} left`);
}

/** A home domain over UDP, TCP and WebSocket, and phones. */
class HomeLab {
  readonly lab: ContainerLab;
  readonly #world: LabWorld;
  #sequenceNumber = 0;

  private constructor(lab: ContainerLab, world: LabWorld) {
    this.lab = lab;
    this.#world = world;
  }

  static async start(options: RegistrarOptions = { domains: ["example.com"] }): Promise<HomeLab> {
    const world = createWorld();
    const listen = (["udp", "tcp", "ws"] as const).map((protocol) =>
      world.network.transport({ protocol, ...container, port: protocol === "ws" ? 80 : 5060 }),
    );
    const application = { name: "home", servlets: [Home], listeners: [Log], configure: registrar(options) };
    return new HomeLab(await ContainerLab.start({ applications: [application], listen }, world), world);
  }

  get registrar(): Registrar {
    return this.lab.container.bean("home", Registrar);
  }

  agent(name: string, address: string, protocol: "udp" | "tcp" | "ws" = "udp"): ScriptedUserAgent {
    const { network, clock } = this.#world;
    const peer = { ...container, port: protocol === "ws" ? 80 : 5060 };
    return ScriptedUserAgent.inMemory(network, { name, protocol, address, port: 5060, clock, peer });
  }

  /** Sends a REGISTER; gives the answer. */
  async register(agent: ScriptedUserAgent, headers: HeaderOverrides, parts: Partial<RegisterParts> = {}) {
    const {
      user = "alice",
      domain = "example.com",
      callId = `registration of ${agent.name}`.replaceAll(" ", "-"),
    } = parts;
    const { sequenceNumber = ++this.#sequenceNumber, from } = parts;
    const address = `<sip:${user}@${domain}>`;
    const options = { uri: `sip:${domain}`, to: address, from: from ?? `${address};tag=1`, callId, sequenceNumber };
    await this.lab.send(agent, { method: "REGISTER", ...options, headers, via: parts.via });
    return agent.last((message) => !message.isRequest);
  }

  /** Sends an INVITE; gives the status of the answer, if there is one yet. */
  async invite(agent: ScriptedUserAgent, uri: string): Promise<number | undefined> {
    const { callId } = await this.lab.send(agent, { method: "INVITE", uri });
    return agent.messages((message) => !message.isRequest && message.callId === callId).at(-1)?.status;
  }

  async contacts(user = "alice"): Promise<string[]> {
    const contacts = await this.registrar.contacts(`sip:${user}@example.com`);
    return contacts.map(({ uri }) => String(uri));
  }
}

interface RegisterParts {
  readonly user: string;
  readonly domain: string;
  readonly callId: string;
  readonly sequenceNumber: number;
  readonly from: string;
  readonly via: readonly string[];
}

/** The Authorization that answers an MD5 challenge (RFC 2617 §3.2.2). */
function digest({ username, password, challenge }: Record<"username" | "password" | "challenge", string>): string {
  const read = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
  const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
  const [realm, nonce, opaque, uri] = [read("realm"), read("nonce"), read("opaque"), "sip:example.com"];
  const [ha1, ha2] = [md5(`${username}:${realm}:${password}`), md5(`REGISTER:${uri}`)];
  const response = md5(`${ha1}:${nonce}:00000001:c:auth:${ha2}`);
  return (
    `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=MD5, ` +
    `qop=auth, nc=00000001, cnonce="c", opaque="${opaque}", response="${response}"`
  );
}

const home = "sip:alice@192.0.2.1:5060";
const mobile = "sip:alice@192.0.2.2:5060";

beforeEach(() => {
  events = [];
});

describe("RFC 3261 §10.3 an application's registrar", () => {
  let lab: HomeLab;
  let phone: ScriptedUserAgent;

  beforeEach(async () => {
    lab = await HomeLab.start();
    phone = lab.agent("phone", "192.0.2.1");
  });
  afterEach(() => lab.lab[Symbol.asyncDispose]());

  it("adds, lists, refreshes and removes contacts, and tells", async () => {
    const added = await lab.register(phone, {
      Contact: [`<${home}>`, `<${mobile}>;q=0.5;expires=120`],
      Expires: "600",
    });
    expect(added.status).toBe(200);
    expect(added.values("Contact")).toEqual([`<${home}>;expires=600`, `<${mobile}>;q=0.5;expires=120`]);
    expect(added.header("Date")).toBeDefined();
    await lab.register(phone, { Contact: `<${home}>`, Expires: "600" });
    await lab.register(phone, { Contact: `<${home}>;expires=0` });
    const rest = await lab.register(phone, { Contact: "*", Expires: "0" });
    expect(rest.headers("Contact")).toEqual([]);
    expect(events).toEqual([
      `added (added) ${home} of sip:alice@example.com, 2 left`,
      `added (added) ${mobile} of sip:alice@example.com, 2 left`,
      `refreshed (refreshed) ${home} of sip:alice@example.com, 2 left`,
      `removed (removed) ${home} of sip:alice@example.com, 1 left`,
      `removed (removed) ${mobile} of sip:alice@example.com, 0 left`,
    ]);
    expect(lab.registrar.count).toEqual({ addresses: 0, flows: 0 });
  });

  it("forgets who does not refresh in time, by the container's clock, though a listener fails", async () => {
    await lab.register(phone, { Contact: [`<${home}>;expires=60`, `<${mobile}>;expires=120`] });
    await lab.lab.settle(60_000);
    expect(await lab.contacts()).toEqual([mobile]);
    expect(events.at(-1)).toBe(`expired (expired) ${home} of sip:alice@example.com, 1 left`);
    expect(lab.lab.log.filter(({ level }) => level === "error").map(({ fields }) => fields["listener"])).toEqual([
      "Log.contactExpired",
    ]);
  });

  it.each<[string, HeaderOverrides, number]>([
    ["* beside others", { Contact: ["*", `<${home}>`], Expires: "0" }, 400],
    ["* that does not end", { Contact: "*", Expires: "60" }, 400],
    ["a brief time", { Contact: `<${home}>;expires=1` }, 423],
    ["what it does not support", { Require: "foo" }, 420],
    ["a Contact that cannot be read", { Contact: "<sip:" }, 400],
  ])("refuses %s, and nothing changes", async (_what, headers, status) => {
    await lab.register(phone, { Contact: `<${home}>` });
    const answer = await lab.register(phone, headers);
    expect(answer.status).toBe(status);
    if (status === 423) expect(answer.header("Min-Expires")).toBe("60");
    if (status === 420) expect(answer.header("Unsupported")).toBe("foo");
    expect(await lab.contacts()).toEqual([home]);
  });

  it("refuses addresses of other domains", async () => {
    expect((await lab.register(phone, { Contact: `<${home}>` }, { domain: "example.net" })).status).toBe(404);
  });

  it("refuses an older request of the same Call-ID, takes one of another", async () => {
    await lab.register(phone, { Contact: `<${home}>` }, { sequenceNumber: 7 });
    const old = await lab.register(phone, { Contact: `<${home}>;expires=0` }, { sequenceNumber: 6 });
    expect([old.status, await lab.contacts()]).toEqual([500, [home]]);
    await lab.register(phone, { Contact: `<${home}>;expires=0` }, { sequenceNumber: 1, callId: "rebooted" });
    expect(await lab.contacts()).toEqual([]);
  });

  it("lets a third party register for somebody, where nobody asks who it is", async () => {
    await lab.register(phone, { Contact: `<${home}>` }, { from: "<sip:secretary@example.com>;tag=s" });
    expect(await lab.contacts()).toEqual([home]);
  });

  it("leaves nothing of a REGISTER behind but its contacts", async () => {
    await lab.register(phone, { Contact: `<${home}>` });
    await lab.lab.settle(40_000);
    expect(lab.lab.container.counts).toMatchObject({ applicationSessions: 0, dialogs: 0, serverTransactions: 0 });
    expect(lab.registrar.count).toEqual({ addresses: 1, flows: 0 });
  });

  it("lists who is registered, and lets the application take contacts away", async () => {
    await lab.register(phone, { Contact: [`<${home}>`, `<${mobile}>`] });
    await lab.register(phone, { Contact: `<${home}>` }, { user: "bob", callId: "b" });
    const all = await lab.registrar.registrations();
    expect(all.map(({ addressOfRecord, contacts }) => `${String(addressOfRecord)} ${contacts.length}`)).toEqual([
      "sip:alice@example.com 2",
      "sip:bob@example.com 1",
    ]);
    await lab.registrar.remove("sip:alice@example.com", mobile);
    expect(await lab.contacts()).toEqual([home]);
    await lab.registrar.remove("sip:alice@example.com");
    expect([await lab.contacts(), (await lab.registrar.registrations()).length]).toEqual([[], 1]);
  });
});

describe("RFC 3261 §16.5 calls to registered users", () => {
  it("go to all contacts of the highest q, then to the next; 480 for nobody", async () => {
    const lab = await HomeLab.start();
    const [desk, mobilePhone, caller] = [
      lab.agent("alice", "192.0.2.1"),
      lab.agent("alice", "192.0.2.2"),
      lab.agent("caller", "192.0.2.3"),
    ];
    expect(await lab.invite(caller, "sip:alice@example.com")).toBe(480);
    await lab.register(desk, { Contact: [`<${home}>;q=1`, `<${mobile}>;q=0.3`] });
    desk.answer("INVITE", 486);
    await lab.invite(caller, "sip:alice@example.com");
    expect([desk.messages("INVITE").length, mobilePhone.messages("INVITE").length]).toEqual([1, 1]);
  });

  it("take the Path a phone was registered by (RFC 3327 §5.3), and tell it in the 200", async () => {
    const lab = await HomeLab.start();
    const edge = lab.agent("edge", "192.0.2.50");
    const path = "<sip:192.0.2.50:5060;lr>";
    const answer = await lab.register(edge, { Contact: "<sip:alice@10.0.0.1>", Path: path, Supported: "path" });
    expect(answer.values("Path")).toEqual([path]);
    await lab.invite(lab.agent("caller", "192.0.2.3"), "sip:alice@example.com");
    expect([edge.last("INVITE").requestUri, edge.last("INVITE").values("Route")]).toEqual([
      "sip:alice@10.0.0.1",
      [path],
    ]);
  });

  it("reach one device alone by its GRUU (RFC 5627 §5)", async () => {
    const lab = await HomeLab.start();
    const [desk, mobilePhone] = [lab.agent("alice", "192.0.2.1"), lab.agent("alice", "192.0.2.2")];
    const answer = await lab.register(desk, {
      Contact: `<${home}>;+sip.instance="<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>"`,
      Supported: "gruu",
    });
    await lab.register(mobilePhone, { Contact: `<${mobile}>` }, { callId: "mobile" });
    const contact = answer.values("Contact")[0] ?? "";
    const caller = lab.agent("caller", "192.0.2.3");
    for (const name of ["pub-gruu", "temp-gruu"]) {
      await lab.invite(caller, new RegExp(`${name}="([^"]+)"`).exec(contact)?.[1] ?? "");
    }
    expect([desk.messages("INVITE").length, mobilePhone.messages("INVITE").length]).toEqual([2, 0]);
  });
});

describe("RFC 5627 §5.4 requests of dialogs whose Contact is a GRUU", () => {
  const instance = "urn:uuid:00000000-0000-1000-8000-aabbccddeeff";
  const inDialog = { uri: `sip:alice@example.com;gr=${instance}`, toTag: "a", fromTag: "b", callId: "elsewhere" };

  it.each(["tcp", "ws"] as const)(
    "go to the device by %s, though no session knows them; 480 once it is gone",
    async (protocol) => {
      const lab = await HomeLab.start();
      const alice = lab.agent("alice", "192.0.2.1", protocol);
      const Contact = `<${alice.uri}>;+sip.instance="<${instance}>"`;
      await lab.register(alice, { Contact, Supported: "gruu" });
      const bob = lab.agent("bob", "192.0.2.3");
      alice.answer("BYE", 200);
      await lab.lab.send(bob, { method: "ACK", sequenceNumber: 1, ...inDialog });
      await lab.lab.send(bob, { method: "BYE", sequenceNumber: 2, ...inDialog });
      expect(alice.messages((message) => message.isRequest).map(({ summary }) => summary)).toEqual(["ACK", "BYE"]);
      expect(alice.last("BYE").requestUri).toBe(alice.uri);
      expect(bob.last().summary).toBe("200 BYE");
      await lab.register(alice, { Contact: "*", Expires: "0" });
      await lab.lab.send(bob, { method: "INFO", sequenceNumber: 3, ...inDialog });
      expect(bob.last().summary).toBe("480 INFO");
      expect(lab.lab.container.counts.applicationSessions).toBe(0);
    },
  );

  it("are 481 when the dialog is none, and the URI no GRUU of ours", async () => {
    const lab = await HomeLab.start();
    const bob = lab.agent("bob", "192.0.2.3");
    for (const uri of ["sip:alice@example.com", "sip:alice@example.net;gr=x"]) {
      await lab.lab.send(bob, { method: "BYE", ...inDialog, uri, callId: `dialog-${uri.length}` });
      expect(bob.last().summary).toBe("481 BYE");
    }
  });
});

describe("RFC 5626 §6, RFC 7118 §5 contacts on flows", () => {
  const instance = '+sip.instance="<urn:uuid:1>"';

  it.each(["tcp", "ws"] as const)(
    "reach a phone by %s whose Contact leads nowhere, until it is gone",
    async (protocol) => {
      const lab = await HomeLab.start({ domains: ["example.com"], flowTimer: 120 });
      const browser = lab.agent("browser", "192.0.2.7", protocol);
      const contact = `<sip:x@abc.invalid;transport=${protocol}>;reg-id=1;${instance}`;
      const answer = await lab.register(browser, { Contact: contact, Supported: "path, outbound" });
      expect([answer.header("Require"), answer.header("Flow-Timer")]).toEqual(["outbound", "120"]);
      const caller = lab.agent("caller", "192.0.2.3");
      await lab.invite(caller, "sip:alice@example.com");
      expect(browser.last("INVITE").requestUri).toBe(`sip:x@abc.invalid;transport=${protocol}`);
      lab.lab.network.reset("192.0.2.7");
      await lab.lab.settle();
      expect(await lab.contacts()).toEqual([]);
      expect(events.at(-1)).toContain("removed (flow-closed) sip:x@abc.invalid");
      expect(lab.registrar.count).toEqual({ addresses: 0, flows: 0 });
      expect(await lab.invite(caller, "sip:alice@example.com")).toBe(480);
    },
  );

  it("replace one another after a reconnect, by reg-id and instance", async () => {
    const lab = await HomeLab.start();
    const contact = `<sip:x@abc.invalid;transport=ws>;reg-id=1;${instance}`;
    const [first, second] = [lab.agent("first", "192.0.2.7", "ws"), lab.agent("second", "192.0.2.8", "ws")];
    await lab.register(first, { Contact: contact, Supported: "outbound" });
    await lab.register(second, { Contact: contact, Supported: "outbound" });
    lab.lab.network.reset("192.0.2.7");
    await lab.lab.settle();
    await lab.invite(lab.agent("caller", "192.0.2.3"), "sip:alice@example.com");
    expect([first.messages("INVITE").length, second.messages("INVITE").length]).toEqual([0, 1]);
  });

  it("are refused by 439 where the proxy before us does not take part", async () => {
    const lab = await HomeLab.start();
    const edge = lab.agent("edge", "192.0.2.50");
    const via = ["SIP/2.0/UDP 192.0.2.50;branch=z9hG4bKe1", "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKu1"];
    const contact = `<sip:alice@10.0.0.1>;reg-id=1;${instance}`;
    expect((await lab.register(edge, { Contact: contact, Supported: "outbound" }, { via })).status).toBe(439);
  });
});

describe("RFC 3261 §10.3 steps 3 and 4: who asks", () => {
  const users = new MemoryUserStore([
    { username: "alice", password: "secret" },
    { username: "bob", password: "hidden" },
  ]);

  it("challenges, and lets users register themselves alone", async () => {
    const lab = await HomeLab.start({
      domains: ["example.com"],
      authentication: { users, algorithms: ["SHA-256", "MD5"] },
    });
    const phone = lab.agent("phone", "192.0.2.1");
    const challenged = await lab.register(phone, { Contact: `<${home}>` });
    expect(challenged.status).toBe(401);
    expect(
      challenged
        .headers("WWW-Authenticate")
        .map((value) => /realm="([^"]+)".*algorithm=([\w-]+)/.exec(value)?.slice(1)),
    ).toEqual([
      ["example.com", "SHA-256"],
      ["example.com", "MD5"],
    ]);
    const credentials = (username: string, password: string, nonceOf: WireMessage) =>
      digest({ username, password, challenge: nonceOf.headers("WWW-Authenticate")[1] ?? "" });
    const wrong = credentials("alice", "guess", challenged);
    expect((await lab.register(phone, { Contact: `<${home}>`, Authorization: wrong })).status).toBe(401);
    const foreign = credentials("bob", "hidden", challenged);
    expect((await lab.register(phone, { Contact: `<${home}>`, Authorization: foreign })).status).toBe(403);
    const right = credentials("alice", "secret", await lab.register(phone, { Contact: `<${home}>` }));
    expect((await lab.register(phone, { Contact: `<${home}>`, Authorization: right })).status).toBe(200);
  });

  it("asks the application about others, and whether an address exists", async () => {
    const attempts: string[] = [];
    const lab = await HomeLab.start({
      domains: ["example.com"],
      authentication: { users, algorithms: ["MD5"] },
      authorize: async ({ username, addressOfRecord, from }) => {
        attempts.push(`${username} for ${String(addressOfRecord)} from ${String(from)}`);
        return username === "bob";
      },
      isKnown: async (address) => !String(address).includes("nobody"),
    });
    const phone = lab.agent("phone", "192.0.2.1");
    const registerAs = async (user: string) => {
      const from = "<sip:bob@example.com>;tag=1";
      const challenge = (await lab.register(phone, {}, { user, from })).header("WWW-Authenticate") ?? "";
      const Authorization = digest({ username: "bob", password: "hidden", challenge });
      return (await lab.register(phone, { Contact: `<${home}>`, Authorization }, { user, from })).status;
    };
    expect([await registerAs("alice"), await registerAs("nobody")]).toEqual([200, 404]);
    expect(attempts[0]).toBe("bob for sip:alice@example.com from sip:bob@example.com");
    expect(await lab.invite(phone, "sip:nobody@example.com")).toBe(404);
  });
});

describe("what a registrar is made of", () => {
  it("may be the addresses of the container, all of them one domain", async () => {
    const lab = await HomeLab.start({});
    const phone = lab.agent("phone", "192.0.2.1");
    expect((await lab.register(phone, { Contact: `<${home}>` }, { domain: "192.0.2.10" })).status).toBe(200);
    await lab.invite(lab.agent("caller", "192.0.2.3"), "sip:alice@localhost");
    expect(phone.messages("INVITE")).toHaveLength(1);
    expect((await lab.register(phone, { Contact: `<${home}>` }, { domain: "example.com" })).status).toBe(404);
  });

  it("may be a domain of several names", async () => {
    const lab = await HomeLab.start({ domains: ["example.com"], aliases: ["192.0.2.10"] });
    const phone = lab.agent("phone", "192.0.2.1");
    await lab.register(phone, { Contact: `<${home}>` }, { domain: "192.0.2.10" });
    expect(await lab.contacts()).toEqual([home]);
  });

  it("tells Service-Routes (RFC 3608 §6.2)", async () => {
    const lab = await HomeLab.start({ domains: ["example.com"], serviceRoutes: ["<sip:192.0.2.10;lr>"] });
    const answer = await lab.register(lab.agent("phone", "192.0.2.1"), { Contact: `<${home}>` });
    expect(answer.values("Service-Route")).toEqual(["<sip:192.0.2.10;lr>"]);
  });

  it("may keep contacts elsewhere, by promises, one REGISTER of an address after the other", async () => {
    const memory = new MemoryLocationStore();
    const store: LocationStore = {
      read: async (key) => memory.read(key),
      replace: async (record, expected) => memory.replace(record, expected),
    };
    const lab = await HomeLab.start({ domains: ["example.com"], store });
    const [desk, mobilePhone] = [lab.agent("desk", "192.0.2.1"), lab.agent("mobile", "192.0.2.2")];
    const options = { method: "REGISTER", uri: "sip:example.com", to: "<sip:alice@example.com>" };
    desk.sendRequest({ ...options, callId: "desk", headers: { Contact: `<${home}>` } });
    mobilePhone.sendRequest({ ...options, callId: "mobile", headers: { Contact: `<${mobile}>` } });
    await lab.lab.settle();
    expect(await lab.contacts()).toEqual([home, mobile]);
    expect(memory.size).toBe(1);
    await expect(lab.registrar.registrations()).rejects.toMatchObject({ code: "unsupported.operation" });
  });

  it.each<[RegistrarOptions, string]>([
    [{ domains: [] }, "domains is empty"],
    [{ domains: ["sip:example.com"] }, '"sip:example.com" is no host'],
    [{ minExpires: 600, maxExpires: 300 }, "minExpires 600 is above maxExpires 300"],
    [{ minExpires: 7200 }, "an hour is the most"],
    [{ flowTimer: 0 }, "flowTimer 0: a whole number above 0"],
  ])("cannot be %j, and the container does not start", async (options, text) => {
    await expect(HomeLab.start(options)).rejects.toThrow(text);
  });
});

describe("applications that share a registrar by its name", () => {
  @SipServlet({ name: "calls" })
  class Calls {
    constructor(@inject(Registrar) private readonly registrar: Registrar) {}

    @Invite()
    async onInvite(request: SipServletRequest): Promise<void> {
      if (request.isInitial) await request.getProxy().proxyTo(await this.registrar.locate(request));
    }
  }

  @SipServlet({ name: "registers" })
  class Registers {
    constructor(@inject(Registrar) private readonly registrar: Registrar) {}

    @Register()
    onRegister(request: SipServletRequest): Promise<void> {
      return this.registrar.handle(request);
    }
  }

  const isRegister = equal("request.method", "REGISTER");
  const calls = {
    name: "calls",
    servlets: [Calls],
    listeners: [Log],
    servletMappings: [{ servletName: "calls", pattern: not(isRegister) }],
    configure: sharedRegistrar("home"),
  };
  const registers = {
    name: "registers",
    servlets: [Registers],
    servletMappings: [{ servletName: "registers", pattern: isRegister }],
    configure: registrar({ name: "home", domains: ["192.0.2.10"] }),
  };

  it.each([
    ["the one that makes it", [registers, calls]],
    ["the other", [calls, registers]],
  ])("see the same contacts, %s deployed first, until the last one ends", async (_which, applications) => {
    const lab = await ContainerLab.start({ applications });
    const phone = lab.agent("alice", "192.0.2.1");
    const headers = { Contact: `<${home}>` };
    await lab.send(phone, { method: "REGISTER", uri: "sip:192.0.2.10", to: "<sip:alice@192.0.2.10>", headers });
    await lab.send(lab.agent("caller", "192.0.2.3"), { method: "INVITE", uri: "sip:alice@192.0.2.10" });
    expect([phone.messages("INVITE").length, events.length]).toEqual([1, 1]);
    const shared = lab.container.bean("calls", Registrar);
    await lab.container.undeploy("registers");
    expect(await shared.contacts("sip:alice@192.0.2.10")).toHaveLength(1);
    await lab.container.undeploy("calls");
    await expect(lab.container.deploy(registers)).resolves.toBeUndefined();
    const anew = lab.container.bean("registers", Registrar);
    expect(await anew.contacts("sip:alice@192.0.2.10")).toEqual([]);
  });

  it("are told by name when nobody has made it, and when two would", async () => {
    const lab = await ContainerLab.start({ applications: [calls] });
    await expect(lab.container.bean("calls", Registrar).contacts("sip:a@example.com")).rejects.toThrow(
      'none is called "home"; an application of this container makes it by configure: registrar({ name: "home", … })',
    );
    const options = { name: "home", domains: ["example.com"] };
    const both = ["one", "two"].map((name) => ({ name, servlets: [Registers], configure: registrar(options) }));
    await expect(ContainerLab.start({ applications: both })).rejects.toThrow('take it by sharedRegistrar("home")');
  });

  it("are told what a registrar answers", async () => {
    const lab = await HomeLab.start();
    const request = { method: "INVITE" } as never; // as far as it is looked at
    await expect(lab.registrar.handle(request)).rejects.toThrow("a registrar answers REGISTER, not INVITE");
  });
});
