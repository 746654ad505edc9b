import { ManualClock } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { MachineAddresses } from "../machine-addresses.js";
import type { AdvertisedAddress, Transport } from "../transport.js";
import { OwnNames } from "./own-names.js";

const machine = new MachineAddresses(new ManualClock(), () => ({
  eth0: [{ address: "192.0.2.10", cidr: "192.0.2.10/24", family: "IPv4", netmask: "", mac: "", internal: false }],
}));

function names(address: string, port: number, advertised?: AdvertisedAddress): OwnNames {
  const transport: Transport = {
    protocol: "udp",
    isReliable: false,
    isSecure: false,
    local: { address, port },
    advertised,
    connect: () => {
      throw new RangeError("not called here");
    },
    close: () => Promise.resolve(),
  };
  return new OwnNames([transport], machine, ["Proxy.example.com"]);
}

describe("the names of this element (RFC 3261 §16.4, §18.1.2)", () => {
  it("hold the address bound, with its port", () => {
    const own = names("2001:db8::1", 5060);
    expect(own.includes("2001:DB8:0::1", 5060)).toBe(true);
    expect(own.includes("2001:db8::1", 5062)).toBe(false);
    expect(own.includes("2001:db8::2", 5060)).toBe(false);
  });

  it("hold every address of the machine for a listener on all", () => {
    const own = names("0.0.0.0", 5060);
    expect(own.includes("192.0.2.10", 5060)).toBe(true);
    expect(own.includes("127.0.0.1", 5060)).toBe(true);
    expect(own.includes("192.0.2.11", 5060)).toBe(false);
    expect(own.includes("0.0.0.0", 5060)).toBe(true);
  });

  it("hold the advertised address with its port", () => {
    const own = names("10.0.0.1", 5060, { host: "SIP.example.com", port: 5080 });
    expect(own.includes("sip.Example.com", 5080)).toBe(true);
    expect(own.includes("sip.example.com", 5060)).toBe(false);
    expect(own.includes("10.0.0.1", 5060)).toBe(true);
    expect(names("10.0.0.1", 5062, { host: "sip.example.com" }).includes("sip.example.com", 5062)).toBe(true);
  });

  it("hold the names configured, with the port of any listener", () => {
    const own = names("10.0.0.1", 5060);
    expect(own.includes("proxy.EXAMPLE.com", 5060)).toBe(true);
    expect(own.includes("proxy.example.com", 5061)).toBe(false);
    expect(own.includes("other.example.com", 5060)).toBe(false);
  });

  it("hold the invalid host of a client without listener, whatever the port (RFC 7118 §5)", () => {
    const own = names("0.0.0.0", 0, { host: "df7jal23ls0d.invalid" });
    expect(own.includes("df7jal23ls0d.invalid", 80)).toBe(true);
    expect(own.includes("0.0.0.0", 0)).toBe(false);
  });
});
