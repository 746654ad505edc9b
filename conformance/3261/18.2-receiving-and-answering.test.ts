import { describe, expect, it } from "vitest";
import { openTransportLab } from "./transport-element.js";

describe("RFC 3261 §18.2.1 receiving a request", () => {
  it("adds received when sent-by is a name", async () => {
    const { clock, element, agent } = await openTransportLab();
    agent("alice", "192.0.2.2", 5060).sendRequest({ method: "OPTIONS", sentBy: "pc33.example.com" });
    clock.advance(10);
    expect(element.requests[0]?.request.topVia.received).toBe("192.0.2.2");
  });

  it("leaves a Via alone that says the truth", async () => {
    const { clock, element, agent } = await openTransportLab();
    const sent = agent("alice", "192.0.2.2", 5060).sendRequest({ method: "OPTIONS" });
    clock.advance(10);
    expect(element.requests[0]?.request.getTexts("Via")).toEqual(sent.headers("Via"));
  });

  it("answers a request that cannot be read with 400, if its Via can", async () => {
    const { clock, element, agent } = await openTransportLab();
    const alice = agent("alice", "192.0.2.2", 5060);
    alice.sendRequest({ method: "OPTIONS", headers: { CSeq: "many OPTIONS" } });
    clock.advance(10);
    expect(alice.messages().map(({ status }) => status)).toEqual([400]);
    expect(element.requests).toEqual([]);
  });

  it.each([
    ["a request without Via", { Via: undefined }],
    ["a request without From", { From: undefined, CSeq: "x OPTIONS" }],
  ])("gives no answer to %s", async (_what, headers) => {
    const { clock, element, agent } = await openTransportLab();
    const alice = agent("alice", "192.0.2.2", 5060);
    alice.sendRequest({ method: "OPTIONS", headers });
    clock.advance(10);
    expect([alice.messages(), element.requests]).toEqual([[], []]);
  });

  it("answers no malformed ACK and no malformed response", async () => {
    const { clock, agent } = await openTransportLab();
    const alice = agent("alice", "192.0.2.2", 5060);
    alice.sendRequest({ method: "ACK", headers: { CSeq: "x ACK" } });
    alice.send("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nCSeq: x\r\n\r\n");
    clock.advance(10);
    expect(alice.messages()).toEqual([]);
  });

  it("goes on after octets that are no SIP", async () => {
    const { clock, element, agent } = await openTransportLab();
    const alice = agent("alice", "192.0.2.2", 5060);
    for (const junk of ["jaK", "GET / HTTP/1.1\r\n\r\n", "\u0001\u0002\u0003", "SIP/2.0", "A".repeat(5000)]) {
      alice.send(junk);
    }
    alice.sendRequest({ method: "OPTIONS" });
    clock.advance(10);
    expect(alice.messages()).toEqual([]);
    expect(element.requests).toHaveLength(1);
  });
});

