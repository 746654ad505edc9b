import { ManualClock, WireMessage, createSeededRandom, requestText, type HeaderOverrides } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { DigestServer } from "../../../auth/server/digest-server.js";
import { MemoryUserStore } from "../../../auth/users/memory-user-store.js";
import { parseMessage } from "../../../message/parse-message.js";
import { serializeMessage } from "../../../message/serialize-message.js";
import type { SipRequest } from "../../../message/sip-request.js";
import { parseUri } from "../../../uri/parse-uri.js";
import { MemoryLocationStore } from "./location-store.js";
import { RegistrarCore } from "./registrar-core.js";
import type { RegistrarOptions } from "./registrar-options.js";

const home = "sip:alice@192.0.2.1:5060";
const mobile = "sip:alice@192.0.2.2:5060";
const instance = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

let clock: ManualClock;
let changes: string[];
let sequenceNumber: number;

beforeEach(() => {
  clock = new ManualClock();
  changes = [];
  sequenceNumber = 0;
});

function open(options: Partial<RegistrarOptions> = {}): RegistrarCore {
  return new RegistrarCore({
    domains: ["example.com"],
    clock,
    random: createSeededRandom(9),
    onChange: ({ kind, binding }) => changes.push(`${kind} ${binding.contactUri}`),
    ...options,
  });
}

interface RegisterParts {
  readonly contacts?: readonly string[];
  readonly to?: string;
  readonly uri?: string;
  readonly callId?: string;
  readonly number?: number;
  readonly via?: readonly string[];
  readonly headers?: HeaderOverrides;
}

function registerText(parts: RegisterParts): string {
  const { contacts = [], to = "<sip:alice@example.com>", uri = "sip:example.com", via, callId = "cycle-1" } = parts;
  const headers = { Contact: contacts, ...parts.headers };
  const number = parts.number ?? ++sequenceNumber;
  return requestText({ method: "REGISTER", uri, to, callId, sequenceNumber: number, via, headers });
}

function parse(text: string): SipRequest {
  const message = parseMessage(Buffer.from(text));
  if (message.kind !== "request") throw new TypeError(`no request: ${text}`);
  return message;
}

/** Sends a REGISTER and reads the answer. */
function register(registrar: RegistrarCore, parts: RegisterParts = {}): WireMessage {
  const response = registrar.receiveRegister(parse(registerText(parts)));
  if ("then" in response) throw new TypeError("the memory store needs no promise");
  return new WireMessage(serializeMessage(response));
}

function lookUp(registrar: RegistrarCore, uri = "sip:alice@example.com") {
  const outcome = registrar.lookUp(parseUri(uri));
  if ("then" in outcome) throw new TypeError("the memory store needs no promise");
  return outcome;
}

function targets(registrar: RegistrarCore, uri?: string): string[] {
  const outcome = lookUp(registrar, uri);
  if (outcome.kind === "missing") return [String(outcome.statusCode)];
  return outcome.targets.map(({ flows }) => flows.map(({ requestUri }) => requestUri).join(" then "));
}

