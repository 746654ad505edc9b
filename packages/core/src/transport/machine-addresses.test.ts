import type { NetworkInterfaceInfo } from "node:os";
import { ManualClock } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { MachineAddresses } from "./machine-addresses.js";

function address(cidr: string, internal = false): NetworkInterfaceInfo {
  const plain = cidr.slice(0, cidr.indexOf("/"));
  const common = { address: plain, cidr, netmask: "", mac: "", internal };
  return plain.includes(":") ? { ...common, family: "IPv6", scopeid: 0 } : { ...common, family: "IPv4" };
}

const interfaces = {
  lo: [address("127.0.0.1/8", true), address("::1/128", true)],
  docker0: [address("169.254.7.7/16")],
  eth0: [address("192.0.2.10/24"), address("fe80::1/64"), address("2001:db8::10/64")],
  eth1: [address("10.1.2.3/8")],
};

describe("the addresses of this machine", () => {
  const machine = new MachineAddresses(new ManualClock(), () => interfaces);

  it.each([
    ["192.0.2.77", "192.0.2.10"],
    ["10.9.9.9", "10.1.2.3"],
    ["203.0.113.5", "192.0.2.10"],
    ["127.0.0.1", "127.0.0.1"],
    ["127.1.2.3", "127.0.0.1"],
    ["::1", "::1"],
    ["2001:db8::99", "2001:db8::10"],
    ["2001:db8:1::1", "2001:db8::10"],
    ["fe80::2%eth0", "fe80::1"],
  ])("show %s the address %s", (remote, own) => {
    expect(machine.addressFor(remote)).toBe(own);
  });

  it("are told from those of others", () => {
    expect(["192.0.2.10", "2001:db8::10", "127.0.0.9", "::1"].map((each) => machine.includes(each))).not.toContain(
      false,
    );
    expect(machine.includes("192.0.2.11")).toBe(false);
  });

  it("know their neighbours", () => {
    expect(machine.isNeighbour("10.1.2.3", "10.200.0.1")).toBe(true);
    expect(machine.isNeighbour("192.0.2.10", "10.200.0.1")).toBe(false);
    expect(machine.isNeighbour("203.0.113.1", "203.0.113.2")).toBe(false);
  });

  it("are loopback where there is nothing else", () => {
    const lonely = new MachineAddresses(new ManualClock(), () => ({ lo: interfaces.lo }));
    expect([lonely.addressFor("192.0.2.1"), lonely.addressFor("2001:db8::1")]).toEqual(["127.0.0.1", "::1"]);
  });

  it("are asked for once in five seconds, and then anew", () => {
    const clock = new ManualClock();
    let asked = 0;
    let cidr = "192.0.2.10/24";
    const changing = new MachineAddresses(clock, () => {
      asked++;
      return { eth0: [address(cidr)] };
    });
    for (let count = 0; count < 3000; count++) changing.addressFor(`203.0.113.${count % 256}`);
    expect(asked).toBe(1);
    cidr = "198.51.100.10/24";
    clock.advance(4999);
    expect(changing.addressFor("203.0.113.1")).toBe("192.0.2.10");
    clock.advance(1);
    expect(changing.addressFor("203.0.113.1")).toBe("198.51.100.10");
  });
});
