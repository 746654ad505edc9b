import { ManualClock, MemoryNetwork, optionsText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import type { Logger } from "../../log/logger.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { TappedMessage } from "../tap/tapped-message.js";
import { TransportLayer, type TransportLayerOptions } from "./transport-layer.js";

async function open(options: TransportLayerOptions = {}) {
  const clock = new ManualClock(Date.UTC(2026, 10, 20));
  const network = new MemoryNetwork({ clock });
  const layer = new TransportLayer({ clock, ...options });
  const requests: SipRequest[] = [];
  layer.attach({ onRequest: (request) => requests.push(request), onResponse: () => {}, onConnectionClosed: () => {} });
  const udp = await layer.add(network.transport({ protocol: "udp", address: "192.0.2.1", port: 5060 }));
  await layer.add(network.transport({ protocol: "tcp", address: "192.0.2.1", port: 5060 }));
  const far = new TransportLayer({ clock });
  await far.add(network.transport({ protocol: "udp", address: "192.0.2.2", port: 5060 }));
  await far.add(network.transport({ protocol: "tcp", address: "192.0.2.2", port: 5060 }));
  const deliver = (text: string, protocol: "udp" | "tcp" = "udp"): void => {
    far.connect(protocol, { address: "192.0.2.1", port: 5060 }).send(Buffer.from(text));
    clock.advance(1);
  };
  return { clock, layer, requests, deliver, udp };
}

describe("the transport layer", () => {
  it("goes on when the work with one message fails, and says so", async () => {
    const lines: string[] = [];
    const ignore = (): void => {};
    const log: Logger = { debug: ignore, info: ignore, warn: ignore, error: (_fields, text) => lines.push(text) };
    const { layer, deliver } = await open({ log });
    let count = 0;
    layer.attach({
      onRequest: () => {
        if (++count === 1) throw new RangeError("a fault of ours");
      },
      onResponse: () => {},
      onConnectionClosed: () => {},
    });
    deliver(optionsText());
    deliver(optionsText());
    expect([count, lines]).toEqual([2, ["a message could not be handled"]]);
  });

  it("is empty once it is closed", async () => {
    const { layer } = await open();
    await layer.close();
    expect(layer.transports).toEqual([]);
    expect(() => layer.connect("udp", { address: "192.0.2.2", port: 5060 })).toThrow("no udp listener");
  });

  it("takes a listener out alone", async () => {
    const { layer, udp } = await open();
    await layer.remove(udp);
    expect(layer.transports.map(({ protocol }) => protocol)).toEqual(["tcp"]);
  });

  describe("with a check of what comes in", () => {
    it("reads what is taken and nothing else", async () => {
      const { deliver, requests } = await open({
        admit: (bytes) => (Buffer.from(bytes).includes("good") ? "take" : "drop"),
      });
      deliver(optionsText({ callId: "good" }));
      deliver(optionsText({ callId: "bad" }));
      expect(requests.map(({ callId }) => callId)).toEqual(["good"]);
    });

    it("closes the connection that it is told to", async () => {
      const { clock, deliver, layer, requests } = await open({ admit: () => "close" });
      deliver(optionsText(), "tcp");
      clock.advance(10);
      expect([requests, layer.flows.size]).toEqual([[], 0]);
    });
  });

  describe("with somebody who looks on", () => {
    it("shows each message with its way, its time and what it belongs to", async () => {
      const { clock, deliver, layer } = await open();
      const seen: TappedMessage[] = [];
      layer.addTap({ onMessage: (message) => seen.push(message) });
      deliver(optionsText({ callId: "call-7", branch: "z9hG4bK77" }));
      layer.resend(Buffer.from(optionsText()), layer.connect("tcp", { address: "192.0.2.2", port: 5060 }));
      const told = seen.map(({ direction, protocol, local, remote, time }) => ({
        direction,
        protocol,
        local: local.address,
        remote,
        time,
      }));
      expect(told).toMatchObject([
        {
          direction: "in",
          protocol: "udp",
          local: "192.0.2.1",
          remote: { address: "192.0.2.2", port: 5060 },
          time: clock.now() - 1,
        },
        { direction: "out", protocol: "tcp", remote: { address: "192.0.2.2", port: 5060 } },
      ]);
      expect([seen[0]?.callId, seen[0]?.branch, seen[0]?.startLine]).toEqual([
        "call-7",
        "z9hG4bK77",
        "OPTIONS sip:bob@example.com SIP/2.0",
      ]);
      expect([seen[0]?.source.address, seen[1]?.source.address]).toEqual(["192.0.2.2", "192.0.2.1"]);
    });

    it("shows what cannot be read too, and its ids as far as they go", async () => {
      const { deliver, layer } = await open();
      const seen: (string | undefined)[] = [];
      layer.addTap({ onMessage: ({ callId, branch }) => seen.push(callId, branch) });
      deliver("INVITE nonsense\r\ni : x\r\nv:SIP/2.0/UDP a;BRANCH=b ;c\r\n\r\n");
      deliver("no message at all");
      expect(seen).toEqual(["x", "b", undefined, undefined]);
    });

    it("works on when one that looks on fails, and forgets one that leaves", async () => {
      const { deliver, layer, requests } = await open();
      let count = 0;
      layer.addTap({
        onMessage: () => {
          throw new RangeError("disk full");
        },
      });
      const leave = layer.addTap({ onMessage: () => count++ });
      deliver(optionsText());
      leave();
      leave();
      deliver(optionsText());
      expect([requests.length, count]).toEqual([2, 1]);
    });
  });
});