describe("RFC 3261 §18.2.2 the way of a response", () => {
  describe("over UDP", () => {
    it("leads to the source address and the port of sent-by", async () => {
      const { clock, element, agent } = await openTransportLab();
      const behindNat = agent("alice", "192.0.2.2", 40_000);
      const listening = agent("alice's port", "192.0.2.2", 5062);
      behindNat.sendRequest({ method: "OPTIONS", sentBy: "10.0.0.1:5062" });
      clock.advance(10);
      element.answer();
      clock.advance(10);
      expect([behindNat.messages(), listening.messages().length]).toEqual([[], 1]);
    });

    it("leads to port 5060 where sent-by names none", async () => {
      const { clock, element, agent } = await openTransportLab();
      const source = agent("alice", "192.0.2.2", 40_000);
      const usual = agent("alice's port", "192.0.2.2", 5060);
      source.sendRequest({ method: "OPTIONS", sentBy: "pc33.example.com" });
      clock.advance(10);
      element.answer();
      clock.advance(10);
      expect([source.messages(), usual.messages().length]).toEqual([[], 1]);
    });

    it("leads to maddr and the port of sent-by", async () => {
      const { clock, element, agent } = await openTransportLab();
      const alice = agent("alice", "192.0.2.2", 5062);
      const group = agent("group", "192.0.2.99", 5062);
      const via = "SIP/2.0/UDP 192.0.2.2:5062;rport;maddr=192.0.2.99;branch=z9hG4bK1";
      alice.sendRequest({ method: "OPTIONS", via });
      clock.advance(10);
      element.answer();
      clock.advance(10);
      expect([alice.messages(), group.messages().length]).toEqual([[], 1]);
    });

    it("leads back to the source where maddr is a name, which nobody looked up", async () => {
      const { clock, element, agent } = await openTransportLab();
      const alice = agent("alice", "192.0.2.2", 5062);
      const via = "SIP/2.0/UDP 192.0.2.2:5062;rport;maddr=group.example.com;branch=z9hG4bK1";
      alice.sendRequest({ method: "OPTIONS", via });
      clock.advance(10);
      element.answer();
      clock.advance(10);
      expect(alice.messages("200 OPTIONS")).toHaveLength(1);
    });

    it("leads by location from sent-by when the direct way fails (RFC 3263 §5)", async () => {
      const asked: unknown[] = [];
      const { clock, network, element, agent } = await openTransportLab((host, port, protocol) => {
        asked.push([host, port, protocol]);
        return Promise.resolve([{ address: "192.0.2.50", port: 5070 }]);
      });
      const standIn = agent("stand-in", "192.0.2.50", 5070);
      agent("alice", "192.0.2.2", 5060).sendRequest({ method: "OPTIONS", sentBy: "pc33.example.com" });
      clock.advance(10);
      network.fail("200", { nth: 1 });
      const { errors } = element.answer();
      await clock.advanceAsync(10);
      expect(asked).toEqual([["pc33.example.com", undefined, "udp"]]);
      expect(standIn.messages("200 OPTIONS")).toHaveLength(1);
      expect(errors).toEqual([undefined]);
    });
  });

  describe("over TCP", () => {
    it("is the connection of the request, whatever sent-by says", async () => {
      const { clock, element, agent } = await openTransportLab();
      const alice = agent("alice", "192.0.2.2", 5062, "tcp");
      alice.sendRequest({ method: "OPTIONS", sentBy: "203.0.113.9:9999" });
      clock.advance(20);
      element.answer();
      clock.advance(20);
      expect(alice.messages("200 OPTIONS")).toHaveLength(1);
    });

    it("is a new connection to the port of sent-by when the first is gone", async () => {
      const { clock, network, element, agent } = await openTransportLab();
      const alice = agent("alice", "192.0.2.2", 5062, "tcp");
      alice.sendRequest({ method: "OPTIONS", sentBy: "pc33.example.com:5062" });
      clock.advance(20);
      network.reset("192.0.2.2");
      const { errors } = element.answer();
      clock.advance(40);
      expect(errors).toEqual([undefined]);
      expect(alice.messages("200 OPTIONS")).toHaveLength(1);
    });

    it("is one new connection for all answers", async () => {
      const { clock, network, element, agent } = await openTransportLab();
      const alice = agent("alice", "192.0.2.2", 5062, "tcp");
      alice.sendRequest({ method: "INVITE", sentBy: "pc33.example.com:5062" });
      clock.advance(20);
      network.reset("192.0.2.2");
      element.answer(0, 180);
      element.answer(0, 200);
      clock.advance(40);
      expect(alice.messages().map(({ status }) => status)).toEqual([180, 200]);
      expect(element.layer.flows.size).toBe(1);
    });

    it("is found by location when the new connection fails too", async () => {
      const { clock, network, element, agent } = await openTransportLab(() =>
        Promise.resolve([
          { address: "192.0.2.49", port: 5070 },
          { address: "192.0.2.50", port: 5070 },
        ]),
      );
      const standIn = agent("stand-in", "192.0.2.50", 5070, "tcp");
      agent("alice", "192.0.2.2", 5062, "tcp").sendRequest({ method: "OPTIONS", sentBy: "pc33.example.com:5999" });
      clock.advance(20);
      network.reset("192.0.2.2");
      const { errors } = element.answer();
      await clock.advanceAsync(100);
      expect(standIn.messages("200 OPTIONS")).toHaveLength(1);
      expect(errors).toEqual([undefined]);
    });

    it("ends in an error when no way is left", async () => {
      const { clock, network, element, agent } = await openTransportLab();
      agent("alice", "192.0.2.2", 5062, "tcp").sendRequest({ method: "OPTIONS", sentBy: "pc33.example.com:5999" });
      clock.advance(20);
      network.reset("192.0.2.2");
      const { errors } = element.answer();
      clock.advance(40);
      expect(errors.map((error) => error?.statusCode)).toEqual([503]);
    });
  });

  it("is over WebSocket the connection of the request and no other (RFC 7118 §5)", async () => {
    const { clock, network, element, agent } = await openTransportLab();
    const alice = agent("alice", "192.0.2.2", 5062, "ws");
    alice.sendRequest({ method: "OPTIONS", sentBy: "df7jal23ls0d.invalid" });
    clock.advance(20);
    network.reset("192.0.2.2");
    const { errors } = element.answer();
    clock.advance(40);
    expect([errors.map((error) => error?.code), alice.messages()]).toEqual([["transport.closed"], []]);
  });
});
