import { ManualClock } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { SizeRule } from "./size-rule.js";

const hop = { protocol: "udp", address: "192.0.2.1", port: 5060 } as const;

describe("RFC 3261 §18.1.1 protocol by size", () => {
  describe("with unknown path MTU", () => {
    const rule = new SizeRule({ clock: new ManualClock() });

    it("keeps 1,300 octets on UDP", () => {
      expect(rule.chooseProtocol(hop, 1300)).toEqual({ protocol: "udp" });
    });

    it("moves 1,301 octets to TCP, with UDP to fall back to", () => {
      expect(rule.chooseProtocol(hop, 1301)).toEqual({ protocol: "tcp", fallback: "udp" });
    });

    it.each(["tcp", "tls", "ws", "wss", "sctp"] as const)("leaves %s as it is", (protocol) => {
      expect(rule.chooseProtocol({ ...hop, protocol }, 60_000)).toEqual({ protocol });
    });
  });

  it("stays 200 octets below a path MTU that is known", () => {
    const pathMtu = (address: string) => (address === hop.address ? 9000 : undefined);
    const rule = new SizeRule({ clock: new ManualClock(), pathMtu });
    expect(rule.chooseProtocol(hop, 8800).protocol).toBe("udp");
    expect(rule.chooseProtocol(hop, 8801).protocol).toBe("tcp");
    expect(rule.chooseProtocol({ ...hop, address: "192.0.2.2" }, 1301).protocol).toBe("tcp");
  });

  it("takes another limit", () => {
    const rule = new SizeRule({ clock: new ManualClock(), limit: Number.POSITIVE_INFINITY });
    expect(rule.chooseProtocol(hop, 60_000)).toEqual({ protocol: "udp" });
  });

  it("remembers for five minutes who refused TCP", () => {
    const clock = new ManualClock();
    const rule = new SizeRule({ clock });
    rule.tcpRefused(hop);
    expect(rule.chooseProtocol(hop, 2000)).toEqual({ protocol: "udp" });
    expect(rule.chooseProtocol({ ...hop, port: 5062 }, 2000).protocol).toBe("tcp");
    clock.advance(300_000);
    expect(rule.chooseProtocol(hop, 2000).protocol).toBe("tcp");
  });
});
