const session = [
  "v=0",
  "o=user1 53655765 2353687637 IN IP4 127.0.0.1",
  "s=-",
  "c=IN IP4 127.0.0.1",
  "t=0 0",
  "m=audio 6000 RTP/AVP 0",
  "a=rtpmap:0 PCMU/8000",
  "",
].join("\r\n");

/** One call as it is written on the wire, like that of SIPp's own caller. */
export class CallTexts {
  readonly callId: string;
  readonly #number: number;
  readonly #transport: string;
  readonly #contact: string;

  constructor(number: number, transport: string) {
    this.callId = `${number}-bench@127.0.0.1`;
    this.#number = number;
    this.#transport = transport;
    this.#contact = `Contact: <sip:bench@127.0.0.1:5061;transport=${transport.toLowerCase()}>`;
  }

  invite(): string {
    const body = `Content-Type: application/sdp\r\nContent-Length: ${session.length}\r\n\r\n${session}`;
    return this.#head("INVITE", 1, "", 0) + body;
  }

  ack(toTag: string): string {
    return `${this.#head("ACK", 1, `;tag=${toTag}`, 1)}Content-Length: 0\r\n\r\n`;
  }

  bye(toTag: string): string {
    return `${this.#head("BYE", 2, `;tag=${toTag}`, 2)}Content-Length: 0\r\n\r\n`;
  }

  #head(method: string, sequenceNumber: number, tag: string, branch: number): string {
    return [
      `${method} sip:service@127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/${this.#transport} 127.0.0.1:5061;branch=z9hG4bK-bench-${this.#number}-${branch}`,
      `From: bench <sip:bench@127.0.0.1:5061>;tag=bench${this.#number}`,
      `To: service <sip:service@127.0.0.1>${tag}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${sequenceNumber} ${method}`,
      this.#contact,
      "Max-Forwards: 70",
      "Subject: Performance Test",
      "",
    ].join("\r\n");
  }
}

/** The To tag of a response. */
export function toTagOf(response: string): string {
  const line = response.indexOf("\r\nTo:");
  const tag = response.indexOf(";tag=", line) + 5;
  return response.slice(tag, response.indexOf("\r\n", tag));
}
