import { describe, expect, it } from "vitest";
import type { LocateResponseTarget } from "@siplet/core";
import { LocationLab, showHop } from "./location-lab.js";

const zone = `
  client.example.com. A 192.0.2.1
  _sip._udp.client.example.com. SRV 0 0 5080 farm.example.com.
  _sips._tcp.client.example.com. SRV 0 0 5081 farm.example.com.
  farm.example.com. A 192.0.2.5
  farm.example.com. A 192.0.2.6
  plain.example.com. A 192.0.2.7
`;

async function locate(lab: LocationLab, via: LocateResponseTarget): Promise<readonly string[]> {
  return (await lab.locator.locateResponse(via)).map(showHop);
}

describe("RFC 3263 §5 server usage", () => {
  it("sends to a numeric sent-by with its port or the default", async () => {
    await using lab = await LocationLab.start(zone);
    expect(await locate(lab, { protocol: "udp", host: "192.0.2.3", port: 5066 })).toEqual(["udp 192.0.2.3:5066"]);
    expect(await locate(lab, { protocol: "tls", host: "192.0.2.3" })).toEqual(["tls 192.0.2.3:5061"]);
    expect(lab.server.asked).toEqual([]);
  });

  it("looks up the addresses of a sent-by with port, no SRV records", async () => {
    await using lab = await LocationLab.start(zone);
    expect(await locate(lab, { protocol: "udp", host: "client.example.com", port: 5060 })).toEqual([
      "udp 192.0.2.1:5060",
    ]);
    expect(lab.server.asked).toEqual(["A client.example.com", "AAAA client.example.com"]);
  });

  it("looks up SRV records of a sent-by without port, by the transport of the Via, and no NAPTR", async () => {
    await using lab = await LocationLab.start(zone);
    expect((await locate(lab, { protocol: "udp", host: "client.example.com" })).toSorted()).toEqual([
      "udp 192.0.2.5:5080",
      "udp 192.0.2.6:5080",
    ]);
    expect((await locate(lab, { protocol: "tls", host: "client.example.com" })).toSorted()).toEqual([
      "tls 192.0.2.5:5081",
      "tls 192.0.2.6:5081",
    ]);
    expect(lab.server.asked.filter((question) => question.startsWith("NAPTR"))).toEqual([]);
  });

  it("falls back to the addresses of sent-by and the default port", async () => {
    await using lab = await LocationLab.start(zone);
    expect(await locate(lab, { protocol: "tcp", host: "plain.example.com" })).toEqual(["tcp 192.0.2.7:5060"]);
    expect(await locate(lab, { protocol: "tls", host: "plain.example.com" })).toEqual(["tls 192.0.2.7:5061"]);
  });

  it("does not look for a browser, RFC 7118 §5", async () => {
    await using lab = await LocationLab.start(zone, { protocols: ["udp", "ws"] });
    await expect(async () => locate(lab, { protocol: "ws", host: "df7jal23ls0d.invalid" })).rejects.toMatchObject({
      code: "locate.unsupported",
    });
    await expect(async () => locate(lab, { protocol: "udp", host: "df7jal23ls0d.invalid" })).rejects.toMatchObject({
      code: "locate.not_found",
    });
    expect(lab.server.asked).toEqual([]);
  });
});
