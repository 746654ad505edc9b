import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  headerDefinition,
  headerDefinitions,
  headerKey,
  serializeHeader,
  type HeaderDefinition,
} from "./header-table.js";

interface Row {
  readonly name: string;
  readonly occurs: string;
  readonly compact?: string;
}

function readVectors(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../test/vectors/${file}`, import.meta.url), "utf8")) as unknown;
}

const { headers } = readVectors("headers.json") as { headers: Row[] };
const { forms } = readVectors("compact-forms.json") as { forms: Record<string, string> };

function definitionOf(name: string): HeaderDefinition {
  const definition = headerDefinition(headerKey(name));
  if (definition === undefined) throw new TypeError(`no definition of ${name}`);
  return definition;
}

/** Real values; a list's commas separate its values. */
const good: Readonly<Record<string, readonly string[]>> = {
  Accept: ["application/sdp;level=1, application/x-private, text/html", "*/*;q=0.2,text/*", ""],
  "Accept-Contact": ['*;audio;require;methods="INVITE,BYE"', '*;mobility="fixed";explicit,*;+g.x="<a>"'],
  "Accept-Encoding": ["gzip;q=1.0, identity; q=0.5, *;q=0", ""],
  "Accept-Language": ["da, en-gb;q=0.8, en;q=0.7", ""],
  "Accept-Resource-Priority": ["dsn.flash-override, dsn.flash, q735.3"],
  "Additional-Identity": ['"Cap" <sip:a@b.com>', "tel:+1"],
  "Alert-Info": ["<http://www.example.com/sounds/moo.wav>", "<urn:alert:source:external>;info=x,<cid:a@b>"],
  "AlertMsg-Error": ["100; text=x"],
  Allow: ["INVITE, ACK, OPTIONS, CANCEL, BYE", ""],
  "Allow-Events": ["presence, presence.winfo"],
  "Answer-Mode": ["Auto;require", "Manual"],
  "Attestation-Info": ["A"],
  "Authentication-Info": ['nextnonce="47364c23432d2e131a5fb210812c", qop=auth, rspauth="6629fae4"'],
  Authorization: [
    'Digest username="bob", realm="biloxi.com", uri="sip:bob@biloxi.com", qop=auth, nc=00000001',
    "Bearer a.b-c==",
  ],
  "Call-ID": ["f81d4fae-7dec-11d0-a765-00a0c91e6bf6@foo.bar.com", 'a84b4c76e66710@(<>:\\"/[]?{}'],
  "Call-Info": [
    "<http://wwww.example.com/alice/photo.jpg> ;purpose=icon, <http://www.example.com/alice/> ;purpose=info",
  ],
  "Cellular-Network-Info": ["3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=234151D0FCE11;cell-info-age=5"],
  Contact: [
    '"Mr. Watson" <sip:watson@worcester.bell-telephone.com>;q=0.7;expires=3600, "W" <mailto:w@bt.com> ;q=0.1',
    "*",
  ],
  "Content-Disposition": ["session", "Render;handling=optional"],
  "Content-Encoding": ["gzip", "a, tar"],
  "Content-ID": ["<1234567890@example.com>"],
  "Content-Language": ["fr", "en, de-CH"],
  "Content-Length": ["349", "00"],
  "Content-Type": ["application/sdp", 'multipart/mixed; boundary="b 1"; charset=ISO-8859-4'],
  CSeq: ["4711 INVITE", "0  !x"],
  Date: ["Sat, 13 Nov 2010 23:29:00 GMT"],
  "DC-Info": ["anything at all; x"],
  Diversion: ['<sip:a@b.com>;reason=user-busy;counter=1, "A" <tel:+1>;privacy="full"'],
  Encryption: ["PGP version=2.6.2"],
  "Error-Info": ["<sip:not-in-service-recording@atlanta.com>"],
  Event: ["presence.winfo;id=a", "refer;id=93809824"],
  Expires: ["5", "4294967295"],
  "Feature-Caps": ['*;+g.3gpp.srvcc;+sip.x="a,b"'],
  "Flow-Timer": ["120"],
  From: [
    '"A. G. Bell" <sip:agb@bell-telephone.com> ;tag=a48s',
    "sip:+12125551212@server.phone2net.com;tag=887s",
    "Anonymous <sip:c8@h>",
  ],
  Geolocation: ["<cid:target123@atlanta.example.com>;inserted-by=x, <sips:3sdefrhy2jj7@lis.example.com>"],
  "Geolocation-Error": ['100;code="Cannot Process Location"'],
  "Geolocation-Routing": ["yes"],
  Hide: ["route"],
  "History-Info": [
    "<sip:UserA@ims.example.com>;index=1;foo=bar, <sip:UserB@h?Reason=SIP%3Bcause%3D302>;index=1.1;rc=1",
  ],
  Identity: [
    "eyJhbGciOiJFUzI1NiJ9.e30.a-_b;info=<https://cert.example.org/p.cer>;alg=ES256;ppt=shaken, e30..x;info=<https://b>",
    '"ZYNBbHC00VMZr2kZt6VmCvPonWJMGvQTBDqghoWeLxJfzB2a1pxAr3VgrB0SsSAaifsRdiOPoQZYOy2wrVghuhcsMbHWUSFxI6p6q5TOQXHMmz6uEo3svJsSH49thyGnFVcnyaZ++yRlBYYQTLqWzJ+KVhPKbfU/pryhVn9Yc6U="',
  ],
  "Identity-Info": ["<https://www.example.com/cert>;alg=rsa-sha1"],
  "In-Reply-To": ["70710@saturn.bell-tel.com, 17320@saturn.bell-tel.com", '"a, b"@<c, (d'],
  "Info-Package": ["foo;bar=1"],
  Join: ["12adf2f34456gs5;to-tag=12345;from-tag=54321"],
  "Max-Breadth": ["60"],
  "Max-Forwards": ["6", "0068"],
  "MIME-Version": ["1.0"],
  "Min-Expires": ["60"],
  "Min-SE": ["3600;lr"],
  Organization: ["Boxes by Bob, Inc. – Zürich", ""],
  "Origination-Id": ["123e4567-e89b-12d3-a456-426655440000"],
  "P-Access-Network-Info": ["3GPP-UTRAN-TDD; utran-cell-id-3gpp=234151D0FCE11; network-provided, IEEE-802.11"],
  "P-Answer-State": ["Unconfirmed"],
  "P-Asserted-Identity": ['"Cullen Jennings" <sip:fluffy@cisco.com>, tel:+14085264000'],
  "P-Asserted-Service": ["urn:urn-7:3gpp-service.exampletelephony.version1, urn:x:y"],
  "P-Associated-URI": ["<sip:a@home1.net>;x=y, <tel:+1>"],
  "P-Called-Party-ID": ['"Al" <sip:user1-business@example.com>'],
  "P-Charge-Info": ["<sip:+12345550167@c.example.com;noa=3>"],
  "P-Charging-Function-Addresses": ["ccf=192.1.1.1; ccf=[5555::b99]; ecf=192.1.1.3, ecf=x"],
  "P-Charging-Vector": ['icid-value="AyretyU0dm+6O2IrT5tAFrbHLso=0"; icid-generated-at=192.6.2.1; orig-ioi=home1.net'],
  "P-DCS-Billing-Info": ["2a5f7bc3/0123@rksgroup.example.com;charge=x"],
  "P-DCS-LAES": ["192.0.2.1:8000;content=192.0.2.2:9000"],
  "P-DCS-OSPS": ["BLV"],
  "P-DCS-Redirect": ['"sip:a@b";redirector-uri="sip:c@d";count=1'],
  "P-DCS-Trace-Party-ID": ["<tel:+1-212-555-1111>"],
  "P-Early-Media": ["sendrecv, gated"],
  "P-Media-Authorization": ["0020000100100101706466312e76697369746564"],
  "P-Preferred-Identity": ['"Cullen Jennings" <sip:fluffy@cisco.com>'],
  "P-Preferred-Service": ["urn:urn-7:3gpp-service.exampletelephony"],
  "P-Private-Network-Indication": ["example.com;x=y"],
  "P-Profile-Key": ["<sip:chatroom-!.*!@example.com>"],
  "P-Refused-URI-List": ['sip:a@b;members="<cid:x@y>"'],
  "P-Served-User": ["<sip:user@example.com>; sescase=orig; regstate=unreg"],
  "P-User-Database": ["<aaa://host.example.com;transport=tcp>"],
  "P-Visited-Network-ID": ['other.net, "Visited network number 1";x=y'],
  Path: ["<sip:P3.EXAMPLEHOME.COM;lr>,<sip:P1.EXAMPLEVISITED.COM;lr>"],
  "Permission-Missing": ["sip:C@example.com"],
  "Policy-Contact": ["<sip:policy@biloxi.example.com>;non-cacheable"],
  "Policy-ID": ['sip:policy@h.com;token="13ca"'],
  Priority: ["emergency"],
  "Priority-Share": ["allowed"],
  "Priority-Verstat": ["TN-Validation-Passed"],
  "Priv-Answer-Mode": ["Auto"],
  Privacy: ["header; user;critical", "none"],
  "Proxy-Authenticate": [
    'Digest realm="atlanta.com", domain="sip:ss1", qop="auth,auth-int", nonce="f84f", stale=FALSE, algorithm=MD5',
  ],
  "Proxy-Authorization": [
    'Digest username="Alice", realm="atlanta.com", nonce="c60f", response="f7b2"',
    "NoOneKnowsThisScheme opaque-data=here",
  ],
  "Proxy-Require": ["foo"],
  RAck: ["776656 1 INVITE"],
  Reason: ['SIP ;cause=580 ;text="Precondition Failure", Q.850;cause=16;text="Terminated"'],
  "Reason-Phrase": ["x"],
  "Record-Route": ["<sip:server10.biloxi.com;lr>, <sip:bigbox3.site3.atlanta.com;lr>;x=y"],
  "Recv-Info": ["foo;p, bar", ""],
  "Refer-Events-At": ["<sips:vPT3izGmo8NTxbLADUzYjBGJ@example.com;gr=x>"],
  "Refer-Sub": ["false", "TRUE;x=y"],
  "Refer-To": [
    "<sip:dave@denver.example.org?Replaces=12345%40192.168.118.3%3Bto-tag%3D12345%3Bfrom-tag%3D5FFE-3994>",
    "tel:+1",
  ],
  "Referred-By": ['<sip:r@ref.example>;cid="20398823.2UWQFN309shb3@ref.example"'],
  "Reject-Contact": ['*;actor="msg-taker";video'],
  "Relayed-Charge": ["x"],
  Replaces: ["425928@bobster.example.org;to-tag=7743;from-tag=6472;early-only"],
  "Reply-To": ["Bob <sip:bob@biloxi.com>"],
  "Request-Disposition": ["proxy, recurse, parallel"],
  Require: ["100rel"],
  "Resource-Priority": ["wps.3, dsn.flash"],
  "Resource-Share": ["x"],
  "Response-Key": ["pgp version"],
  "Response-Source": ["<urn:3gpp:fe:x>"],
  "Restoration-Info": ["noresponse"],
  "Retry-After": ["18000;duration=3600", "120 (I'm in a (very) long meeting)", "5"],
  Route: ["<sip:bigbox3.site3.atlanta.com;lr>, <sip:server10.biloxi.com;lr>"],
  RSeq: ["988789"],
  "Security-Client": ['ipsec-ike;d-ver="0f41", tls;q=0.2'],
  "Security-Server": ["ipsec-ike;q=0.1, tls;q=0.2"],
  "Security-Verify": ["tls;q=0.2"],
  Server: ["HomeServer v2 (a, (nested) comment)"],
  "Service-Interact-Info": ["x"],
  "Service-Route": ["<sip:P2.HOME.EXAMPLE.COM;lr>, <sip:HSP.HOME.EXAMPLE.COM;lr>"],
  "Session-Expires": ["1800;refresher=uac", "4000"],
  "Session-ID": ["ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000"],
  "SIP-ETag": ["dx200xyz"],
  "SIP-If-Match": ["dx200xyz"],
  Subject: ["Need more boxes, please", "", "Привет"],
  "Subscription-State": ["active;expires=60", "Terminated;reason=probation;retry-after=5"],
  Supported: ["100rel, timer", ""],
  "Suppress-If-Match": ["*", "b4cf7"],
  "Target-Dialog": ["fa77as7dad8-sd98ajzz@host.example.com;local-tag=kkaz-;remote-tag=6544"],
  Timestamp: ["54", "54.", "54.25 0.5", "54 .5"],
  To: ["The Operator <sip:operator@cs.columbia.edu>;tag=287447", "sip:+12125551212@server.phone2net.com"],
  "Trigger-Consent": ['sip:123@relay.example.com;target-uri="sip:friend@example.com"'],
  Unsupported: ["foo"],
  "User-Agent": ["Softphone Beta1.5"],
  "User-to-User": ['56a390f3d2b7310023a2;encoding=hex;purpose=isdn-uui, "a b";x'],
  Via: [
    "SIP/2.0/UDP erlang.bell-telephone.com:5060;branch=z9hG4bK87asdks7, SIP / 2.0 / TCP 192.0.2.1 ;received=192.0.2.207",
  ],
  Warning: ['307 isi.edu "Session parameter \'foo\' not understood", 301 [::1]:5060 "Incompatible \\"x\\""'],
  "WWW-Authenticate": [
    'Digest realm="atlanta.com", qop="auth", nonce="84f1c1ae6cbe5ua9c8e88dfa3ecm3459", opaque="", stale=FALSE',
  ],
};

/** Values that the grammar refuses. */
const bad: Readonly<Record<string, readonly string[]>> = {
  Accept: ["text", "text/html,,a/b", "text/html;"],
  Allow: ["INVITE ACK", ",", "INVITE,"],
  "Alert-Info": ["http://x", "<http://x"],
  Authorization: ["", "Digest a=b,", "Digest a=b c=d", 'Digest a="b', "Digest a=1,a=2", 'Digest a=b, Digest a="c"'],
  "Call-ID": ["", "a@b@c", "a b", "a,b", "@a", "a@"],
  Contact: [
    "",
    "*;expires=0",
    "*, <sip:a@b>",
    "<sip:a@b>, *",
    '"J" <sip:j@e.org>;;;;',
    "sip:user@example.com?Route=%3Csip:x%3E",
    "<sip:a>;q=2",
  ],
  "Content-Disposition": ["a b", ";x"],
  "Content-ID": ["a@b", "<>"],
  "Content-Length": ["-999", "", "12a", "99999999999999999999"],
  "Content-Type": ["application", "application/", "a/b;c==d"],
  CSeq: ["1", "INVITE", "2147483648 INVITE", "36893488147419103232 INVITE", "-1 INVITE", "1 INVITE x", "1INVITE"],
  Date: [
    "Fri, 01 Jan 2010 16:00:00 EST",
    "Fri, 1 Jan 2010 16:00:00 GMT",
    "Fri, 31 Feb 2010 16:00:00 GMT",
    "Fri, 01 Jan 2010 24:00:00 GMT",
    "",
  ],
  Event: ["", "a b"],
  From: [
    "",
    "Bell, Alexander <sip:a@b>;tag=43",
    '"unclosed <sip:a@b>',
    "< sip:a@b>",
    "<sip:a@b >",
    "<sip:a@b",
    "a@b <sip:a@b>",
    "<sip:a@b>;tag=1;tag=2",
    "<sip:a@b>;tag=1,<sip:c@d>",
    "sip:a@b?x=y",
    "<sip:a@b> x",
    "x",
    "<sip:a@b>;tag=a@b",
  ],
  Identity: ["", "e30;info=<http://x"],
  Join: ["a;to-tag=1", "a", ";to-tag=1;from-tag=2"],
  "Max-Forwards": ["", "-1", "7x"],
  "MIME-Version": ["1", "1.0.0", "a.b"],
  "Min-Expires": ["4294967296", "x"],
  Privacy: ["", "id;", "a,b"],
  RAck: ["1 2", "1 2 3 INVITE", "4294967296 1 INVITE"],
  "Record-Route": ["sip:a;lr", ""],
  "Refer-Sub": ["maybe"],
  Replaces: ["a;to-tag=1", "a;to-tag=1;to-tag=2;from-tag=1", "a;from-tag;to-tag=1"],
  "Resource-Priority": ["dsn", "a.b.c", ".a", "a."],
  "Retry-After": ["949302838503028349304023988", "5 (open", "x"],
  Route: ["sip:a;lr"],
  RSeq: ["0", "4294967296"],
  "Session-Expires": ["", "x;refresher=uac", "4294967296"],
  "Session-ID": ["ab30", "zb30317f1a784dc48ff824d0d3715d86"],
  "Subscription-State": ["", "a/b"],
  "Target-Dialog": ["a;local-tag=1"],
  Timestamp: ["", ".5", "54.3.2", "54 x", "54 1 2"],
  To: ['"Watson, Thomas" < sip:t.watson@example.org >', '"Mr. J. User <sip:j.user@example.com>'],
  Via: [
    "",
    "SIP/2.0/UDP 192.0.2.15;;,;,,",
    "SIP/2.0/UDP",
    "SIP/2.0 h",
    "SIP/2.0/UDP h:",
    "SIP/2.0/UDP h:70000",
    "SIP/2.0/UDP h;rport=x",
    "SIP/2.0/UDP h;ttl=256",
    "SIP/2.0/UDP 2001:db8::1",
    "SIP/2.0/UDP h;branch=a;branch=b",
    "SIP/2.0/UDP h,",
  ],
  Warning: ['1812 a "b"', '30 a "b"', "300 a", '300 "b"'],
};

describe("the table of header fields", () => {
  it("has all registered names and no other", () => {
    expect(Array.from(headerDefinitions(), ({ name }) => name).toSorted()).toEqual(
      headers.map(({ name }) => name).toSorted(),
    );
  });

  for (const { name, occurs, compact } of headers) {
    it(`knows ${name}: ${occurs}, ${compact ?? "no compact form"}`, () => {
      expect(definitionOf(name)).toMatchObject({ name, occurs, compact, key: name.toLowerCase() });
    });
  }

  it("has the compact forms of the registry", () => {
    const known = Array.from(headerDefinitions(), ({ name, compact }) => [compact, name] as const);
    expect(Object.fromEntries(known.filter(([compact]) => compact !== undefined))).toEqual(forms);
  });
});

describe("reading and writing", () => {
  for (const { name } of headers) {
    const texts = good[name] ?? [];
    const definition = definitionOf(name);

    it(`${name} has an example`, () => expect(texts.length).toBeGreaterThan(0));

    it.each(texts)(`${name}: %s`, (text) => {
      const parts = definition.split(text);
      const parsed = definition.parse(text);
      const values = definition.occurs === "comma-list" ? (parsed as readonly unknown[]) : [parsed];
      expect(values).toHaveLength(definition.occurs === "comma-list" ? parts.length : 1);
      for (const [at, value] of values.entries()) {
        expect(definition.parseValue(parts[at] ?? "")).toEqual(value);
        if (typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)) {
          expect(definition.serialize(value)).toBe(parts[at]);
        }
        expect(definition.parseValue(definition.serialize(value))).toEqual(value);
      }
    });

    it.each(bad[name] ?? [])(`refuses ${name}: %s`, (text) => {
      expect(() => definition.parse(text)).toThrow(
        new RegExp(`^Malformed header field: ${name}: expected .* at offset \\d+$`, "u"),
      );
    });
  }

  it("reads folded lines like spaces", () => {
    const via = headerDefinition("via").parse(
      "SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw\r\n  ,\n SIP/2.0/TCP h",
    );
    expect(via.map(String)).toEqual(["SIP  /   2.0 /UDP 192.0.2.2;branch=390skdjuw", "SIP/2.0/TCP h"]);
    expect(headerDefinition("subject").parse("newfangled value\r\n continued newfangled value")).toBe(
      "newfangled value continued newfangled value",
    );
  });
});

describe("RFC 3261 §20.10, §20.19 numbers that cannot be read", () => {
  it.each(["4294967296", "x", "-1", "", "Thu, 01 Dec 1994 16:00:00 GMT"])("Expires: %s is 3600", (text) => {
    expect(headerDefinition("expires").parse(text)).toBe(3600);
  });

  it.each(["300", "256", "36893488147419103232"])("Max-Forwards: %s counts as absent", (text) => {
    expect(headerDefinition("max-forwards").parse(text)).toBe(70);
  });
});

describe("RFC 3261 §7.3.1 header names", () => {
  it.each([
    ["Via", "via"],
    ["via", "via"],
    ["VIA", "via"],
    ["vIa", "via"],
    ["v", "via"],
    ["V", "via"],
    ["wWw-AuThEnTiCaTe", "www-authenticate"],
    ["X-Unknown", "x-unknown"],
    ["C%6Fntact", "c%6fntact"],
    ["constructor", "constructor"],
    ["", ""],
    ["ÀÉ", "àé"],
  ])("%s has the key %s", (name, key) => {
    expect(headerKey(name)).toBe(key);
    expect(headerKey(name)).toBe(key);
  });

  it("answer right beyond what is remembered", () => {
    for (let count = 0; count < 5000; count++) expect(headerKey(`X-Name-${count}`)).toBe(`x-name-${count}`);
    expect(headerKey("cOnTaCt")).toBe("contact");
    expect(headerKey("X".repeat(100_000))).toBe("x".repeat(100_000));
  });

  it("have no definition if the engine does not read them", () => {
    expect(headerDefinition("x-unknown")).toBeUndefined();
    expect(headerDefinition("constructor")).toBeUndefined();
  });
});

describe("setting a header", () => {
  it("takes text as it is", () => {
    expect(serializeHeader("Supported", "100rel,  timer")).toBe("100rel,  timer");
    expect(serializeHeader("X-Unknown", "a")).toBe("a");
  });

  it("takes values and lists of them", () => {
    expect(serializeHeader("Supported", ["100rel", "timer"])).toBe("100rel, timer");
    expect(serializeHeader("Max-Forwards", 70)).toBe("70");
    expect(serializeHeader("CSeq", { sequenceNumber: 4, method: "BYE" })).toBe("4 BYE");
    expect(serializeHeader("Privacy", ["id", "critical"])).toBe("id;critical");
    expect(serializeHeader("Refer-Sub", false)).toBe("false");
    expect(serializeHeader("Content-ID", "<a@b>")).toBe("<a@b>");
    expect(serializeHeader("Date", new Date(Date.UTC(2010, 10, 13, 23, 29)))).toBe("Sat, 13 Nov 2010 23:29:00 GMT");
  });

  it("refuses what the grammar has no room for", () => {
    expect(() => serializeHeader("Supported", ["a b"])).toThrow("Malformed header field");
    expect(() => serializeHeader("Supported", ["a\r\nEvil: x"])).toThrow("Malformed header field");
    expect(() => serializeHeader("Max-Forwards", 256)).toThrow("Malformed header field");
    expect(() => serializeHeader("Expires", -1)).toThrow("Malformed header field");
    expect(() => serializeHeader("CSeq", { sequenceNumber: 2_147_483_648, method: "BYE" })).toThrow(
      "Malformed header field",
    );
    expect(() => serializeHeader("RSeq", 0)).toThrow("Malformed header field");
    expect(() => serializeHeader("Date", new Date(Number.NaN))).toThrow("Malformed header field");
  });
});