describe("RFC 3261 §10.3 RegistrarCore", () => {
  describe("before it looks at bindings", () => {
    it.each([
      ["the Request-URI of another domain", { uri: "sip:example.net" }, 404],
      ["an address of another domain", { to: "<sip:alice@example.net>" }, 404],
      ["an extension it does not know", { headers: { Require: "path, foo, bar" } }, 420],
      ["a Path that cannot be read", { headers: { Path: "no brackets" } }, 400],
    ])("refuses %s", (_what, parts, status) => {
      expect(register(open(), parts).status).toBe(status);
    });

    it("names the unknown extensions, and those alone", () => {
      expect(register(open(), { headers: { Require: "path, foo, bar" } }).header("Unsupported")).toBe("foo, bar");
    });

    it("refuses an address that does not exist", () => {
      expect(register(open({ isKnown: () => false })).status).toBe(404);
    });

    it("challenges, and lets a user register its own address only", () => {
      const users = new MemoryUserStore([{ username: "bob", password: "secret" }]);
      const authentication = new DigestServer({ realm: "example.com", users, algorithms: ["SHA-256", "MD5"] });
      const answer = register(open({ authentication }), { contacts: [`<${home}>`] });
      expect(answer.status).toBe(401);
      expect(answer.headers("WWW-Authenticate")).toHaveLength(2);
      const verify = (): { kind: "accepted"; username: string } => ({ kind: "accepted", username: "bob" });
      const accepting = { verify } as unknown as DigestServer; // stands for one that accepted the credentials of bob
      expect(register(open({ authentication: accepting })).status).toBe(403);
      expect(register(open({ authentication: accepting }), { to: "<sip:bob@example.com>" }).status).toBe(200);
    });
  });

  describe("when it registers", () => {
    it("answers with all bindings, the seconds left of each, and the date", () => {
      const registrar = open();
      register(registrar, { contacts: [`"Alice" <${home}>;q=0.5;expires=600`] });
      clock.advance(100_000);
      const answer = register(registrar, {
        contacts: [`<${mobile}>`],
        callId: "cycle-2",
        headers: { Expires: "1800" },
      });
      expect(answer.values("Contact")).toEqual([`"Alice" <${home}>;q=0.5;expires=500`, `<${mobile}>;expires=1800`]);
      expect(answer.header("Date")).toBe("Mon, 01 Jan 2024 00:01:40 GMT");
      expect(answer.toTag).toBeDefined();
    });

    it.each([
      ["that of the Contact before that of the header", `<${home}>;expires=700`, "900", 700],
      ["that of the header", `<${home}>`, "900", 900],
      ["an hour when none is told", `<${home}>`, undefined, 3600],
      ["an hour for one that cannot be read", `<${home}>;expires=soon`, undefined, 3600],
      ["an hour for one that is too large", `<${home}>;expires=99999999999`, undefined, 3600],
      ["no more than policy allows", `<${home}>;expires=4294967295`, undefined, 86_400],
    ])("grants %s", (_what, contact, expires, granted) => {
      const answer = register(open(), { contacts: [contact], headers: { Expires: expires } });
      expect(answer.header("Contact")).toBe(`<${home}>;expires=${granted}`);
    });

    it.each([
      [1, 423],
      [59, 423],
      [60, 200],
    ])("takes %d s for %d", (expires, status) => {
      const answer = register(open(), { contacts: [`<${home}>;expires=${expires}`] });
      expect(answer.status).toBe(status);
      expect(answer.header("Min-Expires")).toBe(status === 423 ? "60" : undefined);
    });

    it("calls nothing of an hour or more too brief", () => {
      const registrar = open({ minExpires: 7200 });
      expect(register(registrar, { contacts: [`<${home}>;expires=3600`] }).status).toBe(200);
      expect(register(registrar, { contacts: [`<${home}>;expires=3599`] }).status).toBe(423);
    });

    it("finds a binding by URI comparison and keeps one of both", () => {
      const registrar = open();
      register(registrar, { contacts: ["<sip:alice@host.example.com:5060;x=1>"] });
      const answer = register(registrar, { contacts: ["<sip:%61lice@HOST.example.com:5060>"] });
      expect(answer.values("Contact")).toEqual(["<sip:%61lice@HOST.example.com:5060>;expires=3600"]);
      expect(changes[1]).toMatch(/^refreshed/);
    });

    it("knows an address by user and host alone", () => {
      const registrar = open();
      register(registrar, { contacts: [`<${home}>`], to: '"A" <sips:%61lice:pw@EXAMPLE.com:5070;user=phone>' });
      expect(targets(registrar)).toEqual([home]);
    });

    it("takes several Contacts at once or none of them", () => {
      const registrar = open();
      expect(register(registrar, { contacts: [`<${home}>, <${mobile}>`] }).values("Contact")).toHaveLength(2);
      const third = "<sip:alice@192.0.2.3>";
      expect(register(registrar, { contacts: [third, `<${home}>;expires=5`] }).status).toBe(423);
      expect(register(registrar).values("Contact")).toHaveLength(2);
    });

    it("keeps contacts that are no SIP URIs", () => {
      expect(register(open(), { contacts: ["<mailto:alice@example.com>", "<tel:+15551234>"] }).status).toBe(200);
    });

    it("refuses more contacts than policy allows", () => {
      const registrar = open({ maxBindings: 1 });
      register(registrar, { contacts: [`<${home}>`] });
      expect(register(registrar, { contacts: [`<${mobile}>`] }).status).toBe(403);
      expect(register(registrar, { contacts: [`<${home}>`] }).status).toBe(200);
    });
  });

  describe("when the order is wrong", () => {
    it.each([3, 2])("refuses number %d behind 3 of the same Call-ID and changes nothing", (number) => {
      const registrar = open();
      register(registrar, { contacts: [`<${home}>`], number: 3 });
      expect(register(registrar, { contacts: [`<${home}>;expires=0`], number }).status).toBe(500);
      expect(register(registrar, { contacts: ["*"], headers: { Expires: "0" }, number }).status).toBe(500);
      expect(register(registrar, { contacts: [`<${mobile}>`, `<${home}>`], number }).status).toBe(500);
      expect(targets(registrar)).toEqual([home]);
    });

    it("does not compare numbers of different Call-IDs", () => {
      const registrar = open();
      register(registrar, { contacts: [`<${home}>`], number: 900 });
      expect(register(registrar, { contacts: [`<${home}>;expires=0`], number: 1, callId: "other" }).status).toBe(200);
      expect(targets(registrar)).toEqual(["480"]);
    });
  });

  describe("when it removes", () => {
    it("removes one binding, known or not", () => {
      const registrar = open();
      register(registrar, { contacts: [`<${home}>`, `<${mobile}>`] });
      const answer = register(registrar, {
        contacts: [`<${home}>`, "<sip:nobody@192.0.2.7>"],
        headers: { Expires: "0" },
      });
      expect(answer.status).toBe(200);
      expect(answer.values("Contact")).toEqual([`<${mobile}>;expires=3600`]);
      expect(changes.at(-1)).toBe(`removed ${home}`);
    });

    it("removes all by *", () => {
      const registrar = open();
      register(registrar, { contacts: [`<${home}>`, `<${mobile}>`] });
      const answer = register(registrar, { contacts: ["*"], headers: { Expires: "0" } });
      expect([answer.status, answer.header("Contact")]).toEqual([200, undefined]);
    });

    it.each([
      ["another Contact", ["*", `<${home}>`], "0"],
      ["an expiry", ["*"], "60"],
      ["no expiry", ["*"], undefined],
      ["a parameter", ["*;expires=0"], undefined],
    ])("refuses * with %s", (_what, contacts, expires) => {
      const message = parseMessage(Buffer.from(registerText({ contacts, headers: { Expires: expires } })));
      const status =
        message.kind === "request" ? register(open(), { contacts, headers: { Expires: expires } }).status : undefined;
      expect(message.kind === "failure" ? message.statusCode : status).toBe(400);
    });

    it("drops what has ended, tells so, and keeps no timer", () => {
      const registrar = open();
      register(registrar, { contacts: [`<${home}>;expires=60`, `<${mobile}>;expires=90`] });
      clock.advance(60_000);
      expect(targets(registrar)).toEqual([mobile]);
      clock.advance(30_000);
      expect(changes.slice(2)).toEqual([`expired ${home}`, `expired ${mobile}`]);
      expect(clock.pendingCount).toBe(0);
    });
  });

  describe("when it is asked", () => {
    it("tells all bindings without Contact in the request", () => {
      const registrar = open();
      register(registrar, { contacts: [`<${home}>`] });
      expect(register(registrar).values("Contact")).toEqual([`<${home}>;expires=3600`]);
      expect(changes).toHaveLength(1);
    });

    it("orders by q, the newest first among equals", () => {
      const registrar = open();
      register(registrar, { contacts: [`<${home}>;q=0.3`] });
      clock.advance(1000);
      register(registrar, { contacts: [`<${mobile}>;q=0.3`, "<sip:desk@192.0.2.3>"] });
      expect(targets(registrar)).toEqual(["sip:desk@192.0.2.3", mobile, home]);
    });

    it("answers 404 for addresses that do not exist and 480 for those without bindings", () => {
      const isKnown = (uri: { toString(): string }): boolean => String(uri).includes("alice");
      expect(targets(open({ isKnown }), "sip:nobody@example.com")).toEqual(["404"]);
      expect(targets(open({ isKnown }))).toEqual(["480"]);
    });

    it("gives a sips request contacts over TLS alone", () => {
      const registrar = open();
      register(registrar, { contacts: [`<${home}>`, "<sips:alice@192.0.2.4>", "<sip:alice@192.0.2.5;transport=tls>"] });
      expect(targets(registrar, "sips:alice@example.com")).toHaveLength(2);
    });
  });

  describe("when the store needs time", () => {
    it("changes nothing when the store fails", async () => {
      const store = new MemoryLocationStore();
      const broken = { read: (key: string) => store.read(key), replace: () => Promise.reject(new RangeError("full")) };
      const registrar = open({ store: broken });
      const response = await registrar.receiveRegister(parse(registerText({ contacts: [`<${home}>`] })));
      expect(response.statusCode).toBe(500);
      expect([store.size, changes.length]).toEqual([0, 0]);
    });

    it("keeps the order of arrival for one address", async () => {
      const store = new MemoryLocationStore();
      const slow = {
        read: async (key: string) => store.read(key),
        replace: async (...change: Parameters<MemoryLocationStore["replace"]>) => store.replace(...change),
      };
      const registrar = open({ store: slow });
      const texts = [1, 2, 3].map((number) =>
        registerText({ contacts: [`<${home}>;expires=${number * 100}`], number }),
      );
      const answers = await Promise.all(texts.map(async (text) => registrar.receiveRegister(parse(text))));
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
      expect(answers[2]?.getText("Contact")).toContain("expires=300");
    });

    it("starts over when another registrar was faster", async () => {
      const store = new MemoryLocationStore();
      const other = open({ store });
      let disturbed = false;
      const contended = {
        read: (key: string) => store.read(key),
        replace: (...change: Parameters<MemoryLocationStore["replace"]>) => {
          if (!disturbed) register(other, { contacts: [`<${mobile}>`], callId: "other" });
          disturbed = true;
          return store.replace(...change);
        },
      };
      expect(register(open({ store: contended }), { contacts: [`<${home}>`] }).values("Contact")).toHaveLength(2);
    });
  });
});

