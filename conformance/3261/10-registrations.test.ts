import {
  DigestClient,
  DigestServer,
  MemoryLocationStore,
  MemoryUserStore,
  RegistrarCore,
  Registration,
  parseUri,
  type LocationStore,
} from "@siplet/core";
import { createSeededRandom, type ScriptedUserAgent, type WireMessage } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { openAgent, openLab, openRegistrar, openStack, partsOf, type StackLab } from "../stack-lab.js";

const addressOfRecord = "sip:alice@192.0.2.9";
const domains = ["192.0.2.9"];

function register(
  { clock }: StackLab,
  agent: ScriptedUserAgent,
  sequenceNumber: number,
  headers: Record<string, string | readonly string[] | undefined>,
): WireMessage {
  agent.sendRequest({
    method: "REGISTER",
    uri: "sip:192.0.2.9",
    to: `<${addressOfRecord}>`,
    callId: "cycle",
    sequenceNumber,
    headers,
  });
  clock.advance(0);
  return agent.last((message) => !message.isRequest);
}

function contactsOf(registrar: RegistrarCore): string[] {
  const bindings = registrar.bindings(parseUri(addressOfRecord));
  return "then" in bindings ? [] : bindings.map(({ contactUri }) => contactUri);
}

describe("RFC 3261 §10.3 checklist 42: what a registrar answers", () => {
  it("adds, lists, refreshes and removes bindings, one by one and all at once", async () => {
    const lab = openLab();
    const registrar = new RegistrarCore({ domains, clock: lab.clock });
    await openRegistrar(lab, registrar);
    const agent = openAgent(lab, "192.0.2.1");
    const [home, mobile] = ["<sip:alice@192.0.2.1>", "<sip:alice@192.0.2.2;transport=tcp>"];
    expect(register(lab, agent, 1, { Contact: [home, `${mobile};expires=120`], Expires: "600" }).status).toBe(200);
    const all = register(lab, agent, 2, {});
    expect(all.values("Contact")).toEqual([`${home};expires=600`, `${mobile};expires=120`]);
    expect(all.header("Date")).toBeDefined();
    expect(register(lab, agent, 3, { Contact: `${home};expires=0` }).values("Contact")).toHaveLength(1);
    expect(register(lab, agent, 4, { Contact: "*", Expires: "0" }).header("Contact")).toBeUndefined();
    expect(contactsOf(registrar)).toEqual([]);
  });

  it("answers each wrong request by its row", async () => {
    const lab = openLab();
    await openRegistrar(lab, new RegistrarCore({ domains, clock: lab.clock }));
    const agent = openAgent(lab, "192.0.2.1");
    const contact = "<sip:alice@192.0.2.1>";
    expect(register(lab, agent, 1, { Require: "foo" }).header("Unsupported")).toBe("foo");
    expect(register(lab, agent, 2, { To: "<sip:alice@example.net>" }).status).toBe(404);
    expect(register(lab, agent, 3, { Contact: ["*", contact], Expires: "0" }).status).toBe(400);
    expect(register(lab, agent, 4, { Contact: "*", Expires: "60" }).status).toBe(400);
    const brief = register(lab, agent, 5, { Contact: `${contact};expires=1` });
    expect([brief.status, brief.header("Min-Expires")]).toEqual([423, "60"]);
  });

  it("answers copies of a request with copies of the answer, though their number was used", async () => {
    const lab = openLab();
    await openRegistrar(lab, new RegistrarCore({ domains, clock: lab.clock }));
    const agent = openAgent(lab, "192.0.2.1");
    lab.network.duplicate("REGISTER", { copies: 3 });
    register(lab, agent, 1, { Contact: "<sip:alice@192.0.2.1>" });
    expect(agent.messages((message) => !message.isRequest).map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});

describe("RFC 3261 §10.3 checklist 43: order", () => {
  it("keeps a removal that overtook an older refresh of the same Call-ID", async () => {
    const lab = openLab();
    const registrar = new RegistrarCore({ domains, clock: lab.clock });
    await openRegistrar(lab, registrar);
    const agent = openAgent(lab, "192.0.2.1");
    const [home, mobile] = ["<sip:alice@192.0.2.1>", "<sip:alice@192.0.2.2>"];
    register(lab, agent, 1, { Contact: [home, mobile] });
    lab.network.hold((message) => message.sequenceNumber === 2 && message.isRequest, 1000);
    register(lab, agent, 2, { Contact: [`${home};expires=0`, mobile] });
    register(lab, agent, 3, { Contact: [home, `${mobile};expires=0`] });
    lab.clock.advance(1000);
    expect(contactsOf(registrar)).toEqual(["sip:alice@192.0.2.1"]);
    expect(register(lab, agent, 3, { Contact: `${home};expires=0`, "Call-ID": "cycle" }).status).toBe(500);
    expect(contactsOf(registrar)).toEqual(["sip:alice@192.0.2.1"]);
  });
});

describe("RFC 3261 §10.3 checklist 44: all or nothing", () => {
  it("changes nothing when the store refuses to commit", async () => {
    const lab = openLab();
    const memory = new MemoryLocationStore();
    let isFull = false;
    const store: LocationStore = {
      read: (key) => memory.read(key),
      replace: (record, expected) => {
        if (isFull) throw new RangeError("the store is full");
        return memory.replace(record, expected);
      },
    };
    const registrar = new RegistrarCore({ domains, clock: lab.clock, store });
    await openRegistrar(lab, registrar);
    const agent = openAgent(lab, "192.0.2.1");
    register(lab, agent, 1, { Contact: "<sip:alice@192.0.2.1>" });
    isFull = true;
    expect(
      register(lab, agent, 2, { Contact: ["<sip:alice@192.0.2.2>", "<sip:alice@192.0.2.1>;expires=0"] }).status,
    ).toBe(500);
    expect(contactsOf(registrar)).toEqual(["sip:alice@192.0.2.1"]);
    expect(
      register(lab, agent, 3, { Contact: ["<sip:alice@192.0.2.3>", "<sip:alice@192.0.2.4>;expires=5"] }).status,
    ).toBe(423);
    expect(contactsOf(registrar)).toEqual(["sip:alice@192.0.2.1"]);
  });
});

describe("RFC 3261 §10.2 a registration over a bad network", () => {
  it.each([1, 2, 3, 4, 5])("stays registered for a day with loss, copies and disorder (seed %i)", async (seed) => {
    const lab = openLab({ delay: 20, jitter: 80, loss: 0.2, duplication: 0.2, reordering: 0.2 }, seed);
    const users = new MemoryUserStore([{ username: "alice", password: "secret" }]);
    const authentication = new DigestServer({ realm: "192.0.2.9", users, clock: lab.clock });
    const registrar = new RegistrarCore({ domains, clock: lab.clock, authentication, maxExpires: 600 });
    await openRegistrar(lab, registrar);
    const stack = await openStack(lab, "192.0.2.1");
    const random = createSeededRandom(seed);
    const digest = new DigestClient({ credentials: () => ({ username: "alice", password: "secret" }), random });
    const lapses: number[] = [];
    const registration = new Registration(
      partsOf(stack, digest),
      { addressOfRecord },
      { onLapsed: () => lapses.push(lab.clock.monotonic()) },
    );
    registration.register();
    await lab.clock.advanceAsync(60_000);
    for (let hour = 0; hour < 24; hour++) {
      await lab.clock.advanceAsync(3_600_000);
      expect(contactsOf(registrar)).toEqual(["sip:alice@192.0.2.1:5060"]);
    }
    expect(lapses).toEqual([]);
    registration.unregister();
    await lab.clock.advanceAsync(40_000);
    expect([contactsOf(registrar), registration.state]).toEqual([[], "idle"]);
  });
});
