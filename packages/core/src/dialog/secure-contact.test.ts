import { inviteText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { readRequest } from "../../test/transaction/machine-bench.js";
import { needsSecureContact, needsSecureOwnContact } from "./secure-contact.js";

describe("RFC 3261 §12.1.1 the Contact of an answer", () => {
  it.each([
    ["sips Request-URI", { uri: "sips:bob@b" }, true],
    ["sips topmost Record-Route", { headers: { "Record-Route": "<sips:p1;lr>, <sip:p2;lr>" } }, true],
    [
      "sips Record-Route below",
      { contact: "<sips:a@a>", headers: { "Record-Route": "<sip:p1;lr>, <sips:p2;lr>" } },
      false,
    ],
    ["sips Contact without Record-Route", { contact: "<sips:a@a>" }, true],
    ["nothing sips", {}, false],
    ["tel Request-URI", { uri: "tel:+1-201-555-0123" }, false],
  ])("%s", (_name, overrides, secure) => {
    expect(needsSecureContact(readRequest(inviteText(overrides)))).toBe(secure);
  });
});

describe("RFC 3261 §8.1.1.8 the Contact of a request", () => {
  it.each([
    ["sips Request-URI", { uri: "sips:bob@b" }, true],
    ["sips first Route", { route: ["<sips:p1;lr>"] }, true],
    ["sips second Route", { route: ["<sip:p1;lr>, <sips:p2;lr>"] }, false],
    ["nothing sips", { contact: "<sips:a@a>" }, false],
  ])("%s", (_name, overrides, secure) => {
    expect(needsSecureOwnContact(readRequest(inviteText(overrides)))).toBe(secure);
  });
});