describe("RFC 3327 §5.3 Path at the registrar", () => {
  const path = ["<sip:p3.example.com;lr>", "<sip:p1.example.com;lr>"];

  it("keeps the vector in order, answers with it and pushes it", () => {
    const registrar = open();
    const headers = { Path: path, Supported: "path" };
    expect(register(registrar, { contacts: [`<${home}>`], headers }).values("Path")).toEqual(path);
    const outcome = lookUp(registrar);
    expect(outcome.kind === "found" && outcome.targets[0]?.flows[0].routes).toEqual(path);
    register(registrar, { contacts: [`<${home}>`] });
    const after = lookUp(registrar);
    expect(after.kind === "found" && after.targets[0]?.flows[0].routes).toEqual([]);
  });

  it("asks for support where policy says so", () => {
    const answer = register(open({ pathWithoutSupport: "refuse" }), {
      contacts: [`<${home}>`],
      headers: { Path: path },
    });
    expect([answer.status, answer.header("Require")]).toEqual([421, "path"]);
  });

  it("tells the routes of Service-Route, and copies no Record-Route", () => {
    const registrar = open({ serviceRoutes: () => path });
    const answer = register(registrar, { headers: { "Record-Route": "<sip:rr.example.com;lr>" } });
    expect(answer.values("Service-Route")).toEqual(path);
    expect(answer.header("Record-Route")).toBeUndefined();
  });
});

