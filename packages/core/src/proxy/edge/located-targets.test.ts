import { requestText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { Contact } from "../../headers/contact.js";
import { parseMessage } from "../../message/parse-message.js";
import type { Connection } from "../../transport/transport.js";
import type { FlowTokens } from "./flow-tokens.js";
import { locatedContacts, proxyTarget, rankTargets, type LocatedTarget } from "./located-targets.js";

const open = { local: { address: "192.0.2.10", port: 5060 } } as Connection;
const tokens: FlowTokens = {
  create: () => "token",
  verify: (token) =>
    token === "open" ? { kind: "open", connection: open } : { kind: token === "gone" ? "gone" : "tampered" },
};

describe("RFC 5626 §6 proxyTarget", () => {
  it("tries the first way and has the others in reserve", () => {
    const target = proxyTarget(
      {
        q: 0.5,
        flows: [
          { requestUri: "sip:a@h", routes: ["<sip:e1;lr>"] },
          { requestUri: "sip:a@h", routes: ["<sip:e2;lr>"] },
        ],
      },
      tokens,
    );
    expect(target).toEqual({
      uri: "sip:a@h",
      options: {
        q: 0.5,
        routes: ["<sip:e1;lr>"],
        alternatives: [{ uri: "sip:a@h", options: { routes: ["<sip:e2;lr>"] } }],
      },
    });
  });

  it("goes down a flow that lives, and leaves out those that do not", () => {
    const way = { requestUri: "sip:a@h", routes: [] };
    const flows: LocatedTarget["flows"] = [
      { ...way, flow: "gone" },
      { ...way, flow: "forged" },
      { ...way, flow: "open" },
    ];
    expect(proxyTarget({ q: 1, flows }, tokens)?.options).toMatchObject({ connection: open, alternatives: [] });
    expect(proxyTarget({ q: 1, flows: [{ ...way, flow: "gone" }] }, tokens)).toBeUndefined();
    expect(proxyTarget({ q: 1, flows: [{ ...way, flow: "open" }] }, undefined)).toBeUndefined();
  });
});

describe("rankTargets", () => {
  const text = requestText({ method: "INVITE", headers: { "Accept-Contact": "*;video;require" } });
  const request = parseMessage(Buffer.from(text));
  const target = (user: string, q: number, features: string): LocatedTarget => ({
    q,
    flows: [{ requestUri: `sip:${user}@h`, routes: [], binding: { contact: `<sip:${user}@h>;q=0.1${features}` } }],
  });

  it("orders user agents by their q and the wishes of the caller, by the features they registered", () => {
    if (request.kind !== "request") throw new TypeError("not a request");
    const targets = [target("a", 0.3, ";video"), target("b", 0.9, ";video"), target("c", 1, ';video="FALSE"')];
    expect(rankTargets(targets, request).map((ranked) => ranked.target)).toEqual([targets[1], targets[0]]);
  });

  it("knows contacts that were given as they are", () => {
    if (request.kind !== "request") throw new TypeError("not a request");
    const contacts = [Contact.create({ uri: "sip:a@h", q: 0.2 }), Contact.create({ uri: "sip:b@h" }), Contact.wildcard];
    const located = locatedContacts(contacts);
    const ranked = located.kind === "found" ? rankTargets(located.targets, request) : [];
    expect(ranked.map(({ target: { flows, q } }) => [flows[0].requestUri, q])).toEqual([
      ["sip:b@h", 1],
      ["sip:a@h", 0.2],
    ]);
  });
});
