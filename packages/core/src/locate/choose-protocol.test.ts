import { describe, expect, it } from "vitest";
import { createProtocolChooser } from "./choose-protocol.js";
import type { HopProtocol } from "./hop/protocols.js";

const all: readonly HopProtocol[] = ["tcp", "udp", "wss", "tls", "ws"];

function choose(secure: boolean, transport?: string, supported: readonly HopProtocol[] = all) {
  return createProtocolChooser(supported)({ secure, host: "example.com", transport });
}

describe("RFC 3263 §4.1 choice of the transport", () => {
  describe("with a transport parameter", () => {
    it.each([
      ["udp", false, "udp"],
      ["tcp", false, "tcp"],
      ["TCP", false, "tcp"],
      ["tls", false, "tls"],
      ["ws", false, "ws"],
      ["wss", false, "wss"],
      ["tcp", true, "tls"],
      ["tls", true, "tls"],
      ["ws", true, "wss"],
      ["wss", true, "wss"],
    ] as const)("%s, sips %s, it is %s", (transport, secure, protocol) => {
      expect(choose(secure, transport)).toEqual({ protocols: [protocol], fallback: protocol, settled: true });
    });

    it("udp contradicts sips", () => {
      expect(() => choose(true, "udp")).toThrow(expect.objectContaining({ code: "locate.malformed", statusCode: 400 }));
    });

    it.each(["sctp", "tls-sctp", "", "x"])("%j is not supported", (transport) => {
      expect(() => choose(false, transport)).toThrow(expect.objectContaining({ code: "locate.unsupported" }));
    });

    it("must be one that the client has", () => {
      expect(() => choose(false, "tls", ["udp", "tcp"])).toThrow(/transport tls; there is udp, tcp/);
    });
  });

  describe("without one", () => {
    it("leaves all transports open for sip and falls back to udp, whatever is preferred", () => {
      expect(choose(false)).toEqual({ protocols: all, fallback: "udp", settled: false });
    });

    it("leaves those with TLS open for sips and falls back to tls", () => {
      expect(choose(true)).toEqual({ protocols: ["wss", "tls"], fallback: "tls", settled: false });
    });

    it.each([
      [["tls", "tcp"], false, "tcp"],
      [["tls", "ws"], false, "tls"],
      [["wss"], true, "wss"],
    ] as const)("falls back among %j, sips %s, to %s", (supported, secure, fallback) => {
      expect(choose(secure, undefined, supported).fallback).toBe(fallback);
    });

    it("is an error for sips without TLS, and for a client without transports", () => {
      expect(() => choose(true, undefined, ["udp", "tcp"])).toThrow(
        expect.objectContaining({ code: "locate.unsupported" }),
      );
      expect(() => choose(false, undefined, [])).toThrow(expect.objectContaining({ code: "locate.unsupported" }));
    });
  });
});
