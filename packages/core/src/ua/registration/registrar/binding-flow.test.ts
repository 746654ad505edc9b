import { ManualClock, createSeededRandom, requestText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../../../message/parse-message.js";
import type { Connection } from "../../../transport/transport.js";
import { parseUri } from "../../../uri/parse-uri.js";
import type { LocationRecord } from "./location-record.js";
import { RegistrarCore } from "./registrar-core.js";
import type { BindingChange, RegistrarOptions } from "./registrar-options.js";

const source = "203.0.113.7";

function open(options: Partial<RegistrarOptions> = {}) {
  const told: [BindingChange["kind"], number][] = [];
  const registrar = new RegistrarCore({
    domains: ["example.com"],
    clock: new ManualClock(),
    random: createSeededRandom(3),
    flowOf: ({ remote }) => `flow-${remote.port}`,
    onChange: ({ kind }: BindingChange, { bindings }: LocationRecord) => told.push([kind, bindings.length]),
    ...options,
  });
  return { registrar, told };
}

interface Came {
  readonly protocol?: string;
  readonly port?: number;
  readonly contact: string;
  readonly via?: string;
  readonly path?: string;
  readonly sequenceNumber?: number;
}

function connectionOf(protocol: string, port: number, expected: number[] = []): Connection {
  const isReliable = protocol !== "udp";
  const remote = { address: source, port };
  const expectTraffic = (within: number): void => void expected.push(within);
  return { transport: { protocol, isReliable }, remote, expectTraffic } as never; // as far as a registrar looks
}

function register(registrar: RegistrarCore, came: Came, connection?: Connection): string {
  const { protocol = "tcp", port = 4000, contact, via = source, path, sequenceNumber = 1 } = came;
  const vias = [via, ...(path === undefined ? [] : ["192.0.2.99"])].map(
    (host, index) => `SIP/2.0/${protocol.toUpperCase()} ${host};branch=z9hG4bK${index}`,
  );
  const text = requestText({
    method: "REGISTER",
    uri: "sip:example.com",
    to: "<sip:alice@example.com>",
    callId: `from-${port}`,
    sequenceNumber,
    via: vias,
    headers: { Contact: contact, Path: path, Supported: "path, outbound" },
  });
  const message = parseMessage(Buffer.from(text));
  if (message.kind !== "request") throw new TypeError(text);
  const answer = registrar.receiveRegister(message, connection ?? connectionOf(protocol, port));
  return "then" in answer ? "later" : String(answer.statusCode);
}

function wayOf(registrar: RegistrarCore) {
  const outcome = registrar.lookUp(parseUri("sip:alice@example.com"));
  if ("then" in outcome || outcome.kind === "missing") return undefined;
  const [{ flow, isFlowBound }] = outcome.targets[0]?.flows ?? [{}];
  return [flow, isFlowBound];
}

describe("the flow of a binding (RFC 5626 §6, RFC 7118 §5, RFC 3581)", () => {
  const instance = ';reg-id=1;+sip.instance="<urn:uuid:1>"';

  it.each<[string, Came, unknown]>([
    ["outbound over TCP", { contact: `<sip:a@10.0.0.1>${instance}` }, ["flow-4000", true]],
    ["WebSocket", { protocol: "ws", contact: "<sip:a@x.invalid>", via: "x.invalid" }, ["flow-4000", true]],
    ["TCP from the address of its Contact", { contact: `<sip:a@${source}:4000>` }, ["flow-4000", false]],
    ["TCP from behind a NAT", { contact: "<sip:a@10.0.0.1>", via: "10.0.0.1" }, ["flow-4000", true]],
    ["UDP from behind a NAT", { protocol: "udp", contact: "<sip:a@10.0.0.1>", via: "10.0.0.1" }, ["flow-4000", false]],
    ["UDP from its Contact", { protocol: "udp", contact: `<sip:a@${source}>` }, [undefined, undefined]],
    ["somebody who registers another", { contact: "<sip:a@198.51.100.1>" }, [undefined, undefined]],
    ["a proxy with Path", { contact: "<sip:a@10.0.0.1>", path: "<sip:192.0.2.99;lr>" }, [undefined, undefined]],
  ])("of %s", (_what, came, way) => {
    const { registrar } = open();
    expect(register(registrar, came)).toBe("200");
    expect(wayOf(registrar)).toEqual(way);
  });

  it("ends what has no other way, and only that, when the connection closes", () => {
    const { registrar, told } = open();
    register(registrar, { protocol: "ws", contact: "<sip:a@x.invalid>", via: "x.invalid", port: 4001 });
    register(registrar, { contact: `<sip:a@${source}:4002>`, port: 4002 });
    expect(registrar.count).toEqual({ addresses: 1, flows: 1 });
    void registrar.flowClosed("flow-4001");
    void registrar.flowClosed("flow-4002");
    expect(told).toEqual([
      ["created", 1],
      ["created", 2],
      ["flow-closed", 1],
    ]);
    expect(registrar.count).toEqual({ addresses: 1, flows: 0 });
    expect(wayOf(registrar)).toEqual(["flow-4002", false]);
  });

  it("knows no connection any more once its binding was removed", () => {
    const { registrar } = open();
    const contact = "<sip:a@x.invalid>";
    register(registrar, { protocol: "ws", contact, via: "x.invalid" });
    register(registrar, { protocol: "ws", contact: `${contact};expires=0`, via: "x.invalid", sequenceNumber: 2 });
    expect(registrar.count).toEqual({ addresses: 0, flows: 0 });
  });

  it("closes a connection that stays silent beyond the Flow-Timer it was told", () => {
    const expected: number[] = [];
    const { registrar } = open({ flowTimer: 60 });
    register(registrar, { contact: `<sip:a@10.0.0.1>${instance}` }, connectionOf("tcp", 4000, expected));
    register(registrar, { contact: `<sip:b@${source}>` }, connectionOf("tcp", 4001, expected));
    expect(expected).toEqual([65_000]);
  });
});
