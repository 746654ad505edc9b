import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";
const common = [
  "Via: SIP/2.0/UDP pc33.example.com:5060;branch=z9hG4bK776asdhds;rport;received=192.0.2.1, SIP/2.0/TCP [2001:db8::1]",
  'From: "Alice \\"A\\"" <sip:alice:secret@example.com;transport=tcp?Subject=x>;tag=1928301774',
  "To: Bob <sips:bob@192.0.2.4:5061;lr>;tag=a6c85cf",
  "Call-ID: a84b4c76e66710@pc33.example.com",
  "Max-Forwards: 70",
];

/** @param {string} start @param {string} method @param {readonly string[]} fields @param {string} [body] */
function message(start, method, fields, body = "") {
  const lines = [start, ...common, `CSeq: 314159 ${method}`, ...fields, `Content-Length: ${Buffer.byteLength(body)}`];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

const multipart = `--b1\r\nContent-Type: application/sdp\r\n\r\n${sdp}\r\n--b1\r\nContent-Type: multipart/alternative;boundary=b2\r\n\r\n--b2\r\n\r\ntext\r\n--b2--\r\n--b1--\r\n`;
const digest =
  'Digest username="bob", realm="example.com", nonce="dcd98b", uri="sip:example.com", response="6629fae49393a05397450978507c4ef1", opaque="5ccc", qop=auth, nc=00000001, cnonce="0a4f", algorithm=SHA-256, userhash=true';

/** Messages as programs write them, with most of the header fields the engine reads. */
const typical = [
  message(
    "INVITE sip:bob@example.com;transport=udp SIP/2.0",
    "INVITE",
    [
      'Contact: <sip:alice@pc33.example.com>;expires=60;q=0.5;+sip.instance="<urn:uuid:f81d4fae>";reg-id=1',
      "Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>",
      "Record-Route: <sip:p3.example.com;lr;transport=tls>",
      "Allow: INVITE, ACK, CANCEL, BYE",
      "k: replaces, 100rel, timer",
      "Require: a, b",
      "Session-Expires: 1800;refresher=uac",
      "Min-SE: 90;a=b",
      "Replaces: 98732@x;from-tag=r33th4x0r;to-tag=ff87ff;early-only",
      "Join: 12adf2f34456gs5;to-tag=12345;from-tag=54321",
      'Referred-By: <sip:r@example.com>;cid="20398823.2UWQFN309shb3@r.example"',
      'P-Asserted-Identity: "Cullen" <sip:fluffy@example.com>, tel:+14085264000',
      "Privacy: id;user",
      "Accept: application/sdp;level=1, text/*;q=0.3",
      "Accept-Encoding: gzip;q=1.0, *;q=0",
      "Accept-Language: da, en-gb;q=0.8",
      'Alert-Info: <http://www.example.com/sounds/moo.wav>;x="a,b"',
      "Call-Info: <http://a/b.jpg> ;purpose=icon, <http://c> ;purpose=info",
      "Date: Sat, 13 Nov 2010 23:29:00 GMT",
      "Expires: 7200",
      "Timestamp: 54.1 0.5",
      "Resource-Priority: wps.3, dsn.flash",
      'Accept-Contact: *;audio;require;methods="INVITE,BYE"',
      "Request-Disposition: proxy, recurse, parallel",
      "Target-Dialog: fa77as7dad8-sd98ajzz@host.example.com ;local-tag=kkaz- ;remote-tag=6544",
      "Session-ID: ab30317f1a784dc48ff824d0d3715d86;remote=47755a9de7794ba387653f2099600ef2",
      "User-to-User: 56a390f3d2b7310023a2;encoding=hex;purpose=foo",
      "History-Info: <sip:bob@example.com?Reason=SIP%3Bcause%3D302>;index=1, <sip:x@y>;index=1.1;rc=1",
      "Diversion: <sip:c@example.com>;reason=no-answer;counter=1",
      "Geolocation: <cid:target123@atlanta.example.com>",
      "Identity: eyJhbGciOiJFUzI1NiJ9.e30.sig;info=<https://b.example/cert>;alg=ES256",
      "P-Charging-Vector: icid-value=1234bc9876e;icid-generated-at=192.0.6.8;orig-ioi=home1.net",
      "P-Access-Network-Info: 3GPP-UTRAN-TDD; utran-cell-id-3gpp=234151D0FCE11",
      "Security-Client: ipsec-3gpp; alg=hmac-sha-1-96; spi-c=98765432; port-c=8642",
      "Content-Type: application/sdp",
      "Content-Disposition: session;handling=required",
    ],
    sdp,
  ),
  message(
    "SIP/2.0 200 OK",
    "INVITE",
    ["m: sip:bob@192.0.2.4", "Server: Bob/1.0 (comment (nested))", "Supported:", "c: application/sdp", "RSeq: 988789"],
    sdp,
  ),
  message("REGISTER sip:example.com SIP/2.0", "REGISTER", [
    "Contact: *",
    `Authorization: ${digest}`,
    `Proxy-Authorization: ${digest}`,
    "Path: <sip:p1.example.com;lr>",
    "Expires: 0",
  ]),
  message("SIP/2.0 401 Nicht \u00fcberpr\u00fcft", "REGISTER", [
    'WWW-Authenticate: Digest realm="a, b", nonce="x", qop="auth,auth-int", algorithm=MD5, stale=FALSE, domain="sip:a sip:b"',
    'Proxy-Authenticate: Digest realm="p", nonce="y"',
    'Authentication-Info: nextnonce="47364c23432d2e131a5fb210812c", rspauth="x", nc=00000001',
    'Warning: 307 isi.edu "Session parameter \'foo\' not understood", 301 192.0.2.1:5060 "x"',
    "Retry-After: 18000 (I'm in a meeting);duration=3600",
    'Reason: SIP ;cause=200 ;text="Call completed elsewhere", Q.850;cause=16',
    "Error-Info: <sip:not-in-service@example.com>",
    "Unsupported: foo",
    "Min-Expires: 60",
    "Service-Route: <sip:s1.example.com;lr>",
    "Flow-Timer: 120",
  ]),
  message(
    "NOTIFY sip:alice@192.0.2.1 SIP/2.0",
    "NOTIFY",
    [
      "Event: presence;id=3",
      "Subscription-State: active;expires=599;reason=x",
      "RAck: 776656 1 INVITE",
      "Refer-To: <sip:dave@denver.example.org?Replaces=12345%40192.168.118.3%3Bto-tag%3D12345>",
      "Refer-Sub: false",
      "SIP-If-Match: dx200xyz",
      "SIP-ETag: abc",
      "In-Reply-To: 70710@saturn.example.com, 17320@x",
      "Content-Encoding: gzip",
      "Content-Language: fr",
      'Content-Type: multipart/mixed;boundary="b1"',
    ],
    multipart,
  ),
  message("MESSAGE tel:+1-212-555-1212;phone-context=example.com SIP/2.0", "MESSAGE", [
    "Subject : caf\u00e9\r\n  folded",
  ]),
];

/**
 * What is mutated: the torture messages, and typical ones.
 * @param {string} vectors
 * @returns {Buffer[]}
 */
export function readSeeds(vectors) {
  const files = ["rfc4475", "rfc5118"].flatMap((suite) =>
    readdirSync(join(vectors, suite))
      .filter((file) => file.endsWith(".dat"))
      .toSorted()
      .map((file) => readFileSync(join(vectors, suite, file))),
  );
  return [...files, ...Array.from({ length: 6 }, () => typical).flat()];
}