describe("RFC 5626 §6 outbound at the registrar", () => {
  const via = ["SIP/2.0/TCP edge.example.com;branch=z9hG4bK-e", "SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK-u"];
  const edge = "<sip:token@edge.example.com;lr;ob>";
  const headers = { Supported: "path, outbound", Path: edge };
  const flow = (number: number, uri = home): string => `<${uri}>;reg-id=${number};+sip.instance="<${instance}>"`;

  it("binds by instance and reg-id, whatever URI and Call-ID", () => {
    const registrar = open();
    register(registrar, { contacts: [flow(1)], via, headers });
    const answer = register(registrar, { contacts: [flow(1, mobile)], via, headers, callId: "reborn", number: 1 });
    expect(answer.values("Contact")).toEqual([`${flow(1, mobile)};expires=3600`]);
    expect(answer.header("Require")).toBe("outbound");
  });

  it("offers one flow of an instance at a time, the newest first", () => {
    const registrar = open();
    register(registrar, { contacts: [flow(1)], via, headers });
    clock.advance(1000);
    register(registrar, { contacts: [flow(2, mobile)], via, headers, callId: "second" });
    expect(targets(registrar)).toEqual([`${mobile} then ${home}`]);
  });

  it.each([
    ["no Path", { Supported: "path, outbound" }, via, 439],
    ["an edge without ob", { ...headers, Path: "<sip:edge.example.com;lr>" }, via, 439],
    ["no Path, but straight from the user agent", { Supported: "path, outbound" }, via.slice(1), 200],
    ["no Supported: outbound", { Supported: "path" }, via, 200],
  ])("answers a flow with %s", (_what, fields, vias, status) => {
    const answer = register(open(), { contacts: [flow(1)], via: vias, headers: fields });
    expect(answer.status).toBe(status);
    const isOutbound = status === 200 && fields.Supported.includes("outbound");
    expect(answer.header("Require")).toBe(isOutbound ? "outbound" : undefined);
  });

  it("refuses a second lasting Contact beside a flow, not one that goes", () => {
    expect(register(open(), { contacts: [flow(1), `<${mobile}>`], via, headers }).status).toBe(400);
    expect(register(open(), { contacts: [flow(1), `<${mobile}>;expires=0`], via, headers }).status).toBe(200);
  });

  it("ignores reg-id without instance", () => {
    const answer = register(open(), { contacts: [`<${home}>;reg-id=1`, `<${mobile}>`], via, headers });
    expect([answer.status, answer.header("Require")]).toEqual([200, undefined]);
  });

  it("compares instances without regard to case", () => {
    const registrar = open();
    register(registrar, { contacts: [flow(1)], via, headers });
    const upper = flow(1, mobile).replace(instance, instance.toUpperCase());
    expect(register(registrar, { contacts: [upper], via, headers }).values("Contact")).toHaveLength(1);
  });

  it("drops the bindings of a flow that closed", () => {
    const registrar = open({ flowOf: () => "flow-1", flowTimer: 120 });
    const transport = { protocol: "tcp", isReliable: true };
    const connection = { transport, remote: { address: "192.0.2.1", port: 4000 } } as never; // as far as a registrar looks
    const text = registerText({ contacts: [flow(1)], via: via.slice(1), headers: { Supported: "outbound" } });
    const answer = registrar.receiveRegister(parse(text), connection);
    expect("then" in answer ? undefined : answer.getText("Flow-Timer")).toBe("120");
    void registrar.flowClosed("flow-1");
    expect(targets(registrar)).toEqual(["480"]);
    expect(changes.at(-1)).toBe(`flow-closed ${home}`);
  });
});

