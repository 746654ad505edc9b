import { ScriptedUserAgent, type IncomingMessage, type ManualClock, type MemoryNetwork } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { MemoryAgent, openWorld } from "../../../test/ua/memory-agent.js";
import { OutboundRegistration } from "./outbound-registration.js";

let clock: ManualClock;
let network: MemoryNetwork;
let agent: MemoryAgent;
let edges: ScriptedUserAgent[];
let course: string[];

const addresses = ["192.0.2.20", "192.0.2.21"];

beforeEach(async () => {
  ({ clock, network } = openWorld());
  agent = await MemoryAgent.open(network, clock, [{ protocol: "tcp", address: "192.0.2.1", port: 5060 }]);
  edges = addresses.map((address, index) =>
    ScriptedUserAgent.inMemory(network, { protocol: "tcp", address, port: 5060, name: `edge${index + 1}`, clock }),
  );
  course = [];
});

function grant(require?: string) {
  return (incoming: IncomingMessage): void => {
    incoming.reply(200, { contact: incoming.message.header("Contact"), headers: { Require: require } });
  };
}

function open(): OutboundRegistration {
  const flows = addresses.map((address) => [`<sip:${address};transport=tcp;lr>`]);
  const registration = new OutboundRegistration(
    agent.partsFor(),
    { addressOfRecord: "sip:alice@example.com", instanceId: "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", flows },
    {
      onRegistered: (_binding, flow) => course.push(`registered ${registration.flows.indexOf(flow) + 1}`),
      onFlowFailed: (_error, flow) => course.push(`flow ${registration.flows.indexOf(flow) + 1} failed`),
      onFailed: ({ retryIn = 0 }) => course.push(`again in ${Math.round(retryIn / 1000)}`),
    },
  );
  agent.onConnectionClosed = (connection) => registration.connectionClosed(connection);
  return registration;
}

describe("RFC 5626 §4.2 OutboundRegistration", () => {
  it("registers each flow with a reg-id of its own and one instance", () => {
    for (const edge of edges) edge.on("REGISTER", grant("outbound"));
    open().register();
    clock.advance(0);
    expect(course).toEqual(["registered 1", "registered 2"]);
    const contacts = edges.map((edge) => edge.last("REGISTER").header("Contact"));
    expect(contacts.map((contact) => /reg-id=(\d)/.exec(contact ?? "")?.[1])).toEqual(["1", "2"]);
    expect(new Set(contacts.map((contact) => /"<[^>]+>"/.exec(contact ?? "")?.[0])).size).toBe(1);
  });

  it("lives on with one flow while the other is set up again, with the longer base of 90 s", () => {
    for (const edge of edges) edge.on("REGISTER", grant("outbound"));
    const registration = open();
    registration.register();
    clock.advance(0);
    network.refuse({ address: "192.0.2.20", port: 5060 });
    network.reset("192.0.2.20");
    clock.advance(0);
    expect(registration.liveFlow).toBe(registration.flows[1]);
    const wait = Number(course.at(-1)?.replace("again in ", ""));
    expect(wait).toBeGreaterThanOrEqual(90);
    expect(wait).toBeLessThanOrEqual(180);
  });

  it("keeps one flow only when the registrar does not take part", () => {
    for (const edge of edges) edge.on("REGISTER", grant());
    const registration = open();
    registration.register();
    clock.advance(0);
    expect(registration.flows.filter((flow) => flow.isRegistered)).toHaveLength(1);
    expect(edges[1]?.last("REGISTER").header("Expires")).toBe("0");
    expect(course).toEqual(["registered 1"]);
  });

  it("removes all bindings when it ends", () => {
    for (const edge of edges) edge.on("REGISTER", grant("outbound"));
    const registration = open();
    registration.register();
    clock.advance(0);
    registration.unregister();
    clock.advance(0);
    expect(registration.isRegistered).toBe(false);
    expect(clock.pendingCount).toBe(0);
  });
});
