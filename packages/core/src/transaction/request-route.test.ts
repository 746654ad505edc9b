import {
  draftOf,
  inviteText,
  ManualClock,
  MemoryNetwork,
  optionsText,
  RecordedExchange,
  RecordingElement,
  requestText,
  ScriptedResolver,
  ScriptedUserAgent,
} from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { EngineError } from "../errors/engine-error.js";
import { Locator } from "../locate/locator.js";
import type { Connection } from "../transport/transport.js";
import type { RequestRouter } from "./request-route.js";
import { RequestSender } from "./request-sender.js";
import type { SendRequestOptions, SentRequest, SentRequestUser } from "./sent-request.js";

/** A user that writes down what it hears. */
class RecordedSend extends RecordedExchange implements SentRequestUser {
  onNotSent(error: EngineError): void {
    this.log.push(`not sent: ${error.code}`);
  }
}

const uri = "sip:bob@192.0.2.21";

let clock: ManualClock;
let element: RecordingElement;
let user: RecordedSend;
let named: ScriptedUserAgent;
let other: ScriptedUserAgent;
let toOther: Connection;

beforeEach(async () => {
  clock = new ManualClock();
  const network = new MemoryNetwork({ clock });
  const listen = [{ protocol: "udp", address: "192.0.2.10", port: 5060 }] as const;
  element = await RecordingElement.open(network, { clock, name: "element", listen });
  const server = (address: string): ScriptedUserAgent =>
    ScriptedUserAgent.inMemory(network, { protocol: "udp", address, port: 5060, name: address, clock });
  named = server("192.0.2.21");
  other = server("192.0.2.22");
  toOther = element.transport.connect("udp", { address: "192.0.2.22", port: 5060 });
  user = new RecordedSend();
});

function createSender(route?: RequestRouter): RequestSender {
  const { transport, transactions } = element;
  const locator = new Locator({ clock, resolver: new ScriptedResolver({ clock }), protocols: ["udp"] });
  return new RequestSender({ transport, transactions, locator, clock, route });
}

function send(text: string, options: SendRequestOptions): SentRequest {
  const sent = createSender().send(draftOf(text), user, options);
  clock.advance(0);
  return sent;
}

const methods = (peer: ScriptedUserAgent): string[] => peer.received.map(({ message }) => message.method);

/** A router whose answer a test gives. */
function deferred() {
  let resolve: (route: undefined) => void = () => {};
  const route = (): Promise<undefined> => new Promise((settle) => (resolve = settle));
  return { route, answer: () => resolve(undefined) };
}

describe("the router of a request", () => {
  it("is asked once, and may leave the way as it is", () => {
    const asked: string[] = [];
    const route: RequestRouter = (request) => {
      asked.push(request.method);
      return undefined;
    };
    send(optionsText({ uri }), { route });
    expect(asked).toEqual(["OPTIONS"]);
    expect(methods(named)).toEqual(["OPTIONS"]);
  });

  it("gives the connection, and the request in place of the other", () => {
    const request = draftOf(optionsText({ uri, callId: "another" })).build();
    send(optionsText({ uri }), { route: () => ({ request, connection: toOther }) });
    expect(methods(named)).toEqual([]);
    expect(other.last("OPTIONS").callId).toBe("another");
  });

  it("is not asked about a request that has its connection", () => {
    const route = (): never => {
      throw new RangeError("asked");
    };
    send(optionsText({ uri }), { connection: toOther, route });
    expect(methods(other)).toEqual(["OPTIONS"]);
  });

  it("holds the request back until it knows", async () => {
    const { route, answer } = deferred();
    send(optionsText({ uri }), { route });
    expect(methods(named)).toEqual([]);
    answer();
    await clock.advanceAsync(0);
    expect(methods(named)).toEqual(["OPTIONS"]);
  });

  it("is heard no more once the INVITE was cancelled", async () => {
    const { route, answer } = deferred();
    const sent = send(inviteText({ uri }), { route });
    sent.cancel();
    answer();
    await clock.advanceAsync(0);
    expect(methods(named)).toEqual([]);
    expect(user.log).toEqual(["not sent: transaction.cancelled"]);
  });

  it("tells by its failure that nothing was sent", async () => {
    const error = new EngineError("locate.not_found", { detail: "nowhere" });
    send(optionsText({ uri }), { route: () => Promise.reject(error) });
    await clock.advanceAsync(0);
    expect(user.log).toEqual(["not sent: locate.not_found"]);
  });

  it("may be that of the sender, for all its requests and the ACK too", () => {
    const sender = createSender(() => ({ connection: toOther }));
    sender.send(draftOf(optionsText({ uri })), user);
    sender.sendAck(draftOf(requestText({ method: "ACK", uri })));
    clock.advance(0);
    expect(methods(other)).toEqual(["OPTIONS", "ACK"]);
  });
});
