import { createVia, reachableAddress, viaText, type EngineError } from "@siplet/core";
import { describe, expect, it } from "vitest";
import { openTransportLab } from "./transport-element.js";

const bob = { address: "192.0.2.3", port: 5060 };

describe("RFC 3261 §18.1.1 sending a request", () => {
  it("names transport, address and port of the listener in the Via", async () => {
    const { element } = await openTransportLab();
    expect(createVia(element.layer.connect("udp", bob), "z9hG4bK1")).toBe(
      "SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK1",
    );
    expect(createVia(element.layer.connect("tcp", bob), "z9hG4bK1")).toBe("SIP/2.0/TCP 192.0.2.1:5060;branch=z9hG4bK1");
  });

  it("puts an IPv6 sent-by in brackets", () => {
    const sentBy = { host: "2001:db8::9:1", port: 5060 };
    expect(viaText("tls", sentBy, "z9hG4bK1")).toBe("SIP/2.0/TLS [2001:db8::9:1]:5060;branch=z9hG4bK1");
  });

  it("says where answers to a multicast request go, and lets it travel one hop", async () => {
    const { element } = await openTransportLab();
    const group = element.layer.connect("udp", { address: "224.0.1.75", port: 5060 });
    expect(createVia(group, "z9hG4bK1")).toBe(
      "SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK1;maddr=224.0.1.75;ttl=1",
    );
  });

  it("shows the advertised address in place of the one bound", async () => {
    const { network, element } = await openTransportLab();
    const advertise = { host: "sip.example.com", port: 5080 };
    const transport = await element.layer.add(
      network.transport({ protocol: "udp", address: "192.0.2.7", port: 5060, advertise }),
    );
    expect(reachableAddress(transport, bob)).toEqual(advertise);
    expect(createVia(element.layer.connect("udp", bob, transport), "z9hG4bK1")).toContain("UDP sip.example.com:5080;");
  });

  it("uses an open connection to the same address, port and transport again", async () => {
    const { clock, element, agent } = await openTransportLab();
    agent("bob", "192.0.2.3", 5060, "tcp");
    const first = element.layer.connect("tcp", bob);
    clock.advance(20);
    expect(element.layer.connect("tcp", bob)).toBe(first);
    expect(element.layer.connect("tcp", { ...bob, port: 5062 })).not.toBe(first);
  });

  it("does not take a connection that the peer made for a request to its listening port", async () => {
    const { clock, element, agent } = await openTransportLab();
    const alice = agent("alice", "192.0.2.2", 5060, "tcp");
    alice.sendRequest({ method: "OPTIONS" });
    clock.advance(20);
    const made = element.layer.connect("tcp", { address: "192.0.2.2", port: 5060 });
    expect(made).not.toBe(element.requests[0]?.connection);
  });

  it("refuses a protocol that no listener speaks", async () => {
    const { element } = await openTransportLab();
    expect(() => element.layer.connect("tls", bob)).toThrow(expect.objectContaining({ code: "transport.unsupported" }));
    expect(() => element.layer.connect("udp", { address: "2001:db8::1", port: 5060 })).toThrow("no udp listener");
  });

  describe("of a size", () => {
    const hop = { ...bob, protocol: "udp" } as const;

    it("keeps to UDP up to 1,300 octets and moves to TCP above", async () => {
      const { element } = await openTransportLab();
      expect(element.layer.chooseProtocol(hop, 1300)).toEqual({ protocol: "udp" });
      expect(element.layer.chooseProtocol(hop, 1301)).toEqual({ protocol: "tcp", fallback: "udp" });
    });

    it("stays on UDP where no listener speaks TCP", async () => {
      const { element } = await openTransportLab();
      const [, tcp] = element.layer.transports;
      if (tcp !== undefined) await element.layer.remove(tcp);
      expect(element.layer.chooseProtocol(hop, 9000)).toEqual({ protocol: "udp" });
    });

    it("stays on UDP with a peer that refused TCP", async () => {
      const { element } = await openTransportLab();
      element.layer.protocolRefused(hop);
      expect(element.layer.chooseProtocol(hop, 9000)).toEqual({ protocol: "udp" });
    });
  });
});

describe("RFC 3261 §18.1.2 receiving a response", () => {
  it("tells a Via of ours from one of somebody else", async () => {
    const { clock, element, agent } = await openTransportLab();
    const carol = agent("carol", "192.0.2.4", 5060);
    const answer = (sentBy: string) =>
      `SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP ${sentBy};branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n`;
    for (const sentBy of ["192.0.2.1", "192.0.2.1:5060", "192.0.2.1:5070", "192.0.2.9", "x.example.com"]) {
      carol.send(answer(sentBy));
    }
    clock.advance(10);
    expect(element.responses.map((response) => element.layer.isOwnVia(response.topVia))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("drops a response without Via", async () => {
    const { clock, element, agent } = await openTransportLab();
    agent("carol", "192.0.2.4", 5060).send("SIP/2.0 200 OK\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n");
    clock.advance(10);
    expect(element.responses).toEqual([]);
  });
});

describe("RFC 3261 §18.4 errors of the transport", () => {
  it("are told at once: a connection refused", async () => {
    const { clock, network, element } = await openTransportLab();
    network.refuse(bob);
    const errors: (EngineError | undefined)[] = [];
    element.layer.connect("tcp", bob).send(Buffer.from("x"), (error) => errors.push(error));
    clock.advance(20);
    expect(errors.map((error) => error?.statusCode)).toEqual([503]);
    expect(element.ends).toEqual(errors);
  });

  it("are told at once: a connection that breaks", async () => {
    const { clock, network, element, agent } = await openTransportLab();
    agent("bob", "192.0.2.3", 5060, "tcp");
    element.layer.connect("tcp", bob);
    clock.advance(20);
    network.reset("192.0.2.3");
    expect(element.ends.map((error) => error?.code)).toEqual(["transport.failed"]);
  });
});
