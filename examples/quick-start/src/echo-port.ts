import { createSocket, type Socket } from "node:dgram";
import { outsideAddress } from "./settings.js";

/** One media description of an offer: its line and its attribute lines. */
interface Media {
  readonly line: string;
  readonly attributes: readonly string[];
  /** The direction to answer with. */
  readonly direction: string;
}

/**
 * One UDP port that sends every RTP packet back to where it came from: whoever calls hears himself. Without state, so any
 * number of calls share it.
 */
export class EchoPort {
  readonly #socket: Socket = createSocket("udp4");
  #version = 0;

  /** Opens the port. */
  async open(address: string): Promise<void> {
    this.#socket.on("message", (packet, from) => this.#socket.send(packet, from.port, from.address));
    await new Promise<void>((resolve) => this.#socket.bind(0, address, resolve));
  }

  close(): void {
    this.#socket.close();
  }

  /**
   * The answer to an offer: the first audio with the codecs as offered, everything else refused; undefined when it offers
   * encrypted audio alone. RFC 3264 §6
   */
  answer(offer: string | undefined, localAddress: string | undefined): string | undefined {
    const address = reachable(this.#socket.address().address, localAddress);
    const origin = ["v=0", `o=siplet 1 ${++this.#version} IN IP4 ${address}`, "s=echo", `c=IN IP4 ${address}`, "t=0 0"];
    const media = offer === undefined ? [this.#ownOffer()] : this.#answerMedia(readMedia(offer));
    if (media === undefined) return undefined;
    return `${[...origin, ...media].join("\r\n")}\r\n`;
  }

  #ownOffer(): string {
    return `m=audio ${this.#socket.address().port} RTP/AVP 0 8\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000`;
  }

  #answerMedia(offered: readonly Media[]): string[] | undefined {
    const chosen = offered.findIndex(({ line }) => /^m=audio [1-9]\d* RTP\/AVPF? /.test(line));
    if (chosen === -1 && offered.some(({ line }) => /RTP\/SAVPF? /.test(line))) return undefined;
    return offered.flatMap(({ line, attributes, direction }, index) => {
      const port = index === chosen ? this.#socket.address().port : 0;
      const answered = line.replace(/^(m=\S+) \d+(?:\/\d+)?/, `$1 ${port}`);
      return index === chosen ? [answered, ...attributes, `a=${direction}`] : [answered];
    });
  }
}

function readMedia(offer: string): Media[] {
  const [, ...sections] = offer.split(/\r?\n(?=m=)/);
  return sections.map((section) => {
    const [line = "", ...rest] = section.split(/\r?\n/);
    const offered = rest.find((each) => each.startsWith("a=") && each.slice(2) in answeredDirection)?.slice(2);
    return {
      line,
      attributes: rest.filter((each) => /^a=(?:rtpmap|fmtp|ptime):/.test(each)),
      direction: answeredDirection[offered ?? "sendrecv"] ?? "sendrecv",
    };
  });
}

/** What the one who answers says to each direction that is offered (RFC 3264 §6.1). */
const answeredDirection: Readonly<Record<string, string>> = {
  sendrecv: "sendrecv",
  sendonly: "recvonly",
  recvonly: "sendonly",
  inactive: "inactive",
};

/** An address that the caller can send to. */
function reachable(bound: string, localAddress: string | undefined): string {
  if (bound !== "0.0.0.0") return bound;
  if (localAddress !== undefined && localAddress !== "0.0.0.0") return localAddress;
  return outsideAddress() ?? "127.0.0.1";
}
