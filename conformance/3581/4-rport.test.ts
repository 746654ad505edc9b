import { createVia } from "@siplet/core";
import { describe, expect, it } from "vitest";
import { openTransportLab } from "../3261/transport-element.js";

describe("RFC 3581 §3 the client", () => {
  it("asks for the port in every Via over UDP, by an rport without value", async () => {
    const { element } = await openTransportLab();
    const connection = element.layer.connect("udp", { address: "192.0.2.2", port: 5060 });
    expect(createVia(connection, "z9hG4bK1")).toBe("SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK1");
  });

  it("sends from the port that it listens on", async () => {
    const { clock, element, agent } = await openTransportLab();
    const bob = agent("bob", "192.0.2.3", 5060);
    element.layer.resend(
      Buffer.from(bob.request({ method: "OPTIONS" })),
      element.layer.connect("udp", { address: "192.0.2.3", port: 5060 }),
    );
    clock.advance(10);
    expect(bob.received[0]?.from).toEqual({ address: "192.0.2.1", port: 5060 });
  });
});

describe("RFC 3581 §4 the server", () => {
  const behindNat = "SIP/2.0/UDP 10.1.1.1:4540;rport;branch=z9hG4bKkjshdyff";

  it("fills in rport, and received whatever sent-by says", async () => {
    const { clock, element, agent } = await openTransportLab();
    agent("nat", "192.0.2.2", 9988).sendRequest({ method: "OPTIONS", via: behindNat });
    agent("open", "192.0.2.4", 5060).sendRequest({
      method: "OPTIONS",
      via: "SIP/2.0/UDP 192.0.2.4:5060;rport;branch=z9hG4bK2",
    });
    clock.advance(10);
    expect(element.requests.map(({ request }) => [request.topVia.received, request.topVia.rport])).toEqual([
      ["192.0.2.2", 9988],
      ["192.0.2.4", 5060],
    ]);
  });

  it("answers to the source address and port, from the address the request came to", async () => {
    const { clock, element, agent } = await openTransportLab();
    const nat = agent("nat", "192.0.2.2", 9988);
    nat.sendRequest({ method: "OPTIONS", via: behindNat });
    clock.advance(10);
    element.answer();
    clock.advance(10);
    expect(nat.received.map(({ from, message }) => [from, message.summary])).toEqual([
      [{ address: "192.0.2.1", port: 5060 }, "200 OPTIONS"],
    ]);
    expect(nat.last().topVia).toBe(`${behindNat.replace("rport", "rport=9988")};received=192.0.2.2`);
  });

  it("believes no rport and no received that the client wrote", async () => {
    const { clock, element, agent } = await openTransportLab();
    const nat = agent("nat", "192.0.2.2", 9988);
    const victim = agent("victim", "192.0.2.66", 53);
    nat.sendRequest({
      method: "OPTIONS",
      via: "SIP/2.0/UDP a.example.com;rport=53;received=192.0.2.66;branch=z9hG4bK1",
    });
    clock.advance(10);
    element.answer();
    clock.advance(10);
    expect([nat.messages().length, victim.messages().length]).toEqual([1, 0]);
  });

  it("answers a malformed request the same way", async () => {
    const { clock, agent } = await openTransportLab();
    const nat = agent("nat", "192.0.2.2", 9988);
    nat.sendRequest({ method: "OPTIONS", via: behindNat, headers: { CSeq: "x OPTIONS" } });
    clock.advance(10);
    expect(nat.messages().map(({ status }) => status)).toEqual([400]);
  });
});
