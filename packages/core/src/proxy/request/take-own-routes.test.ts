import { requestText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../../message/parse-message.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { Connection } from "../../transport/transport.js";
import type { OwnAddresses } from "./own-uri.js";
import { takeOwnRoutes } from "./take-own-routes.js";

/** We are p.example.com and 192.0.2.10, at 5060 and, by TLS, 5061. */
const own: OwnAddresses = {
  isOwnAddress: (host, port) => /^(192\.0\.2\.10|p\.example\.com)$/i.test(host) && (port === 5060 || port === 5061),
};

function incoming(protocol: "udp" | "tls", port = 5060): Connection {
  const local = { address: "192.0.2.10", port };
  const transport = { protocol, isReliable: protocol === "tls", local };
  return { transport, local } as Connection; // all that is looked at
}

function read(uri: string, headers: Readonly<Record<string, string | readonly string[]>>): SipRequest {
  const message = parseMessage(Buffer.from(requestText({ method: "BYE", uri, headers })));
  if (message.kind !== "request") throw new TypeError("not a request");
  return message;
}

function take(
  uri: string,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
  connection = incoming("udp"),
) {
  const { request, popped } = takeOwnRoutes(read(uri, headers), connection, own);
  return {
    uri: request.requestUriText,
    route: request.getTexts("Route"),
    popped: popped.map((route) => String(route)),
  };
}

const target = "sip:bob@192.0.2.2";

describe("RFC 3261 §16.4 takeOwnRoutes", () => {
  it("gives a request that names us nowhere as it is", () => {
    const request = read(target, { Route: "<sip:other.example.com;lr>" });
    expect(takeOwnRoutes(request, incoming("udp"), own)).toEqual({ request, popped: [] });
    expect(takeOwnRoutes(read(target, {}), incoming("udp"), own).popped).toEqual([]);
  });

  it("takes away a first value of ours, by name or address, and tells which", () => {
    for (const route of [
      "<sip:p.example.com;lr>",
      "<sip:KEY@192.0.2.10:5060;lr;sid=1>;x=y",
      "<sips:p.example.com;lr>",
    ]) {
      expect(take(target, { Route: [route, "<sip:next;lr>"] })).toEqual({
        uri: target,
        route: ["<sip:next;lr>"],
        popped: [route],
      });
    }
  });

  it("leaves values of others, and ours behind them", () => {
    const route = ["<sip:other;lr>", "<sip:p.example.com;lr>"];
    expect(take(target, { Route: route })).toEqual({ uri: target, route, popped: [] });
  });

  it("takes away both halves of a pair, in one line or two, and one half alone", () => {
    const [far, near] = ["<sip:192.0.2.10;lr;r2=on>", "<sip:p.example.com;transport=tcp;lr;r2=on>"] as const;
    for (const route of [
      [far, near, "<sip:next;lr>"],
      [`${far},${near},  <sip:next;lr>`],
      [`${far}, ${near}`, "<sip:next;lr>"],
    ]) {
      expect(take(target, { Route: route })).toEqual({ uri: target, route: ["<sip:next;lr>"], popped: [far, near] });
    }
    expect(take(target, { Route: [far, "<sip:next;lr;r2=on>"] }).popped).toEqual([far]);
    expect(take(target, { Route: [far, "<sip:p.example.com;lr>"] }).route).toEqual(["<sip:p.example.com;lr>"]);
  });

  it("keeps commas in quotes and angle brackets together", () => {
    const rest = '"a, b" <sip:x,y@next;lr>, <sip:z>';
    expect(take(target, { Route: `<sip:p.example.com;lr>, ${rest}` }).route).toEqual([rest]);
  });

  describe("when a strict router put us into the Request-URI", () => {
    it("puts the last Route back, wherever it stands", () => {
      expect(take("sip:p.example.com;lr", { Route: `<sip:next;lr>, "Bob" <${target}>;x` })).toMatchObject({
        uri: target,
        route: ["<sip:next;lr>"],
      });
      expect(take("sip:p.example.com;lr", { Route: ["<sip:next;lr>", `<${target}>`] })).toMatchObject({ uri: target });
    });

    it("tells the value of ours that came as Request-URI, and only then", () => {
      const request = read("sip:p.example.com;lr;plan=gold", { Route: `<${target}>` });
      expect(String(takeOwnRoutes(request, incoming("udp"), own).strict)).toBe("sip:p.example.com;lr;plan=gold");
      const loose = read(target, { Route: "<sip:p.example.com;lr>" });
      expect(takeOwnRoutes(loose, incoming("udp"), own).strict).toBeUndefined();
    });

    it("takes our own Route away, too, where the pair was cut in two", () => {
      const result = take("sip:192.0.2.10;lr;r2=on", { Route: ["<sip:p.example.com;lr;r2=on>", `<${target}>`] });
      expect(result).toEqual({ uri: target, route: [], popped: ["<sip:p.example.com;lr;r2=on>"] });
    });

    it("does nothing without lr, without Route, or for another element", () => {
      for (const uri of ["sip:p.example.com", "sip:q.example.com;lr"]) {
        expect(take(uri, { Route: `<${target}>` })).toMatchObject({ uri, route: [`<${target}>`] });
      }
      expect(take("sip:p.example.com;lr").uri).toBe("sip:p.example.com;lr");
    });
  });

  describe("with our maddr in the Request-URI", () => {
    it.each([
      ["sip:bob@example.com;maddr=192.0.2.10", incoming("udp"), "sip:bob@example.com"],
      ["sip:bob@example.com:5060;transport=udp;maddr=192.0.2.10;x", incoming("udp"), "sip:bob@example.com;x"],
      ["sips:bob@example.com;maddr=p.example.com", incoming("tls", 5061), "sips:bob@example.com"],
    ])("strips %s", (uri, connection, expected) => {
      expect(take(uri, {}, connection).uri).toBe(expected);
    });

    it.each([
      ["sip:bob@example.com;maddr=192.0.2.11", incoming("udp")],
      ["sip:bob@example.com;maddr=192.0.2.10;transport=tcp", incoming("udp")],
      ["sip:bob@example.com:5070;maddr=192.0.2.10", incoming("udp")],
      ["sip:bob@example.com;maddr=192.0.2.10", incoming("udp", 5080)],
      ["tel:+1234;maddr=192.0.2.10", incoming("udp")],
    ])("leaves %s", (uri, connection) => {
      expect(take(uri, {}, connection).uri).toBe(uri);
    });
  });
});
