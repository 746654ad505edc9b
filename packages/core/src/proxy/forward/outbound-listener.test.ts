import { describe, expect, it } from "vitest";
import { parseNameAddress } from "../../headers/name-address.js";
import type { Transport, TransportProtocol } from "../../transport/transport.js";
import { outboundListener } from "./outbound-listener.js";

function listener(protocol: TransportProtocol, address: string, port: number, advertised?: string): Transport {
  const name = advertised === undefined ? undefined : { host: advertised };
  return { protocol, local: { address, port }, advertised: name } as Transport; // all that is looked at
}

const listeners = [
  listener("udp", "192.0.2.10", 5060),
  listener("tcp", "192.0.2.10", 5060),
  listener("tls", "192.0.2.10", 5061),
  listener("udp", "10.0.0.1", 5060, "p.example.com"),
  listener("wss", "192.0.2.10", 443),
  listener("udp", "2001:db8::10", 5060),
];

describe("RFC 5658 §4.2 outboundListener", () => {
  it.each([
    ["<sip:192.0.2.10;lr>", 0],
    ["<sip:192.0.2.10:5060;transport=TCP;lr>", 1],
    ["<sips:192.0.2.10;lr>", 2],
    ["<sip:192.0.2.10:5061;transport=tls;lr>", 2],
    ["<sip:P.example.COM;lr>", 3],
    ["<sips:192.0.2.10:443;transport=ws;lr>", 4],
    ["<sip:[2001:DB8:0::10];lr>", 5],
    ["<sip:192.0.2.11;lr>", -1],
    ["<sip:192.0.2.10:5070;lr>", -1],
  ])("finds for %s the listener %i", (second, index) => {
    const popped = ["<sip:192.0.2.99;lr>", second].map(parseNameAddress);
    expect(outboundListener(popped, listeners)).toBe(listeners[index]);
  });

  it("finds none where one value was taken away", () => {
    expect(outboundListener([parseNameAddress("<sip:192.0.2.10;lr>")], listeners)).toBeUndefined();
    expect(outboundListener([], listeners)).toBeUndefined();
  });
});
