import type { NetworkInterfaceInfo } from "node:os";
import { ManualClock } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { MachineAddresses } from "../machine-addresses.js";
import { NetworkList } from "../network-list.js";
import type { Transport, TransportProtocol } from "../transport.js";
import { chooseListener } from "./choose-listener.js";

const own = (address: string, cidr: string): NetworkInterfaceInfo => ({
  address,
  cidr,
  netmask: "",
  mac: "",
  internal: false,
  ...(address.includes(":") ? { family: "IPv6" as const, scopeid: 0 } : { family: "IPv4" as const }),
});
const machine = new MachineAddresses(new ManualClock(), () => ({
  eth0: [own("192.0.2.10", "192.0.2.10/24"), own("2001:db8::10", "2001:db8::10/64")],
  eth1: [own("10.0.0.10", "10.0.0.10/8")],
}));

function listener(address: string, protocol: TransportProtocol = "udp", more: Partial<Transport> = {}): Transport {
  return {
    protocol,
    isReliable: protocol !== "udp",
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

const to = (address: string) => ({ address, port: 5060 });

describe("the choice of a listener for a call", () => {
  const loopback = listener("127.0.0.1");
  const outside = listener("192.0.2.10");
  const inside = listener("10.0.0.10");
  const ipv6 = listener("2001:db8::10");
  const everywhere = listener("0.0.0.0");
  const all = [loopback, outside, inside, ipv6];

  it.each([
    ["a neighbour outside", "192.0.2.77", outside],
    ["a neighbour inside", "10.9.9.9", inside],
    ["the loopback", "127.0.0.1", loopback],
    ["IPv6", "2001:db8:1::1", ipv6],
    ["somewhere far away", "203.0.113.1", outside],
  ])("takes for %s the listener that reaches it", (_what, address, expected) => {
    expect(chooseListener(all, "udp", to(address))).toBe(expected);
  });

  it("prefers the listener on all addresses to one that is no neighbour", () => {
    expect(chooseListener([outside, everywhere], "udp", to("203.0.113.1"))).toBe(everywhere);
    expect(chooseListener([outside, everywhere], "udp", to("192.0.2.77"))).toBe(outside);
  });

  it("takes the one whose local networks hold the destination", () => {
    const sbc = listener("203.0.113.10", "udp", { localNetworks: new NetworkList(["198.51.100.0/24"]) });
    expect(chooseListener([outside, sbc], "udp", to("198.51.100.7"))).toBe(sbc);
  });

  it("takes the one that is asked for, if it speaks the protocol", () => {
    expect(chooseListener(all, "udp", to("203.0.113.1"), inside)).toBe(inside);
  });

  it("takes another protocol's listener on the same address when the protocol changes", () => {
    const tcp = [listener("192.0.2.10", "tcp"), listener("10.0.0.10", "tcp")];
    expect(chooseListener([...all, ...tcp], "tcp", to("203.0.113.1"), inside)).toBe(tcp[1]);
  });

  it("takes none of another protocol or address family", () => {
    expect(chooseListener(all, "tcp", to("192.0.2.77"))).toBeUndefined();
    expect(chooseListener([outside], "udp", to("2001:db8::1"))).toBeUndefined();
  });

  it("lets a dual-stack listener call both families", () => {
    const dual = listener("::", "udp", { isDualStack: true });
    expect(chooseListener([dual], "udp", to("192.0.2.77"))).toBe(dual);
    expect(chooseListener([listener("::")], "udp", to("192.0.2.77"))).toBeUndefined();
  });

  it("passes over a listener that cannot call", () => {
    const server = listener("0.0.0.0", "ws", { canConnect: false });
    const client = listener("0.0.0.0", "ws", { local: { address: "0.0.0.0", port: 0 } });
    expect(chooseListener([server, client], "ws", to("2001:db8::1"))).toBe(client);
    expect(chooseListener([server], "ws", to("192.0.2.1"), server)).toBeUndefined();
  });
});
