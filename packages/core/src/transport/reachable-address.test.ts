import { ManualClock } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { MachineAddresses } from "./machine-addresses.js";
import { NetworkList } from "./network-list.js";
import { reachableAddress } from "./reachable-address.js";
import type { Transport } from "./transport.js";

const machine = new MachineAddresses(new ManualClock(), () => ({
  eth0: [{ address: "10.0.0.10", cidr: "10.0.0.10/8", family: "IPv4", netmask: "", mac: "", internal: false }],
}));

function listener(address: string, more: Partial<Transport> = {}): Transport {
  return {
    protocol: "udp",
    isReliable: false,
    isSecure: false,
    local: { address, port: 5060 },
    advertised: undefined,
    machine,
    connect: () => {
      throw new RangeError("not called here");
    },
    close: () => Promise.resolve(),
    ...more,
  };
}

const outside = { address: "203.0.113.5", port: 5060 };
const inside = { address: "10.20.30.40", port: 5060 };

describe("the address that a peer sees (RFC 3261 §18.1.1, §8.1.1.8)", () => {
  it("is the one bound", () => {
    expect(reachableAddress(listener("192.0.2.10"), outside)).toEqual({ host: "192.0.2.10", port: 5060 });
  });

  it("leaves out the zone of a link-local one", () => {
    expect(reachableAddress(listener("fe80::1%eth0"), outside).host).toBe("fe80::1");
  });

  it("is one of the machine's for a listener on all", () => {
    expect(reachableAddress(listener("0.0.0.0"), inside)).toEqual({ host: "10.0.0.10", port: 5060 });
  });

  it("is found without a table of the machine too", () => {
    expect(reachableAddress(listener("0.0.0.0", { machine: undefined }), { address: "127.0.0.1", port: 1 }).host).toBe(
      "127.0.0.1",
    );
  });

  describe("of a listener that advertises another", () => {
    const advertised = { host: "sip.example.com" };

    it("is the advertised one, with the port bound unless it has its own", () => {
      expect(reachableAddress(listener("0.0.0.0", { advertised }), outside)).toEqual({
        host: "sip.example.com",
        port: 5060,
      });
      const ported = listener("0.0.0.0", { advertised: { host: "198.51.100.1", port: 15_060 } });
      expect(reachableAddress(ported, outside)).toEqual({ host: "198.51.100.1", port: 15_060 });
    });

    it("is the real one for peers in a local network", () => {
      const localNetworks = new NetworkList(["10.0.0.0/8"]);
      const transport = listener("0.0.0.0", { advertised, localNetworks });
      expect(reachableAddress(transport, inside)).toEqual({ host: "10.0.0.10", port: 5060 });
      expect(reachableAddress(transport, outside).host).toBe("sip.example.com");
    });

    it("has no port when nobody listens at all (RFC 7118 §5)", () => {
      const client = listener("0.0.0.0", { advertised: { host: "x.invalid" }, local: { address: "0.0.0.0", port: 0 } });
      expect(reachableAddress(client, outside)).toEqual({ host: "x.invalid" });
    });
  });
});
