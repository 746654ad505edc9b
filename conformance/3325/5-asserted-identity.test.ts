import { TrustDomain, screenReceivedIdentity, screenSentIdentity, type ReceivedIdentity } from "@siplet/core";
import { describe, expect, it } from "vitest";

const own = ['"Cullen Jennings" <sip:fluffy@cisco.com>', "<tel:+14085264000>"];

function received(changes: Partial<ReceivedIdentity>) {
  const decision = screenReceivedIdentity({
    method: "INVITE",
    asserted: [],
    preferred: [],
    isTrusted: false,
    ...changes,
  });
  if (decision.kind === "rejected") return decision;
  return { identities: decision.identities.map(({ uri }) => String(uri)), edits: decision.edits };
}

describe("RFC 3325 §5 proxy behaviour, from a node outside the trust domain", () => {
  it("removes an assertion nobody answers for", () => {
    expect(received({ asserted: ["<sip:ceo@cisco.com>"] })).toEqual({
      identities: [],
      edits: { remove: ["P-Asserted-Identity"], add: [] },
    });
  });

  it("removes a preference of an unknown user", () => {
    expect(received({ preferred: ["<sip:ceo@cisco.com>"] })).toEqual({
      identities: [],
      edits: { remove: ["P-Preferred-Identity"], add: [] },
    });
  });

  it("asserts the user it authenticated", () => {
    expect(received({ authenticated: own })).toEqual({
      identities: ["sip:fluffy@cisco.com"],
      edits: { remove: [], add: [{ name: "P-Asserted-Identity", value: '"Cullen Jennings" <sip:fluffy@cisco.com>' }] },
    });
  });

  it("replaces the assertion of a user it authenticated", () => {
    expect(received({ asserted: ["<sip:ceo@cisco.com>"], authenticated: own })).toMatchObject({
      identities: ["sip:fluffy@cisco.com"],
      edits: { remove: ["P-Asserted-Identity"] },
    });
  });

  it("lets the preference choose among the user's identities, and takes the display name from its own", () => {
    expect(received({ preferred: ['"The CEO" <tel:+1-408-526-4000>'], authenticated: own })).toEqual({
      identities: ["tel:+14085264000"],
      edits: {
        remove: ["P-Preferred-Identity"],
        add: [{ name: "P-Asserted-Identity", value: "<tel:+14085264000>" }],
      },
    });
  });

  it("asserts a SIP and a tel identity if both are preferred", () => {
    const preferred = ["sip:fluffy@CISCO.com, tel:+14085264000"];
    expect(received({ preferred, authenticated: own })).toMatchObject({
      identities: ["sip:fluffy@cisco.com", "tel:+14085264000"],
    });
  });

  it.each(["<sip:ceo@cisco.com>", "<sip:fluffy@cisco.com>, <tel:+15551234567>", "rubbish"])(
    "takes the default for the preference %s, or answers 403",
    (preference) => {
      const message = { preferred: [preference], authenticated: own };
      expect(received(message)).toMatchObject({
        identities: ["sip:fluffy@cisco.com"],
        edits: { remove: ["P-Preferred-Identity"] },
      });
      expect(received({ ...message, foreignPreference: "reject" })).toMatchObject({
        kind: "rejected",
        statusCode: 403,
      });
    },
  );

  it("escapes the display name it asserts", () => {
    const authenticated = [String.raw`"Cullen \"fluffy\" Jennings, Jr." <sip:fluffy@cisco.com>`];
    expect(received({ authenticated })).toMatchObject({ edits: { add: [{ value: authenticated[0] }] } });
  });

  it("puts a URI with parameters into angle brackets", () => {
    const authenticated = ["<sip:+14085264000@cisco.com;user=phone>"];
    expect(received({ authenticated })).toMatchObject({ edits: { add: [{ value: authenticated[0] }] } });
  });

  it.each(["ACK", "CANCEL"])("adds nothing to %s, but removes (RFC 5876 §3)", (method) => {
    expect(received({ method, asserted: ["<sip:a@b>"], authenticated: own })).toEqual({
      identities: [],
      edits: { remove: ["P-Asserted-Identity"], add: [] },
    });
  });
});

describe("RFC 3325 §5 proxy behaviour, from a node of the trust domain", () => {
  it("believes the assertion and leaves it as it came", () => {
    expect(received({ isTrusted: true, asserted: ["<sip:fluffy@cisco.com>, tel:+14085264000"] })).toEqual({
      identities: ["sip:fluffy@cisco.com", "tel:+14085264000"],
      edits: { remove: [], add: [] },
    });
  });

  it("believes it before the user it authenticated itself", () => {
    expect(
      received({ isTrusted: true, asserted: ["<sip:alice@atlanta.example.com>"], authenticated: own }),
    ).toMatchObject({
      identities: ["sip:alice@atlanta.example.com"],
      edits: { add: [] },
    });
  });

  it("asserts the user it authenticated if no assertion came", () => {
    expect(received({ isTrusted: true, authenticated: own })).toMatchObject({ identities: ["sip:fluffy@cisco.com"] });
  });

  it("believes another scheme (RFC 5876 §4.5)", () => {
    expect(received({ isTrusted: true, asserted: ["<urn:service:sos>"] })).toMatchObject({
      identities: ["urn:service:sos"],
    });
  });
});

describe("RFC 3325 §7 towards the next hop", () => {
  const asserted = ["<sip:fluffy@cisco.com>"];
  const removal = { remove: ["P-Asserted-Identity"], add: [] };
  const nothing = { remove: [], add: [] };

  it.each([["id"], ["ID;critical"], ["header;id"], ["id, user"]])(
    "removes the identity at the border for Privacy: %s",
    (privacy) => {
      expect(screenSentIdentity({ asserted, privacy: [privacy], isTrusted: false, withoutPrivacy: "keep" })).toEqual(
        removal,
      );
    },
  );

  it("keeps it for Privacy: none", () => {
    expect(screenSentIdentity({ asserted, privacy: ["none"], isTrusted: false })).toEqual(nothing);
  });

  it("follows the policy where the user has said nothing of it", () => {
    for (const privacy of [[], ["user"]]) {
      expect(screenSentIdentity({ asserted, privacy, isTrusted: false })).toEqual(removal);
      expect(screenSentIdentity({ asserted, privacy, isTrusted: false, withoutPrivacy: "keep" })).toEqual(nothing);
    }
  });

  it("keeps it within the trust domain, whatever the privacy", () => {
    expect(screenSentIdentity({ asserted, privacy: ["id"], isTrusted: true })).toEqual(nothing);
  });

  it("has nothing to do without identity", () => {
    expect(screenSentIdentity({ asserted: [], privacy: ["id"], isTrusted: false })).toEqual(nothing);
  });
});

describe("RFC 3325 §2.3 a message through two domains", () => {
  it("is believed inside and loses its identity at the border", () => {
    const domain = new TrustDomain({ networks: ["10.0.0.0/8"], domains: ["proxy.pstn.net"] });
    const inside = received({
      asserted: ["<sip:fluffy@cisco.com>"],
      isTrusted: domain.trusts({ address: "10.1.1.1" }),
    });
    expect(inside).toMatchObject({ identities: ["sip:fluffy@cisco.com"] });
    const isTrusted = domain.trusts({ address: "198.51.100.7", tlsDomains: ["proxy.pstn.org"] });
    const edits = screenSentIdentity({ asserted: ["<sip:fluffy@cisco.com>"], privacy: ["id"], isTrusted });
    expect(edits.remove).toEqual(["P-Asserted-Identity"]);
  });
});
