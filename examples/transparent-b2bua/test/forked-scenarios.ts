const sdp = (port: string): string =>
  ["v=0", "o=far 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", `m=audio ${port} RTP/AVP 0`].join("\n");

const typed = "Content-Type: application/sdp\nContent-Length: [len]\n\n";

/** A reliable 183 of one of two dialogs, and its PRACK. */
const provisional = (tag: string): string => `
  <send retrans="500"><![CDATA[

SIP/2.0 183 Session Progress
[$vias]Server: far-software
[$from]
[$to];tag=${tag}
[$callId]
CSeq: [$cseq]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
Require: 100rel
RSeq: 1
${typed}${sdp("[media_port]")}

  ]]></send>
  <recv request="PRACK"/>
  <send><![CDATA[

SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0


  ]]></send>`;

/** Rings in two dialogs, each with early media under PRACK, and answers in the second. */
export const forkingCallee = `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="forking-callee">
  <recv request="INVITE">
    <action>
      <ereg regexp="(Via:[^[:cntrl:]]*[[:cntrl:]]+)+" search_in="msg" check_it="true" assign_to="vias,lastVia"/>
      <ereg regexp="From:[^[:cntrl:]]*" search_in="msg" check_it="true" assign_to="from"/>
      <ereg regexp="To:[^[:cntrl:]]*" search_in="msg" check_it="true" assign_to="to"/>
      <ereg regexp="Call-ID:[^[:cntrl:]]*" search_in="msg" check_it="true" assign_to="callId"/>
      <ereg regexp="[^ ].*" search_in="hdr" header="CSeq:" assign_to="cseq"/>
    </action>
  </recv>
  <Reference variables="lastVia"/>${provisional("one")}${provisional("two")}
  <send retrans="500"><![CDATA[

SIP/2.0 200 OK
[$vias]Server: far-software
[$from]
[$to];tag=two
[$callId]
CSeq: [$cseq]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
Content-Length: 0


  ]]></send>
  <recv request="ACK"/>
  <recv request="BYE"/>
  <send><![CDATA[

SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0


  ]]></send>
</scenario>
`;

const caller = "From: <sip:alice@[local_ip]:[local_port]>;tag=[pid]c[call_number]";

const request = (method: string, sequence: number, more = ""): string => `<![CDATA[

${method} [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
${caller}
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: ${sequence} ${method}
${more}Content-Length: 0


  ]]>`;

/** Receives a reliable 183 and acknowledges it, in the dialog that it came in. */
const acknowledged = (sequence: number): string => `
  <recv response="183" rrs="true" response_txn="invite">
    <action>
      <ereg regexp="[0-9]+" search_in="hdr" header="RSeq:" check_it="true" assign_to="rseq"/>
    </action>
  </recv>
  <send retrans="500" start_txn="prack${sequence}">${request("PRACK", sequence, "RAck: [$rseq] 1 INVITE\n")}</send>
  <recv response="200" response_txn="prack${sequence}"/>`;

/** Calls, takes two early dialogs and talks in the second. */
export const forkedCaller = `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="forked-caller">
  <send retrans="500" start_txn="invite"><![CDATA[

INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
${caller}
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:alice@[local_ip]:[local_port];transport=[transport]>
Supported: 100rel
${typed}${sdp("[media_port]")}

  ]]></send>
  <recv response="100" optional="true" response_txn="invite"/>${acknowledged(2)}${acknowledged(3)}
  <recv response="200" rrs="true" response_txn="invite"/>
  <send ack_txn="invite">${request("ACK", 1)}</send>
  <pause milliseconds="100"/>
  <send retrans="500" start_txn="bye">${request("BYE", 4)}</send>
  <recv response="200" response_txn="bye"/>
</scenario>
`;