describe("many addresses", () => {
  it("cost one timer, and all of them end in time", () => {
    const registrar = open();
    const before = clock.pendingCount;
    for (let user = 0; user < 1200; user++) {
      const to = `<sip:user${user}@example.com>`;
      register(registrar, { contacts: [`<${home}>;expires=${60 + (user % 600)}`], to, callId: `c${user}` });
    }
    expect([registrar.count.addresses, clock.pendingCount - before]).toEqual([1200, 1]);
    clock.advance(359_000);
    expect(registrar.count.addresses).toBe(600);
    clock.advance(600_000);
    expect([registrar.count.addresses, clock.pendingCount - before]).toEqual([0, 0]);
    expect(changes.filter((change) => change.startsWith("expired"))).toHaveLength(1200);
  });
});

describe("domains of several names", () => {
  const names: Readonly<Record<string, string>> = { "192.0.2.9": "example.com", "example.com": "example.com" };

  it("are one: a binding made by one name is found by another", () => {
    const registrar = open({ domains: (host) => names[host] });
    expect(register(registrar, { contacts: [`<${home}>`], to: "<sip:alice@192.0.2.9>" }).status).toBe(200);
    expect([targets(registrar), targets(registrar, "sip:alice@192.0.2.9")]).toEqual([[home], [home]]);
    expect(registrar.serves(parseUri("sip:alice@192.0.2.9"))).toBe(true);
    expect(register(registrar, { to: "<sip:alice@example.net>" }).status).toBe(404);
  });
});

describe("a user whose credentials somebody else has checked", () => {
  const request = (): SipRequest => parse(registerText({ contacts: [`<${home}>`] }));

  it.each([
    ["alice", 200],
    ["bob", 403],
    [undefined, 200],
  ])("registers as alice being %s: %i", (username, status) => {
    const answer = open().receiveRegister(request(), undefined, username);
    expect("then" in answer ? 0 : answer.statusCode).toBe(status);
  });

  it("is judged by who decides about others, with the request at hand", () => {
    const asked: string[] = [];
    const mayRegister: RegistrarOptions["mayRegister"] = (user, address, { method }) => {
      asked.push(`${method} ${user} for ${String(address)}`);
      return true;
    };
    const answer = open({ mayRegister }).receiveRegister(request(), undefined, "secretary");
    expect("then" in answer ? 0 : answer.statusCode).toBe(200);
    expect(asked).toEqual(["REGISTER secretary for sip:alice@example.com"]);
  });
});

