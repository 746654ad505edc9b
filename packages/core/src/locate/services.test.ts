import { describe, expect, it } from "vitest";
import type { NaptrRecord } from "./dns/dns-resolver.js";
import { selectServices, srvService } from "./services.js";

function naptr(order: number, preference: number, service: string, change: Partial<NaptrRecord> = {}): NaptrRecord {
  const replacement = `${service.toLowerCase().replace("+", "-")}.example.com`;
  return { order, preference, flags: "s", service, regexp: "", replacement, ttl: 60, ...change };
}

function protocolsOf(records: readonly NaptrRecord[]): readonly string[] {
  return selectServices(records, ["udp", "tcp", "tls"]).map(({ protocol }) => protocol);
}

describe("RFC 3263 §4.1 NAPTR records", () => {
  it("come by order, then by preference", () => {
    const records = [naptr(90, 50, "SIP+D2T"), naptr(50, 60, "SIP+D2U"), naptr(50, 50, "SIPS+D2T")];
    expect(protocolsOf(records)).toEqual(["tls", "udp", "tcp"]);
  });

  it("that are equal come by the client's preference", () => {
    const records = [naptr(1, 1, "SIPS+D2T"), naptr(1, 1, "SIP+D2T"), naptr(1, 1, "SIP+D2U")];
    expect(protocolsOf(records)).toEqual(["udp", "tcp", "tls"]);
  });

  it("for transports that the client has not are left out", () => {
    const records = [naptr(1, 1, "SIP+D2S"), naptr(2, 1, "SIPS+D2W"), naptr(3, 1, "SIP+D2U"), naptr(0, 0, "E2U+sip")];
    expect(protocolsOf(records)).toEqual(["udp"]);
  });

  it("are read without regard to case", () => {
    expect(protocolsOf([naptr(1, 1, "sip+d2u", { flags: "S" })])).toEqual(["udp"]);
  });

  it.each([
    { flags: "a" },
    { flags: "u" },
    { flags: "" },
    { flags: "ss" },
    { replacement: "." },
    { regexp: "!.*!_sip._udp.example.com!" },
  ])("with %j are no rule for SRV", (change) => {
    expect(protocolsOf([naptr(1, 1, "SIP+D2U", change)])).toEqual([]);
  });

  it("lead to the name of their replacement, whatever it is", () => {
    const record = naptr(1, 1, "SIPS+D2W", { replacement: "edge.example.net" });
    expect(selectServices([record], ["wss"])).toEqual([{ protocol: "wss", name: "edge.example.net", source: "naptr" }]);
  });
});

describe("RFC 3263 §4.2 names of SRV records", () => {
  it.each([
    ["udp", "_sip._udp.example.com"],
    ["tcp", "_sip._tcp.example.com"],
    ["tls", "_sips._tcp.example.com"],
    ["ws", "_sip._ws.example.com"],
    ["wss", "_sips._ws.example.com"],
  ] as const)("for %s is %s", (protocol, name) => {
    expect(srvService("example.com", protocol)).toEqual({ protocol, name, source: "srv" });
  });
});
