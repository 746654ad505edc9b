const session = [
  "v=0",
  "o=alice 2890844526 2890844526 IN IP4 pc33.atlanta.example.com",
  "s=-",
  "c=IN IP4 192.0.2.101",
  "t=0 0",
  "m=audio 49172 RTP/AVP 0 8 97",
  "a=rtpmap:0 PCMU/8000",
  "a=rtpmap:8 PCMA/8000",
  "a=rtpmap:97 opus/48000/2",
  "a=sendrecv",
  "",
].join("\r\n");

/** An INVITE as a proxy hands it on: two Vias, a Record-Route, sixteen header fields, a description. */
export const sampleInvite = [
  "INVITE sip:bob@biloxi.example.com SIP/2.0",
  "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK87asdks7;rport",
  "Via: SIP/2.0/TCP pc33.atlanta.example.com:5060;branch=z9hG4bKnashds8;received=192.0.2.101",
  "Record-Route: <sip:p1.atlanta.example.com;lr>",
  "Max-Forwards: 69",
  'From: "Alice Liddell" <sip:alice@atlanta.example.com>;tag=9fxced76sl',
  'To: "Bob" <sip:bob@biloxi.example.com>',
  "Call-ID: 3848276298220188511@atlanta.example.com",
  "CSeq: 63104 INVITE",
  "Contact: <sip:alice@pc33.atlanta.example.com:5060;transport=tcp>",
  "User-Agent: SoftPhone/4.2",
  "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, MESSAGE, SUBSCRIBE, INFO, UPDATE, PRACK",
  "Supported: replaces, timer, 100rel",
  "Session-Expires: 1800;refresher=uac",
  "Content-Type: application/sdp",
  `Content-Length: ${session.length}`,
  "",
  session,
].join("\r\n");

/** URIs as they come, from the plain to the rich. */
export const sampleUris: readonly string[] = [
  "sip:bob@biloxi.example.com",
  "sip:alice@192.0.2.101:5060;transport=tcp;lr",
  "sips:+49-30-5551234@gateway.example.com;user=phone",
  "sip:carol%20x@chicago.example.com;maddr=239.255.255.1;ttl=15?Subject=project%20x",
];
