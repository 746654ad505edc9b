import { describe, expect, it } from "vitest";
import { parseAlternativeNames } from "./alternative-names.js";

describe("subjectAltName as Node prints it", () => {
  it.each([
    ["", []],
    ["DNS:a.example", ["DNS=a.example"]],
    [
      "DNS:a.example, URI:sip:a.example, IP Address:2001:DB8:0:0:0:0:0:1",
      ["DNS=a.example", "URI=sip:a.example", "IP Address=2001:DB8:0:0:0:0:0:1"],
    ],
    ["othername:<unsupported>, DNS:a.example", ["othername=<unsupported>", "DNS=a.example"]],
    ['DNS:"a.example, DNS:b.example", DNS:c.example', ["DNS=a.example, DNS:b.example", "DNS=c.example"]],
    ['DNS:"a\\"b, DNS:x", DNS:c', ['DNS=a"b, DNS:x', "DNS=c"]],
    ['DNS:a, DNS:"never ends, DNS:b', ["DNS=a"]],
    ["no colon at all", []],
  ])("reads %j", (text, names) => {
    expect(parseAlternativeNames(text).map(({ kind, value }) => `${kind}=${value}`)).toEqual(names);
  });
});
