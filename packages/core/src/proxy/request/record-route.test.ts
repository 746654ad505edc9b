import { describe, expect, it } from "vitest";
import type { Connection, Transport, TransportProtocol } from "../../transport/transport.js";
import { ownRouteFields, type OwnRouteOptions } from "./record-route.js";

/** One of our listeners and a peer; that is all that is looked at. */
function side(protocol: TransportProtocol, address: string, port: number, advertised?: string): Connection {
  const transport = {
    protocol,
    isSecure: protocol === "tls" || protocol === "wss",
    local: { address, port },
    advertised: advertised === undefined ? undefined : { host: advertised },
  };
  return { transport: transport as Transport, remote: { address: "192.0.2.1", port: 5060 } } as Connection;
}

const udp = side("udp", "192.0.2.10", 5060);
const tcp = side("tcp", "192.0.2.10", 5060);
const tls = side("tls", "192.0.2.10", 5061);
const wss = side("wss", "192.0.2.10", 443);

function values(
  incoming: Connection,
  outgoing: Connection,
  options: OwnRouteOptions & { isSips?: boolean } = {},
): string[] {
  const passage = { incoming, outgoing, isSips: options.isSips ?? false };
  return ownRouteFields("Record-Route", passage, options).map(({ text }) => text);
}

describe("RFC 3261 §16.6 step 4 ownRouteFields", () => {
  it("writes one value where both sides see the same", () => {
    expect(values(udp, udp)).toEqual(["<sip:192.0.2.10:5060;lr>"]);
    expect(values(tcp, tcp)).toEqual(["<sip:192.0.2.10:5060;transport=tcp;lr>"]);
    expect(values(tls, tls)).toEqual(["<sip:192.0.2.10:5061;transport=tls;lr>"]);
  });

  it("writes sips where the call is for sips and the side has TLS", () => {
    expect(values(tls, tls, { isSips: true })).toEqual(["<sips:192.0.2.10:5061;lr>"]);
    expect(values(udp, tls, { isSips: true })).toEqual([
      "<sips:192.0.2.10:5061;lr;r2=on>",
      "<sip:192.0.2.10:5060;lr;r2=on>",
    ]);
    expect(values(wss, tls, { isSips: true })[1]).toBe("<sips:192.0.2.10:443;transport=ws;lr;r2=on>");
  });

  it("tells user and parameters on each value, escaped, lr behind them", () => {
    const options = { user: "key", parameters: { sid: "a=b;c", flag: true } } as const;
    expect(values(udp, tcp, options)).toEqual([
      "<sip:key@192.0.2.10:5060;transport=tcp;sid=a%3Db%3Bc;flag;lr;r2=on>",
      "<sip:key@192.0.2.10:5060;sid=a%3Db%3Bc;flag;lr;r2=on>",
    ]);
  });

  it("writes the advertised address, and IPv6 in brackets", () => {
    expect(values(side("udp", "10.0.0.1", 5070, "p.example.com"), side("udp", "2001:db8::1", 5060))).toEqual([
      "<sip:[2001:db8::1]:5060;lr;r2=on>",
      "<sip:p.example.com:5070;lr;r2=on>",
    ]);
  });
});

describe("RFC 5626 §5.3 ownRouteFields with flows", () => {
  it("puts the one token into the one value", () => {
    expect(values(udp, udp, { incomingFlow: "tok", user: "key" })).toEqual(["<sip:tok@192.0.2.10:5060;lr;ob>"]);
    expect(values(udp, udp, { outgoingFlow: "tok" })).toEqual(["<sip:tok@192.0.2.10:5060;lr;ob>"]);
  });

  it("writes two values where both sides are bound to a flow", () => {
    expect(values(udp, udp, { incomingFlow: "in", outgoingFlow: "out" })).toEqual([
      "<sip:out@192.0.2.10:5060;lr;r2=on;ob>",
      "<sip:in@192.0.2.10:5060;lr;r2=on;ob>",
    ]);
  });

  it("marks the side alone that has a flow, but both in a Path", () => {
    expect(values(tcp, udp, { incomingFlow: "in" })).toEqual([
      "<sip:192.0.2.10:5060;lr;r2=on>",
      "<sip:in@192.0.2.10:5060;transport=tcp;lr;r2=on;ob>",
    ]);
    const passage = { incoming: tcp, outgoing: udp, isSips: false };
    expect(ownRouteFields("Path", passage, { incomingFlow: "in" }).map(({ line }) => line)).toEqual([
      "Path: <sip:192.0.2.10:5060;lr;r2=on;ob>",
      "Path: <sip:in@192.0.2.10:5060;transport=tcp;lr;r2=on;ob>",
    ]);
  });
});