describe("RFC 5627 §5 GRUUs at the registrar", () => {
  const headers = { Supported: "gruu" };
  const contact = `<${home}>;+sip.instance="<${instance}>"`;

  function gruusOf(answer: WireMessage): { pub: string; temp: string } {
    const value = answer.values("Contact").find((each) => each.includes("pub-gruu")) ?? "";
    const read = (name: string): string => new RegExp(`${name}="([^"]+)"`).exec(value)?.[1] ?? "";
    return { pub: read("pub-gruu"), temp: read("temp-gruu") };
  }

  it("makes a public one of address and instance, and a new temporary one each time", () => {
    const registrar = open();
    const first = gruusOf(register(registrar, { contacts: [contact], headers }));
    const second = gruusOf(register(registrar, { contacts: [contact], headers }));
    expect(first.pub).toBe(`sip:alice@example.com;gr=${instance}`);
    expect(second.pub).toBe(first.pub);
    expect(second.temp).not.toBe(first.temp);
    expect(second.temp).not.toContain("alice");
    const uris = [first.pub, first.temp, second.temp];
    expect(uris.map((uri) => targets(registrar, uri))).toEqual([[home], [home], [home]]);
  });

  it("leads to one instance, never to the others of the address", () => {
    const registrar = open();
    const { pub, temp } = gruusOf(register(registrar, { contacts: [contact], headers }));
    register(registrar, { contacts: [`<${mobile}>;+sip.instance="<urn:uuid:other>"`], headers, callId: "other" });
    expect(targets(registrar)).toHaveLength(2);
    expect([targets(registrar, pub), targets(registrar, temp)]).toEqual([[home], [home]]);
  });

  it("names the extension in no answer", () => {
    expect(register(open(), { contacts: [contact], headers }).header("Supported")).toBe("path, outbound");
    expect(register(open({ outbound: false }), { headers }).header("Supported")).toBe("path");
  });

  it("makes none without Supported: gruu, nor for contacts without instance", () => {
    const registrar = open();
    expect(String(register(registrar, { contacts: [contact] }))).not.toContain("gruu=");
    const answer = register(registrar, { contacts: [`<${mobile}>`], headers });
    expect(answer.values("Contact").map((value) => value.includes("pub-gruu"))).toEqual([true, false]);
  });

  it("lets the temporary ones end with a new Call-ID, the public one stay", () => {
    const registrar = open();
    const { pub, temp } = gruusOf(register(registrar, { contacts: [contact], headers }));
    const renewed = gruusOf(register(registrar, { contacts: [contact], headers, callId: "rebooted" }));
    expect(targets(registrar, temp)).toEqual(["404"]);
    expect(targets(registrar, renewed.temp)).toEqual([home]);
    expect(targets(registrar, pub)).toEqual([home]);
  });

  it("answers 480 for the public and 404 for the temporary one when nobody is there", () => {
    const registrar = open();
    const { pub, temp } = gruusOf(register(registrar, { contacts: [contact], headers }));
    register(registrar, { contacts: ["*"], headers: { Expires: "0" } });
    expect([targets(registrar, pub), targets(registrar, temp)]).toEqual([["480"], ["404"]]);
  });

  it.each(["sip:alice@example.com;gr=urn:uuid:unknown", "sip:tgruu.AAAA@example.com;gr", "sip:guess@example.com;gr"])(
    "knows no %s",
    (uri) => {
      const registrar = open();
      register(registrar, { contacts: [contact], headers });
      expect(targets(registrar, uri)).toEqual(["404"]);
    },
  );

  it.each(["sip:alice@example.com", `sip:alice@example.com;gr=${instance}`, "mailto:alice@example.com"])(
    "refuses the Contact %s",
    (uri) => {
      const answer = register(open(), { contacts: [`<${uri}>;+sip.instance="<${instance}>"`], headers });
      expect(answer.status).toBe(403);
    },
  );

  it("takes no GRUU from the user agent's own words", () => {
    const forged = `${contact};pub-gruu="sip:evil@example.com;gr=x"`;
    expect(String(register(open(), { contacts: [forged] }))).not.toContain("evil");
  });
});
