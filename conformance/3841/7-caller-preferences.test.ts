import { callerPreferences, headerDefinition, parseMessage, type Contact, type SipRequest } from "@siplet/core";
import { requestText, type HeaderOverrides } from "@siplet/testkit";
import { describe, expect, it } from "vitest";

function request(headers: HeaderOverrides, method = "INVITE"): SipRequest {
  const message = parseMessage(Buffer.from(requestText({ method, headers })));
  if (message.kind !== "request") throw new TypeError("not a request");
  return message;
}

/** The user parts of the contacts that are left, in their order. */
function rank(contacts: readonly string[], headers: HeaderOverrides, method?: string): string[] {
  const parsed = contacts.map((text): Contact => headerDefinition("contact").parseValue(text));
  const ranked = callerPreferences(parsed, request(headers, method));
  return ranked.map(({ contact }) => (contact.uri?.kind === "sip" ? (contact.uri.user ?? "") : ""));
}

/** Contacts with features, as the examples of RFC 3841 §7.2.5 have them. */
const u1 = '<sip:u1@h.example.com>;audio;video;methods="INVITE,BYE";q=0.2';
const u2 = '<sip:u2@h.example.com>;audio="FALSE";methods="INVITE";actor="msg-taker";q=0.2';
const u3 = '<sip:u3@h.example.com>;audio;actor="msg-taker";methods="INVITE";video;q=0.3';
const u4 = '<sip:u4@h.example.com>;audio;methods="INVITE,OPTIONS";q=0.2';
const u5 = "<sip:u5@h.example.com>;q=0.5";
const all = [u1, u2, u3, u4, u5];

describe("RFC 3841 §7.2 the contacts of a user", () => {
  it("follow the worked example of §7.2.5", () => {
    const headers = {
      "Reject-Contact": '*;actor="msg-taker";video',
      "Accept-Contact": ["*;audio;require", "*;video;explicit", '*;methods="BYE";class="business";q=1.0'],
    };
    expect(rank(all, headers)).toEqual(["u5", "u1", "u4"]);
  });

  it("that tell no feature are never dropped (checklist 68)", () => {
    expect(
      rank([u5], { "Accept-Contact": '*;video="FALSE";methods="FOO";require;explicit', "Reject-Contact": "*" }),
    ).toEqual(["u5"]);
  });

  it("are ordered by the callee first, by the caller second", () => {
    const contacts = ["<sip:a@h>;q=0.2;audio;video", '<sip:b@h>;q=0.9;audio="FALSE"', "<sip:c@h>;q=0.2;audio"];
    expect(rank(contacts, { "Accept-Contact": "*;audio;video" })).toEqual(["b", "a", "c"]);
  });
});

describe("RFC 3841 §7.2.4 Accept-Contact", () => {
  const contacts = ["<sip:video@h>;video", '<sip:novideo@h>;video="FALSE"', "<sip:silent@h>;audio"];

  it("without parameters only prefers", () => {
    expect(rank(contacts, { "Accept-Contact": "*;video" })).toEqual(["video", "novideo", "silent"]);
  });

  it("with require drops what conflicts", () => {
    expect(rank(contacts, { "Accept-Contact": "*;video;require" })).toEqual(["video", "silent"]);
  });

  it("with require and explicit drops what does not tell", () => {
    expect(rank(contacts, { "Accept-Contact": "*;video;require;explicit" })).toEqual(["video"]);
  });

  it("with explicit alone counts what does not tell for nothing", () => {
    expect(
      rank(["<sip:silent@h>;audio", "<sip:half@h>;video;audio"], { "Accept-Contact": "*;video;text;explicit" }),
    ).toEqual(["silent", "half"]);
  });

  it("in its compact form means the same", () => {
    expect(rank(contacts, { a: "*;video;require;explicit" })).toEqual(["video"]);
  });
});

describe("RFC 3841 §7.2.4 Reject-Contact", () => {
  it("drops what matches", () => {
    expect(rank([u2, u4], { "Reject-Contact": '*;actor="msg-taker"' })).toEqual(["u4"]);
  });

  it("says nothing about a contact that does not tell", () => {
    expect(rank([u1, u4], { "Reject-Contact": '*;actor="msg-taker";video' })).toEqual(["u1", "u4"]);
  });
});

describe("RFC 3841 §7.2.2 without a word of the caller", () => {
  it("only those who understand the method are left", () => {
    expect(rank([u1, u4], {}, "OPTIONS")).toEqual(["u4"]);
  });

  it("all are left where nobody would be", () => {
    expect(rank([u1, u4], {}, "MESSAGE")).toEqual(["u1", "u4"]);
  });

  it("only those who know the event package are left", () => {
    const contacts = ['<sip:a@h>;events="presence,dialog"', '<sip:b@h>;events="conference"'];
    expect(rank(contacts, { Event: "Dialog;id=7" }, "SUBSCRIBE")).toEqual(["a"]);
  });
});

describe("RFC 3840 §9 feature values", () => {
  it.each([
    ['methods="INVITE"', 'methods="invite"', true],
    ['methods="!BYE"', 'methods="INVITE"', true],
    ['methods="!BYE"', 'methods="BYE"', false],
    ['methods="BYE,!BYE"', 'methods="BYE"', true],
    ['methods="!BYE"', 'methods="!INVITE"', true],
    ['priority="#5"', 'priority="#>=3"', true],
    ['priority="#2"', 'priority="#>=3"', false],
    ['priority="#1:4"', 'priority="#4:9"', true],
    ['priority="#1:4"', 'priority="#=5"', false],
    ['priority="#-3"', 'priority="#<=-2.5"', true],
    ['priority="#5"', 'priority="5"', false],
    ['description="<PC>"', 'description="<PC>"', true],
    ['description="<PC>"', 'description="<pc>"', false],
    ["audio", 'audio="TRUE"', true],
    ["audio", 'audio="FALSE"', false],
    ['+g.oma="<x>"', '+G.OMA="<x>"', true],
  ])("%s and %s overlap: %s", (own, wanted, isMatch) => {
    expect(rank([`<sip:a@h>;${own}`], { "Accept-Contact": `*;${wanted};require` })).toEqual(isMatch ? ["a"] : []);
  });
});
