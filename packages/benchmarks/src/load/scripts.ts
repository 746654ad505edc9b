import type { SippScript } from "../scenario.js";

/** Scripts for SIPp beyond its own caller and callee. */
const identity = `From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
To: <sip:service@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]`;

const via = "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]";

const session = `v=0
o=user1 53655765 2353687637 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000`;

function send(text: string, attributes = 'retrans="500"'): string {
  return `<send ${attributes}><![CDATA[\n\n${text}\n\n]]></send>`;
}

function scenario(...steps: readonly string[]): string {
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="bench">\n${steps.join("\n")}\n</scenario>\n`;
}

function request(method: string, uri: string, more: string, body = ""): string {
  return `${method} ${uri} SIP/2.0
${via}
${identity}
CSeq: [cseq] ${method}
Contact: <sip:sipp@[local_ip]:[local_port]>
Max-Forwards: 70
${more}Content-Length: [len]

${body}`;
}

/** A caller that keeps to Record-Route and Contact, as one behind a proxy must. */
const routedCaller = scenario(
  send(
    request(
      "INVITE",
      "sip:service@[remote_ip]:[remote_port]",
      "Subject: Performance Test\nContent-Type: application/sdp\n",
      session,
    ),
    'retrans="500" start_rtd="invite"',
  ),
  '<recv response="100" optional="true"></recv>',
  '<recv response="180" optional="true"></recv>',
  '<recv response="200" rtd="invite" rrs="true"></recv>',
  send(request("ACK", "[next_url]", "[routes]\n"), ""),
  send(request("BYE", "[next_url]", "[routes]\n")),
  '<recv response="200"></recv>',
);

function response(status: string, more: string, body = ""): string {
  return `SIP/2.0 ${status}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag01[call_number]
[last_Call-ID:]
[last_CSeq:]
[last_Record-Route:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
${more}Content-Length: [len]

${body}`;
}

/** A callee that copies Record-Route. */
const routedCallee = scenario(
  '<recv request="INVITE"></recv>',
  send(response("180 Ringing", ""), ""),
  send(response("200 OK", "Content-Type: application/sdp\n", session)),
  '<recv request="ACK" optional="true"></recv>',
  '<recv request="BYE"></recv>',
  send("SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n", ""),
  '<timewait milliseconds="4000"/>', // a BYE that comes again is answered again
);

const register = (more: string): string => `REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
${via}
From: <sip:user[call_number]@[remote_ip]>;tag=[pid]SIPpTag00[call_number]
To: <sip:user[call_number]@[remote_ip]>
Call-ID: [call_id]
CSeq: [cseq] REGISTER
Contact: <sip:user[call_number]@[local_ip]:[local_port]>
Max-Forwards: 70
Expires: 600
${more}Content-Length: 0
`;

const registrar = scenario(
  send(register(""), 'retrans="500" start_rtd="invite"'),
  '<recv response="401" auth="true"></recv>',
  send(register("[authentication username=alice password=wonderland]\n")),
  '<recv response="200" rtd="invite"></recv>',
);

const message = scenario(
  send(
    request("MESSAGE", "sip:service@[remote_ip]:[remote_port]", "Content-Type: text/plain\n", "Will you come at nine?"),
    'retrans="500" start_rtd="invite"',
  ),
  '<recv response="200" rtd="invite"></recv>',
);

const ownScripts: Partial<Record<SippScript, string>> = {
  "routed-uac": routedCaller,
  "routed-uas": routedCallee,
  register: registrar,
  message,
};

/** The XML of a script; undefined for those that SIPp brings itself. */
export function scriptText(script: SippScript): string | undefined {
  return ownScripts[script];
}
