import type { B2buaHelper, SipServletRequest, SipServletResponse } from "@siplet/framework";
import type { ScriptedUserAgent } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keep, ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;
let callee: ScriptedUserAgent;

beforeEach(async () => {
  bench = await ScriptedLab.start();
  callee = bench.lab.agent("callee", "192.0.2.9");
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

/** Relays the INVITE to the callee, linked, by what `make` gives. */
function relayInvite(
  make = (helper: B2buaHelper, invite: SipServletRequest) => helper.createRequest(invite, true),
): void {
  bench.script.on["INVITE"] = (invite) => {
    const copy = make(invite.getB2buaHelper(), invite);
    copy.requestUri = bench.factory.createUri(callee.uri);
    return copy.send();
  };
}

/** Answers of the callee go to the caller; its 2xx is acknowledged at once. */
function relayAnswers(): void {
  bench.script.onResponse = async (response) => {
    if (response.method !== "INVITE") return;
    const helper = response.request?.getB2buaHelper();
    const original = response.request && helper?.getLinkedSipServletRequest(response.request);
    if (response.status >= 200 && response.status < 300) await response.createAck().send();
    await original?.createResponse(response.status).send();
  };
}

const invite = (options: object = {}) => bench.lab.send(bench.peer, { method: "INVITE", ...options });
const code = (expected: string): unknown => expect.objectContaining({ code: expected });

/** A call that stands on both legs; gives the two sessions. */
async function establish() {
  callee.answer("INVITE", 200).answer("BYE", 200);
  relayInvite();
  relayAnswers();
  const call = await bench.lab.call(bench.peer);
  const { session } = bench.script.request("INVITE");
  const helper = bench.script.request("INVITE").getB2buaHelper();
  const other = helper.getLinkedSession(session);
  if (other === undefined) throw new RangeError(`the legs are not linked: ${bench.script.summary}`);
  return { call, helper, caller: session, called: other };
}

describe("JSR 289 §12 B2buaHelper.createRequest(original, linked, headerMap)", () => {
  it("copies method, Request-URI, body and what is no system header; From, To and Route as well", async () => {
    bench.script.on["INVITE"] = (request) => request.getB2buaHelper().createRequest(request).send();
    const route = [`<${callee.uri};lr>`];
    const headers = { Subject: "copied", "X-Own": ["one", "two"] };
    await invite({ uri: "sip:bob@elsewhere.example", route, headers, body: "hello", contentType: "text/plain" });
    const copy = callee.last("INVITE");
    expect(copy.requestUri).toBe("sip:bob@elsewhere.example");
    expect(copy.header("Subject")).toBe("copied");
    expect(copy.values("X-Own")).toEqual(["one", "two"]);
    expect([copy.header("Content-Type"), copy.body]).toEqual(["text/plain", "hello"]);
    expect(copy.header("From")).toContain("<sip:alice@example.org>");
    expect(copy.header("To")).toContain("<sip:bob@example.com>");
    expect(copy.headers("Route")).toEqual(route);
  });

  it("gives it a From tag, a Call-ID and a CSeq of its own, and no To tag", async () => {
    relayInvite();
    const original = await invite();
    const copy = callee.last("INVITE");
    expect(copy.callId).not.toBe(original.callId);
    expect(copy.fromTag).not.toBe(original.fromTag);
    expect(copy.toTag).toBeUndefined();
    expect(copy.sequenceNumber).toBe(1);
  });

  it("does not copy Via, Record-Route and Contact; the container adds its own", async () => {
    relayInvite();
    await invite({ headers: { "Record-Route": "<sip:192.0.2.77;lr>" } });
    const copy = callee.last("INVITE");
    expect(copy.headers("Via")).toHaveLength(1);
    expect(copy.topVia).toContain("192.0.2.10");
    expect(copy.headers("Record-Route")).toEqual([]);
    expect(copy.contactUri).toContain("192.0.2.10");
  });

  it("copies the Contact of a REGISTER", async () => {
    bench.script.on["REGISTER"] = (request) => {
      const copy = request.getB2buaHelper().createRequest(request);
      copy.requestUri = bench.factory.createUri(callee.uri);
      return copy.send();
    };
    await bench.lab.send(bench.peer, { method: "REGISTER", contact: "<sip:alice@192.0.2.55>" });
    expect(callee.last("REGISTER").header("Contact")).toBe("<sip:alice@192.0.2.55>");
  });

  it("counts Max-Forwards down", async () => {
    relayInvite();
    await invite({ headers: { "Max-Forwards": "5" } });
    expect(callee.last("INVITE").header("Max-Forwards")).toBe("4");
  });

  it("answers 483 and throws TooManyHopsError when Max-Forwards is used up", async () => {
    const thrown: unknown[] = [];
    bench.script.on["INVITE"] = (request) => {
      try {
        request.getB2buaHelper().createRequest(request, true);
      } catch (error) {
        thrown.push(error);
      }
    };
    await invite({ headers: { "Max-Forwards": "0" } });
    expect(bench.peer.messages("483 INVITE")).toHaveLength(1);
    expect(thrown).toEqual([code("proxy.too-many-hops")]);
    expect(callee.received).toEqual([]);
  });

  it("takes From, To, Contact, Route and what is no system header from the map", async () => {
    const headerMap = new Map([
      ["From", ['"Anonymous" <sip:anonymous@anonymous.invalid>;tag=ignored']],
      ["t", ["<sip:carol@example.net>;tag=ignored"]],
      ["Contact", ["<sip:gateway@192.0.2.66:9;transport=tcp>;colour=blue"]],
      ["Route", [`<${callee.uri};lr>`]],
      ["X-List", ["a", "b"]],
      ["Subject", []],
    ]);
    bench.script.on["INVITE"] = (request) => request.getB2buaHelper().createRequest(request, false, headerMap).send();
    await invite({ headers: { Subject: "goes", "X-List": "old" } });
    const copy = callee.last("INVITE");
    expect(copy.header("From")).toContain('"Anonymous" <sip:anonymous@anonymous.invalid>');
    expect(copy.fromTag).not.toBe("ignored");
    expect(copy.header("To")).toBe("<sip:carol@example.net>");
    expect(copy.header("Contact")).toContain("<sip:gateway@192.0.2.10:5060");
    expect(copy.header("Contact")).toContain(";colour=blue");
    expect(copy.values("X-List")).toEqual(["a", "b"]);
    expect(copy.header("Subject")).toBeUndefined();
  });

  it.each(["Via", "Call-ID", "CSeq", "Record-Route", "RSeq", "RAck", "Content-Length"])(
    "refuses %s in the map",
    async (name) => {
      await invite();
      const request = bench.script.request("INVITE");
      const helper = request.getB2buaHelper();
      expect(() => helper.createRequest(request, false, { [name]: ["x"] })).toThrow(code("argument.system-header"));
    },
  );

  it("refuses texts in the map that are no values", async () => {
    await invite();
    const request = bench.script.request("INVITE");
    const helper = request.getB2buaHelper();
    const create = (headerMap: Record<string, string[]>) => () => helper.createRequest(request, false, headerMap);
    expect(create({ From: ["<<"] })).toThrow(code("argument.invalid"));
    expect(create({ "X-Own": ["a\r\nVia: b"] })).toThrow(code("argument.invalid"));
    expect(create({ "no name": ["a"] })).toThrow(code("argument.invalid"));
    expect(create({ Subject: "text" as unknown as string[] })).toThrow(code("argument.invalid"));
  });

  it("makes a new session in the same application session, and links neither unless told to", async () => {
    let copy: SipServletRequest | undefined;
    relayInvite((helper, request) => (copy = helper.createRequest(request)));
    await invite();
    const request = bench.script.request("INVITE");
    const helper = request.getB2buaHelper();
    expect(copy?.session).not.toBe(request.session);
    expect(copy?.applicationSession).toBe(request.applicationSession);
    expect(helper.getLinkedSession(request.session)).toBeUndefined();
    expect(helper.getLinkedSipServletRequest(request)).toBeUndefined();
  });

  it("links both sessions and both requests when told to", async () => {
    let copy: SipServletRequest | undefined;
    relayInvite((helper, request) => (copy = helper.createRequest(request, true)));
    await invite();
    const request = bench.script.request("INVITE");
    const helper = request.getB2buaHelper();
    if (copy === undefined) throw new RangeError("nothing was made");
    expect(helper.getLinkedSession(request.session)).toBe(copy.session);
    expect(helper.getLinkedSession(copy.session)).toBe(request.session);
    expect(helper.getLinkedSipServletRequest(request)).toBe(copy);
    expect(helper.getLinkedSipServletRequest(copy)).toBe(request);
  });

  it("refuses to link a session that is linked", async () => {
    relayInvite();
    await invite();
    const request = bench.script.request("INVITE");
    const helper = request.getB2buaHelper();
    expect(() => helper.createRequest(request, true)).toThrow(code("argument.link"));
    expect(() => helper.createRequest(request)).not.toThrow();
  });

  it("refuses a request that is not initial, and none", async () => {
    const { call, helper } = await establish();
    await call.request("INFO");
    expect(() => helper.createRequest(bench.script.request("INFO"), true)).toThrow(code("argument.invalid"));
    expect(() => helper.createRequest(undefined as unknown as SipServletRequest)).toThrow(code("argument.missing"));
  });

  it("continues the routing of the original", async () => {
    let copy: SipServletRequest | undefined;
    bench.script.on["INVITE"] = (request) => void (copy = request.getB2buaHelper().createRequest(request));
    await invite();
    expect(copy?.getRoutingDirective()).toBe("CONTINUE");
  });
});

describe("JSR 289 §12 B2buaHelper.createRequest(session, original, headerMap)", () => {
  it("makes a request of the other dialog: content of the original, system headers of the dialog", async () => {
    const { call, helper, called } = await establish();
    bench.script.on["INFO"] = async (request) => {
      await helper.createRequest(called, request, { "X-Own": ["new"] }).send();
      await request.createResponse(200).send();
    };
    await call.request("INFO");
    const [first, copy] = [callee.last("INVITE"), callee.last("INFO")];
    expect([copy.callId, copy.fromTag]).toEqual([first.callId, first.fromTag]);
    expect(copy.toTag).toBe(callee.sent.findLast(({ status }) => status === 200)?.toTag);
    expect(copy.sequenceNumber).toBe(2);
    expect(copy.header("X-Own")).toBe("new");
    expect(copy.header("Max-Forwards")).toBe("69");
  });

  it("links the requests, and the sessions where they are not", async () => {
    const { call, helper, caller, called } = await establish();
    helper.unlinkSipSessions(caller);
    let copy: SipServletRequest | undefined;
    bench.script.on["INFO"] = (request) => {
      copy = helper.createRequest(called, request);
      return request.createResponse(200).send();
    };
    await call.request("INFO");
    expect(helper.getLinkedSession(caller)).toBe(called);
    expect(helper.getLinkedSipServletRequest(bench.script.request("INFO"))).toBe(copy);
  });

  it("takes From and To from the map, without their tags", async () => {
    const { call, helper, called } = await establish();
    bench.script.on["INFO"] = (request) =>
      helper.createRequest(called, request, { From: ["<sip:other@example.net>;tag=x"] }).send();
    await call.request("INFO");
    const copy = callee.last("INFO");
    expect(copy.header("From")).toContain("<sip:other@example.net>");
    expect(copy.fromTag).toBe(callee.last("INVITE").fromTag);
  });

  it("refuses Route and other system headers in the map", async () => {
    const { call, helper, called } = await establish();
    await call.request("INFO");
    const request = bench.script.request("INFO");
    for (const name of ["Route", "Via", "CSeq"]) {
      expect(() => helper.createRequest(called, request, { [name]: ["x"] })).toThrow(code("argument.system-header"));
    }
  });

  it("refuses ACK, PRACK and CANCEL", async () => {
    const { helper, called } = await establish();
    const ack = bench.script.request("ACK");
    expect(() => helper.createRequest(called, ack)).toThrow(code("argument.method"));
  });

  it("refuses a session of another application session, and one linked elsewhere", async () => {
    const { call, helper, called } = await establish();
    await call.request("INFO");
    const request = bench.script.request("INFO");
    const foreign = bench.create("INVITE").session;
    expect(() => helper.createRequest(foreign, request)).toThrow(code("argument.link"));
    const third = bench.create("INVITE", request.applicationSession).session;
    expect(() => helper.createRequest(third, request)).toThrow(code("argument.link"));
    expect(helper.getLinkedSession(called)).toBe(request.session);
  });

  it("answers 483 and throws when Max-Forwards is used up", async () => {
    const { helper, called } = await establish();
    const thrown: unknown[] = [];
    bench.script.on["MESSAGE"] = (request) => {
      try {
        helper.createRequest(called, request);
      } catch (error) {
        thrown.push(error);
      }
    };
    const { toTag, contactUri: uri } = bench.peer.last("200 INVITE");
    const { callId } = bench.script.request("INVITE");
    const headers = { "Max-Forwards": "0" };
    await bench.lab.send(bench.peer, { method: "MESSAGE", uri, callId, toTag, sequenceNumber: 7, headers });
    expect(bench.peer.messages("483 MESSAGE")).toHaveLength(1);
    expect(thrown).toEqual([code("proxy.too-many-hops")]);
  });
});

describe("JSR 289 §12 links", () => {
  it("are made once and for the same pair again without effect", async () => {
    const { helper, caller, called } = await establish();
    expect(() => helper.linkSipSessions(called, caller)).not.toThrow();
    expect(helper.getLinkedSession(called)).toBe(caller);
  });

  it("are one to one, inside one application session", async () => {
    const { helper, caller } = await establish();
    const foreign = bench.create("INVITE").session;
    const third = bench.create("INVITE", caller.applicationSession).session;
    expect(() => helper.linkSipSessions(foreign, third)).toThrow(code("argument.link"));
    expect(() => helper.linkSipSessions(caller, third)).toThrow(code("argument.link"));
    expect(() => helper.linkSipSessions(third, third)).toThrow(code("argument.link"));
  });

  it("are not made with a terminated session, nor taken away from one", async () => {
    const { call, helper, caller } = await establish();
    keep(caller);
    const third = bench.create("INVITE", caller.applicationSession).session;
    await call.bye();
    expect(caller.state).toBe("TERMINATED");
    expect(() => helper.unlinkSipSessions(caller)).toThrow(code("argument.link"));
    expect(() => helper.linkSipSessions(caller, third)).toThrow(code("argument.link"));
  });

  it("are taken away for sessions and requests alike; there must be one", async () => {
    const { helper, caller, called } = await establish();
    helper.unlinkSipSessions(called);
    expect(helper.getLinkedSession(caller)).toBeUndefined();
    expect(helper.getLinkedSession(called)).toBeUndefined();
    expect(helper.getLinkedSipServletRequest(bench.script.request("INVITE"))).toBeUndefined();
    expect(() => helper.unlinkSipSessions(called)).toThrow(code("argument.link"));
  });

  it("end with a session; an invalid one is refused", async () => {
    const { call, helper, caller, called } = await establish();
    await call.bye();
    expect(caller.isValid).toBe(false);
    expect(helper.getLinkedSession(called)).toBeUndefined();
    expect(() => helper.getLinkedSession(caller)).toThrow(code("argument.session"));
    expect(() => helper.linkSipSessions(caller, called)).toThrow(code("argument.session"));
    expect(() => helper.getPendingMessages(caller, "UAS")).toThrow(code("argument.session"));
    expect(() => helper.createResponseToOriginalRequest(caller, 200)).toThrow(code("argument.session"));
    expect(() => helper.createCancel(caller)).toThrow(code("argument.session"));
  });

  it("are still there while the BYE is answered", async () => {
    const { call, helper, called } = await establish();
    bench.script.on["BYE"] = async (request) => {
      await request.createResponse(200).send();
      await helper.getLinkedSession(request.session)?.createRequest("BYE").send();
    };
    await call.bye();
    await bench.settle();
    expect(callee.messages("BYE")).toHaveLength(1);
    expect(called.isValid).toBe(false);
    expect(bench.lab.container.counts.dialogs).toBe(0);
  });

  it("are copied to a session that forking derives [K]", async () => {
    callee.on("INVITE", (incoming) => {
      incoming.reply(180, { toTag: "one" });
      incoming.reply(180, { toTag: "two" });
    });
    relayInvite();
    await invite();
    const request = bench.script.request("INVITE");
    const helper = request.getB2buaHelper();
    const [first, second] = bench.script.responses;
    if (first === undefined || second === undefined) throw new RangeError("both provisionals are expected");
    expect(second.session).not.toBe(first.session);
    expect(helper.getLinkedSession(second.session)).toBe(request.session);
    expect(helper.getLinkedSession(request.session)).toBe(first.session);
    const branch = request.createInviteBranch();
    helper.linkSipSessions(branch.sipSession, second.session);
    expect(helper.getLinkedSession(second.session)).toBe(branch.sipSession);
    expect(helper.getLinkedSession(first.session)).toBe(request.session);
  });
});

describe("JSR 289 §12 B2buaHelper.createResponseToOriginalRequest", () => {
  const held: SipServletResponse[] = [];
  const answer = async (status: number, reason?: string): Promise<SipServletResponse> => {
    const { session } = bench.script.request("INVITE");
    const response = bench.script
      .request("INVITE")
      .getB2buaHelper()
      .createResponseToOriginalRequest(session, status, reason);
    await response.send();
    await bench.settle();
    held.push(response);
    return response;
  };

  beforeEach(() => {
    bench.script.on["INVITE"] = (request) => keep(request.session);
  });

  it("is a plain response at first", async () => {
    await invite();
    const response = await answer(180, "Away we go");
    expect(response.session).toBe(bench.script.request("INVITE").session);
    expect(bench.peer.last("180 INVITE").reasonPhrase).toBe("Away we go");
    await answer(200);
    expect(bench.peer.last("200 INVITE").toTag).toBe(bench.peer.last("180 INVITE").toTag);
  });

  it("needs no request at hand, nor one that was relayed by the helper", async () => {
    await invite();
    const other = bench.create("OPTIONS").getB2buaHelper();
    await other.createResponseToOriginalRequest(bench.script.request("INVITE").session, 486).send();
    await bench.settle();
    expect(bench.peer.messages("486 INVITE")).toHaveLength(1);
  });

  it("makes a derived session with a To tag of its own for each further 2xx, to be acknowledged and ended", async () => {
    await invite();
    const [first, second] = [await answer(200), await answer(200)];
    expect(second.session).not.toBe(first.session);
    const tags = bench.peer.messages("200 INVITE").map(({ toTag }) => toTag);
    expect(new Set(tags).size).toBe(2);
    expect([first.session.state, second.session.state]).toEqual(["CONFIRMED", "CONFIRMED"]);
    bench.peer.answer("BYE", 200);
    const { callId } = bench.peer.last("200 INVITE");
    const { contactUri: uri } = bench.peer.last("200 INVITE");
    for (const toTag of tags) await bench.lab.send(bench.peer, { method: "ACK", uri, callId, toTag });
    expect(bench.script.requests.filter(({ method }) => method === "ACK").map(({ session }) => session)).toEqual([
      first.session,
      second.session,
    ]);
    await second.session.createRequest("BYE").send();
    await bench.settle();
    expect(bench.peer.last("BYE").fromTag).toBe(tags[1]);
  });

  it("makes a further early dialog for each further provisional", async () => {
    await invite();
    const [first, second] = [await answer(180), await answer(183)];
    expect(second.session).not.toBe(first.session);
    expect(bench.peer.last("183 INVITE").toTag).not.toBe(bench.peer.last("180 INVITE").toTag);
    const helper = bench.script.request("INVITE").getB2buaHelper();
    await helper.createResponseToOriginalRequest(second.session, 200).send();
    await bench.settle();
    expect(bench.peer.last("200 INVITE").toTag).toBe(bench.peer.last("183 INVITE").toTag);
  });

  it("refuses what contradicts what was sent", async () => {
    await invite();
    await answer(200);
    await expect(answer(400)).rejects.toThrow(code("state.transaction"));
    await expect(answer(180)).rejects.toThrow(code("state.transaction"));
  });

  it("refuses a second response after a failure, and a status that is none", async () => {
    await invite();
    await answer(486);
    await expect(answer(200)).rejects.toThrow(code("state.transaction"));
    await expect(answer(42)).rejects.toThrow(code("argument.status"));
  });

  it("refuses once the transaction is over: nobody would hear the answer, and the request is kept no longer", async () => {
    await invite();
    await answer(200);
    const { callId, contactUri: uri, toTag } = bench.peer.last("200 INVITE");
    await bench.lab.send(bench.peer, { method: "ACK", uri, callId, toTag });
    bench.lab.clock.advance(32_000);
    await expect(answer(200)).rejects.toThrow(code("state.transaction"));
  });

  it("refuses a session that a request of our own made", async () => {
    const { session } = bench.create("INVITE");
    const helper = bench.create("INVITE").getB2buaHelper();
    expect(() => helper.createResponseToOriginalRequest(session, 200)).toThrow(code("state.transaction"));
  });
});

describe("JSR 289 §12 B2buaHelper.createCancel", () => {
  it("cancels the INVITE that was sent in the session given, when a CANCEL comes on the other leg", async () => {
    callee.answer("INVITE", 180);
    relayInvite();
    bench.script.on["CANCEL"] = (cancel) => {
      const helper = cancel.getB2buaHelper();
      const other = helper.getLinkedSession(cancel.session);
      return other && helper.createCancel(other).send();
    };
    const { callId, branch } = await invite();
    const via = `SIP/2.0/UDP 192.0.2.2:5060;branch=${branch}`;
    await bench.lab.send(bench.peer, { method: "CANCEL", callId, via });
    expect(callee.messages("CANCEL")).toHaveLength(1);
    expect(callee.last("CANCEL").branch).toBe(callee.last("INVITE").branch);
  });

  it("hears of a CANCEL that comes while its INVITE is still being handled", async () => {
    callee.answer("INVITE", 180);
    let finish = (): void => {};
    bench.script.on["INVITE"] = async (request) => {
      const copy = request.getB2buaHelper().createRequest(request, true);
      copy.requestUri = bench.factory.createUri(callee.uri);
      await copy.send();
      await new Promise<void>((resolve) => (finish = resolve));
    };
    bench.script.on["CANCEL"] = (cancel) => {
      const other = cancel.getB2buaHelper().getLinkedSession(cancel.session);
      return other && cancel.getB2buaHelper().createCancel(other).send();
    };
    const { callId, branch } = await invite();
    await bench.lab.send(bench.peer, { method: "CANCEL", callId, via: `SIP/2.0/UDP 192.0.2.2:5060;branch=${branch}` });
    expect(bench.peer.messages("487 INVITE")).toHaveLength(1);
    finish();
    await bench.settle();
    expect(callee.messages("CANCEL")).toHaveLength(1);
  });

  it("refuses a session that has sent no INVITE, and none", async () => {
    relayInvite();
    await invite();
    const { session } = bench.script.request("INVITE");
    const helper = bench.script.request("INVITE").getB2buaHelper();
    expect(() => helper.createCancel(session)).toThrow(code("state.transaction"));
    expect(() => helper.createCancel(undefined as never)).toThrow(code("argument.missing"));
  });
});

describe("JSR 289 §12 B2buaHelper.getPendingMessages", () => {
  it("UAS: requests without final answer, by CSeq", async () => {
    for (const method of ["INFO", "MESSAGE", "INVITE"]) bench.script.on[method] = () => undefined;
    const { callId } = await invite();
    const { session } = bench.script.request("INVITE");
    const helper = bench.script.request("INVITE").getB2buaHelper();
    await helper.createResponseToOriginalRequest(session, 180).send();
    await bench.settle();
    const { toTag, contactUri: uri } = bench.peer.last("180 INVITE");
    await bench.lab.send(bench.peer, { method: "MESSAGE", uri, callId, toTag, sequenceNumber: 3 });
    await bench.lab.send(bench.peer, { method: "INFO", uri, callId, toTag, sequenceNumber: 4 });
    const methods = () => helper.getPendingMessages(session, "UAS").map((each) => each.method);
    expect(methods()).toEqual(["INVITE", "MESSAGE", "INFO"]);
    await bench.script.request("MESSAGE").createResponse(200).send();
    expect(methods()).toEqual(["INVITE", "INFO"]);
    expect(helper.getPendingMessages(session, "UAC")).toEqual([]);
  });

  it("UAC: a 2xx without ACK", async () => {
    callee.answer("INVITE", 200);
    const request = bench.create("INVITE");
    request.requestUri = bench.factory.createUri(callee.uri);
    await request.send();
    await bench.settle();
    const helper = request.getB2buaHelper();
    const pending = helper.getPendingMessages(request.session, "UAC");
    expect(pending).toEqual([bench.script.response(200)]);
    await bench.script.response(200).createAck().send();
    expect(helper.getPendingMessages(request.session, "UAC")).toEqual([]);
  });

  it("UAC: a reliable provisional without PRACK", async () => {
    callee.on("INVITE", (incoming) => {
      incoming.reply(183, { headers: { Require: "100rel", RSeq: "1" } });
    });
    const request = bench.create("INVITE");
    request.requestUri = bench.factory.createUri(callee.uri);
    await request.send();
    await bench.settle();
    const helper = request.getB2buaHelper();
    expect(helper.getPendingMessages(request.session, "UAC")).toEqual([bench.script.response(183)]);
    await bench.script.response(183).createPrack().send();
    expect(helper.getPendingMessages(request.session, "UAC")).toEqual([]);
  });
});

describe("JSR 289 §12 getB2buaHelper and getProxy", () => {
  it("exclude each other for one request", async () => {
    const thrown: unknown[] = [];
    const attempt = (work: () => unknown): void => {
      try {
        work();
      } catch (error) {
        thrown.push(error);
      }
    };
    bench.script.on["INVITE"] = (request) => {
      request.getB2buaHelper();
      attempt(() => request.getProxy());
      return request.createResponse(486).send();
    };
    bench.script.on["MESSAGE"] = (request) => {
      request.getProxy();
      attempt(() => request.getB2buaHelper());
      return request.createResponse(486).send();
    };
    await invite();
    await bench.lab.send(bench.peer, { method: "MESSAGE" });
    expect(thrown).toEqual([code("state.b2bua"), code("state.b2bua")]);
  });
});
