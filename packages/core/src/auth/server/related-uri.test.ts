import { describe, expect, it } from "vitest";
import { isRelatedUri } from "./related-uri.js";

describe("RFC 3261 §22.4 uri of credentials", () => {
  it.each([
    ["the same text", "sip:biloxi.example.com", "sip:biloxi.example.com"],
    ["the same text that is no URI", "*", "*"],
    ["an equal URI", "sip:bob@BILOXI.example.com;x=1", "sip:b%6fb@biloxi.example.com"],
    ["a host exchanged by a proxy", "sip:bob@biloxi.example.com", "sip:bob@192.0.2.4:5060;transport=tcp"],
    ["a user exchanged by a proxy", "sip:+12125551212@biloxi.example.com", "sip:bob@biloxi.example.com"],
    ["a scheme raised by a proxy", "sip:bob@biloxi.example.com", "sips:bob@biloxi.example.com"],
    ["a number turned into a SIP URI", "tel:+12125551212", "sip:+12125551212@gateway.example.com"],
    ["another spelling of an address", "sip:[2001:DB8::1]", "sip:[2001:db8:0:0:0:0:0:1]:5080"],
  ])("takes %s", (_, credentialsUri, requestUri) => {
    expect(isRelatedUri(credentialsUri, requestUri)).toBe(true);
  });

  it.each([
    ["another user at another host", "sip:bob@biloxi.example.com", "sip:carol@chicago.example.com"],
    ["a host and another user elsewhere", "sip:biloxi.example.com", "sip:chicago.example.com"],
    ["another user name in case only", "sip:Bob@biloxi.example.com", "sip:bob@chicago.example.com"],
    ["what is no URI", "biloxi", "sip:biloxi"],
    ["an empty text", "", "sip:biloxi"],
    ["other schemes", "http://biloxi/", "sip:biloxi"],
  ])("refuses %s", (_, credentialsUri, requestUri) => {
    expect(isRelatedUri(credentialsUri, requestUri)).toBe(false);
  });
});
