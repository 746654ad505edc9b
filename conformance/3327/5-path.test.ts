import { RegistrarCore, Registration, parseUri } from "@siplet/core";
import { describe, expect, it } from "vitest";
import { openAgent, openLab, openRegistrar, openStack, partsOf } from "../stack-lab.js";

const plain = ["<sip:p2.example.com;lr>", "<sip:p1.example.com;lr>"];

describe("RFC 3327 §5 Path", () => {
  it("is stored in order with each binding, answered, and replaced by the next REGISTER (§5.3)", async () => {
    const lab = openLab();
    const registrar = new RegistrarCore({ domains: ["192.0.2.9"], clock: lab.clock });
    await openRegistrar(lab, registrar);
    const agent = openAgent(lab, "192.0.2.1");
    const routesAfter = (sequenceNumber: number, values: readonly string[]): readonly string[] | undefined => {
      const headers = { Contact: "<sip:alice@192.0.2.1>", Supported: "path", Path: values };
      agent.sendRequest({
        method: "REGISTER",
        uri: "sip:192.0.2.9",
        to: "<sip:alice@192.0.2.9>",
        sequenceNumber,
        headers,
      });
      lab.clock.advance(0);
      expect(agent.last("200").values("Path")).toEqual(values);
      const outcome = registrar.lookUp(parseUri("sip:alice@192.0.2.9"));
      if ("then" in outcome || outcome.kind === "missing") return undefined;
      return outcome.targets[0]?.flows[0].routes;
    };
    expect(routesAfter(1, plain)).toEqual(plain);
    expect(routesAfter(2, plain.toReversed())).toEqual(plain.toReversed());
    expect(routesAfter(3, [])).toEqual([]);
  });

  it("is offered by the user agent, which reads the copy in the 200 (§5.1)", async () => {
    const lab = openLab();
    const server = openAgent(lab, "192.0.2.9", "192.0.2.1");
    server.on("REGISTER", (incoming) => {
      incoming.reply(200, { contact: incoming.message.header("Contact"), headers: { Path: plain[0] } });
    });
    const stack = await openStack(lab, "192.0.2.1");
    const registration = new Registration(partsOf(stack), { addressOfRecord: "sip:alice@192.0.2.9" });
    registration.register();
    lab.clock.advance(0);
    expect(server.last("REGISTER").header("Supported")).toBe("path");
    expect(registration.binding?.path).toEqual([plain[0]]);
  });
});
