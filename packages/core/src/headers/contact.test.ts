import { describe, expect, it } from "vitest";
import { Contact } from "./contact.js";
import { headerDefinition } from "./header-table.js";

const definition = headerDefinition("contact");

function parse(text: string): Contact {
  return definition.parseValue(text);
}

describe("RFC 3261 §20.10 Contact", () => {
  it("tells preference and life", () => {
    const contact = parse('"Mr. Watson" <sip:watson@h>;q=0.7;expires="60"');
    expect([contact.displayName, String(contact.uri), contact.q, contact.expires]).toEqual([
      "Mr. Watson",
      "sip:watson@h",
      0.7,
      60,
    ]);
    expect([parse("sip:a@b").q, parse("sip:a@b").expires]).toEqual([undefined, undefined]);
  });

  it.each(["280297596632815", "x", "-1"])("takes expires=%s as 3600", (expires) => {
    expect(parse(`<sip:a@b>;expires=${expires}`).expires).toBe(3600);
  });

  it.each([
    ["1.000", 1],
    ["0.", 0],
    ["0.333", 0.333],
    ["1", 1],
    ["0", 0],
  ])("reads q=%s", (text, q) => {
    expect(parse(`<sip:a@b>;q=${text}`).q).toBe(q);
  });

  it.each(["1.001", "0.3333", ".5", "-0.1", "2", '""'])("refuses q=%s", (q) => {
    expect(() => parse(`<sip:a@b>;q=${q}`)).toThrow("Contact");
  });

  it("knows the wildcard", () => {
    const [contact] = definition.parse(" * ");
    expect([contact?.wildcard, contact?.uri, String(contact)]).toEqual([true, undefined, "*"]);
    expect(parse("* <sip:a@b>")).toMatchObject({ wildcard: false, displayName: "*" });
    expect(() => Contact.wildcard.with({ q: 1 })).toThrow("stands alone");
  });

  it("tells instance and flow (RFC 5626)", () => {
    const contact = parse('<sip:a@b;ob>;reg-id=1;+sip.instance="<urn:uuid:00000000-0000-1000-8000-000A95A0E128>"');
    expect([contact.instanceId, contact.registrationId]).toEqual(["urn:uuid:00000000-0000-1000-8000-000A95A0E128", 1]);
    expect([parse("<sip:a>;reg-id=0").registrationId, parse("<sip:a>").instanceId]).toEqual([undefined, undefined]);
  });

  it("keeps two escaped NULs apart (RFC 4475 §3.1.1.4)", () => {
    const contacts = definition.parse("<sip:%00@host5.example.com>, <sip:%00%00@host5.example.com>");
    expect(contacts.map(String)).toEqual(["<sip:%00@host5.example.com>", "<sip:%00%00@host5.example.com>"]);
  });

  it("is built and changed", () => {
    const contact = Contact.create({
      displayName: "B",
      uri: "sip:b@h",
      q: 0.5,
      expires: 60,
      parameters: { audio: true },
    });
    expect(String(contact)).toBe('"B" <sip:b@h>;audio;q=0.5;expires=60');
    expect(String(contact.with({ expires: 0, q: undefined }))).toBe('"B" <sip:b@h>;audio;expires=0');
    expect(String(contact.withParameter("methods", "INVITE,BYE"))).toBe(
      '"B" <sip:b@h>;audio;q=0.5;expires=60;methods="INVITE,BYE"',
    );
  });
});
