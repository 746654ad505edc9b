import { OutboundRegistration, RegistrarCore, parseUri, type SipStack } from "@siplet/core";
import { ScriptedUserAgent, type IncomingMessage } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { openAgent, openLab, openRegistrar, openStack, partsOf, type StackLab } from "../stack-lab.js";

const instanceId = "urn:uuid:00000000-0000-1000-8000-000a95a0e128";
const addressOfRecord = "sip:alice@192.0.2.9";

/** An edge proxy without engine: passes REGISTER on with Path and Via of its own, and answers back. */
function openEdge(lab: StackLab, address: string, path: string | undefined): ScriptedUserAgent {
  const inside = openAgent(lab, `${address}9`, "192.0.2.9");
  const place = { protocol: "tcp", address, port: 5060 } as const;
  const edge = ScriptedUserAgent.inMemory(lab.network, { ...place, name: `edge ${address}`, clock: lab.clock });
  const waiting = new Map<string, IncomingMessage>();
  edge.on("REGISTER", (incoming) => {
    const branch = `z9hG4bK-e${waiting.size}`;
    waiting.set(branch, incoming);
    const own = `Via: SIP/2.0/UDP ${address}9:5060;branch=${branch}\r\n`;
    const added = path === undefined ? own : `${own}Path: ${path}\r\n`;
    inside.send(incoming.message.text.replace("\r\n", `\r\n${added}`).replace(/Route: .*\r\n/, ""));
  });
  inside.on(
    (message) => !message.isRequest,
    (incoming) => {
      waiting.get(incoming.message.branch)?.send(incoming.message.text.replace(/Via: .*\r\n/, ""));
    },
  );
  return edge;
}

function open(stack: SipStack, edges: readonly string[], course: string[] = []): OutboundRegistration {
  const flows = edges.map((address) => [`<sip:${address};transport=tcp;lr>`]);
  return new OutboundRegistration(
    partsOf(stack),
    { addressOfRecord, instanceId, flows },
    { onFailed: ({ statusCode }) => course.push(String(statusCode)) },
  );
}

function flowsOf(registrar: RegistrarCore): (readonly string[])[] {
  const outcome = registrar.lookUp(parseUri(addressOfRecord));
  if ("then" in outcome || outcome.kind === "missing") return [];
  return outcome.targets.map(({ flows }) => flows.map(({ routes }) => routes.join()));
}

describe("RFC 5626 §4.2, §6 checklist 65: registration over flows", () => {
  it("binds two flows of one instance and offers one at a time", async () => {
    const lab = openLab();
    const registrar = new RegistrarCore({ domains: ["192.0.2.9"], clock: lab.clock });
    await openRegistrar(lab, registrar);
    const edges = ["192.0.2.2", "192.0.2.3"];
    for (const edge of edges) openEdge(lab, edge, `<sip:token@${edge};lr;ob>`);
    const registration = open(await openStack(lab, "192.0.2.1"), edges);
    registration.register();
    lab.clock.advance(10);
    expect(registration.flows.map((flow) => flow.binding?.isOutbound)).toEqual([true, true]);
    expect(flowsOf(registrar)).toHaveLength(1);
    expect(flowsOf(registrar)[0]).toHaveLength(2);
  });

  it("registers without flows after 439: the first hop does not take part", async () => {
    const lab = openLab();
    const registrar = new RegistrarCore({ domains: ["192.0.2.9"], clock: lab.clock });
    await openRegistrar(lab, registrar);
    openEdge(lab, "192.0.2.2", "<sip:192.0.2.2;lr>");
    const registration = open(await openStack(lab, "192.0.2.1"), ["192.0.2.2"]);
    registration.register();
    lab.clock.advance(10);
    expect(lab.network.trace.toString()).toContain("439");
    expect(registration.flows[0]?.binding?.isOutbound).toBe(false);
    expect(flowsOf(registrar)).toHaveLength(1);
  });

  it("replaces the binding of a flow that was set up again by its reg-id", async () => {
    const lab = openLab();
    const registrar = new RegistrarCore({ domains: ["192.0.2.9"], clock: lab.clock });
    await openRegistrar(lab, registrar);
    openEdge(lab, "192.0.2.2", "<sip:token@192.0.2.2;lr;ob>");
    for (const address of ["192.0.2.1", "192.0.2.4"]) {
      open(await openStack(lab, address), ["192.0.2.2"]).register(); // the same device at another address
      lab.clock.advance(10);
    }
    expect(flowsOf(registrar).flat()).toHaveLength(1);
  });
});
