import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keep, ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;

beforeEach(async () => {
  bench = await ScriptedLab.start();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

/** A call from the application that the peer answers. */
async function establish() {
  bench.peer.answer("INVITE", 180, 200);
  bench.script.onResponse = (response) =>
    response.status === 200 && response.method === "INVITE" ? response.createAck().send() : undefined;
  return bench.send("INVITE");
}

describe("JSR 289 §6.2.1 states of a session as UAC", () => {
  it("goes to EARLY with a tagged 1xx, to CONFIRMED with a 2xx, to TERMINATED with the answer to BYE", async () => {
    const states: string[] = [];
    bench.peer.answer("INVITE", 100, 180, 200).answer("BYE", 200);
    bench.script.onResponse = async (response) => {
      states.push(`${response.status} ${response.session.state}`);
      if (response.method === "INVITE" && response.status === 200) await response.createAck().send();
    };
    const { session } = await bench.send("INVITE");
    keep(session);
    await session.createRequest("BYE").send();
    expect(session.state).toBe("CONFIRMED");
    await bench.settle();
    expect(states).toEqual(["180 EARLY", "200 CONFIRMED", "200 TERMINATED"]);
  });

  it("absorbs 100, and a provisional without To tag leaves it INITIAL [?]", async () => {
    bench.peer.on("INVITE", (invite) => {
      invite.reply(100);
      invite.reply(181, { headers: { To: invite.message.header("To") ?? "" } });
    });
    const { session } = await bench.send("INVITE");
    expect(bench.script.responses.map(({ status }) => status)).toEqual([181]);
    expect(session.state).toBe("INITIAL");
  });

  it.each([401, 407, 422, 302, 503])(
    "returns to INITIAL with %i and sends again in the same session",
    async (status) => {
      bench.peer.on("INVITE", (invite) => invite.reply(invite.message.sequenceNumber === 1 ? status : 180));
      bench.script.onResponse = async (response) => {
        if (response.status !== status) return;
        expect(response.session.state).toBe("INITIAL");
        await response.session.createRequest("INVITE").send();
      };
      const { session } = await bench.send("INVITE");
      const [first, second] = bench.peer.messages("INVITE");
      expect(second?.callId).toBe(first?.callId);
      expect(second?.fromTag).toBe(first?.fromTag);
      expect(second?.sequenceNumber).toBe(2);
      expect(second?.toTag).toBeUndefined();
      expect(second?.requestUri).toBe(first?.requestUri);
      expect(session.state).toBe("EARLY");
    },
  );

  it("clears the To tag of an early dialog when the INVITE fails behind it", async () => {
    bench.peer.on("INVITE", (invite) => {
      if (invite.message.sequenceNumber > 1) return void invite.reply(180);
      invite.reply(180);
      invite.reply(401);
    });
    bench.script.onResponse = (response) =>
      response.status === 401 ? response.session.createRequest("INVITE").send() : undefined;
    await bench.send("INVITE");
    expect(bench.peer.last("INVITE").toTag).toBeUndefined();
  });

  it("stays valid after a challenge, so that the application may try again later [K]", async () => {
    bench.peer.answer("INVITE", 401);
    const { session } = await bench.send("INVITE");
    expect(session.isValid).toBe(true);
  });

  it("is ready after any other failure", async () => {
    bench.peer.answer("INVITE", 486);
    const { session } = await bench.send("INVITE");
    expect(session.isValid).toBe(false);
  });

  it.each(["MESSAGE", "OPTIONS", "REGISTER", "PUBLISH", "INFO"])("stays INITIAL with %s", async (method) => {
    bench.peer.answer(method, 200);
    const request = bench.create(method);
    keep(request.session);
    await request.send();
    await bench.settle();
    expect(request.session.state).toBe("INITIAL");
    await request.session.createRequest(method).send();
    await bench.settle();
    expect(bench.peer.messages(method).map(({ sequenceNumber }) => sequenceNumber)).toEqual([1, 2]);
    expect(bench.peer.last(method).fromTag).toBe(bench.peer.messages(method)[0]?.fromTag);
  });

  it("takes no second request while the first is under way in INITIAL", async () => {
    const request = await bench.send("OPTIONS");
    expect(() => request.session.createRequest("OPTIONS")).toThrow(
      expect.objectContaining({ code: "state.transaction" }),
    );
  });

  it.each([481, 408])("ends with %i to a request in the dialog", async (status) => {
    const { session } = await establish();
    keep(session);
    bench.peer.answer("INFO", status);
    await session.createRequest("INFO").send();
    await bench.settle();
    expect(session.state).toBe("TERMINATED");
    expect(() => session.createRequest("BYE")).toThrow(expect.objectContaining({ code: "state.dialog" }));
  });

  it("ends when nobody answers a request in the dialog: that counts as 408", async () => {
    const { session } = await establish();
    keep(session);
    await session.createRequest("INFO").send();
    await bench.settle(32_100);
    expect(bench.script.response(408).method).toBe("INFO");
    expect(session.state).toBe("TERMINATED");
  });

  it.each([403, 488, 491, 500, 603])("lives on after a re-INVITE that fails with %i", async (status) => {
    const { session } = await establish();
    bench.peer.on("*", () => {});
    const reinvite = session.createRequest("INVITE");
    await reinvite.send();
    await bench.settle();
    bench.peer.received.at(-1)?.reply(status);
    await bench.settle();
    expect(session.state).toBe("CONFIRMED");
    expect(session.createRequest("BYE").to.getParameter("tag")).toBe("bob-tag");
  });

  it("refuses to send a second INVITE of the dialog while one is open (RFC 3261 §14.1) [K]", async () => {
    let calls = 0;
    bench.peer.on("INVITE", (invite) => (++calls === 1 ? void invite.reply(200) : void invite.reply(100)));
    bench.script.onResponse = (response) => response.createAck().send();
    const { session } = await bench.send("INVITE");
    await session.createRequest("INVITE").send();
    await bench.settle();
    const second = session.createRequest("INVITE");
    expect(() => second.send()).toThrow(expect.objectContaining({ code: "state.transaction" }));
  });

  it("keeps a BYE that is challenged from ending the session", async () => {
    const { session } = await establish();
    bench.peer.on("BYE", (bye) => bye.reply(bye.message.sequenceNumber === 2 ? 401 : 200));
    await session.createRequest("BYE").send();
    await bench.settle();
    expect(session.state).toBe("CONFIRMED");
    await session.createRequest("BYE").send();
    await bench.settle();
    expect(session.isValid).toBe(false);
  });
});

describe("JSR 289 §6.2.1 states of a session as UAS", () => {
  it("goes to EARLY, CONFIRMED, and to TERMINATED with the answer to BYE", async () => {
    const states: string[] = [];
    bench.script.on["INVITE"] = async (request) => {
      states.push(request.session.state);
      for (const status of [180, 200]) {
        await request.createResponse(status).send();
        states.push(request.session.state);
      }
    };
    bench.script.on["BYE"] = async (request) => {
      states.push(request.session.state);
      await request.createResponse(200).send();
      states.push(request.session.state);
    };
    const call = await bench.lab.call(bench.peer);
    await call.bye();
    expect(states).toEqual(["INITIAL", "EARLY", "CONFIRMED", "CONFIRMED", "TERMINATED"]);
  });

  it("goes to TERMINATED with a failure that is sent", async () => {
    bench.script.on["INVITE"] = async (request) => {
      keep(request.session);
      await request.createResponse(486).send();
    };
    await bench.lab.send(bench.peer, { method: "INVITE" });
    expect(bench.script.request("INVITE").session.state).toBe("TERMINATED");
  });

  it.each(["MESSAGE", "OPTIONS"])("stays INITIAL with %s", async (method) => {
    bench.script.on[method] = async (request) => {
      keep(request.session);
      await request.createResponse(200).send();
    };
    await bench.lab.send(bench.peer, { method });
    expect(bench.script.request(method).session.state).toBe("INITIAL");
  });

  it("lives on when a re-INVITE is cancelled", async () => {
    let invites = 0;
    bench.script.on["INVITE"] = (request) => (++invites === 1 ? request.createResponse(200).send() : undefined);
    const call = await bench.lab.call(bench.peer);
    await call.request("INVITE");
    const reinvite = bench.peer.sent.at(-1);
    if (reinvite === undefined) throw new RangeError("no re-INVITE");
    const text = reinvite.text.replaceAll("INVITE", "CANCEL");
    bench.peer.send(text);
    await bench.settle();
    expect(bench.peer.messages("487 INVITE")).toHaveLength(1);
    expect(bench.script.request("CANCEL").session.state).toBe("CONFIRMED");
    expect(await call.bye()).toBe(200);
  });

  it("lives on when a re-INVITE is refused", async () => {
    let invites = 0;
    bench.script.on["INVITE"] = (request) => request.createResponse(++invites === 1 ? 200 : 488).send();
    const call = await bench.lab.call(bench.peer);
    await call.request("INVITE");
    expect(bench.script.request("INVITE").session.state).toBe("CONFIRMED");
  });
});

describe("RFC 5057, JSR 289 §6.2.1 several usages of one dialog", () => {
  it("keeps the session until the subscription of a REFER has ended too", async () => {
    const { session } = await establish();
    keep(session);
    bench.peer.answer("REFER", 202).answer("BYE", 200);
    const refer = session.createRequest("REFER");
    refer.setHeader("Refer-To", "<sip:carol@example.com>");
    await refer.send();
    await bench.settle();
    await session.createRequest("BYE").send();
    await bench.settle();
    expect(session.state).toBe("CONFIRMED");
    const { fromTag = "", callId } = bench.peer.last("INVITE");
    const headers = { Event: "refer", "Subscription-State": "terminated;reason=noresource" };
    const uri = bench.peer.last("INVITE").contactUri ?? "";
    bench.peer.sendRequest({ method: "NOTIFY", uri, callId, fromTag: "bob-tag", toTag: fromTag, headers });
    await bench.settle();
    expect(bench.peer.messages("200 NOTIFY")).toHaveLength(1);
    expect(session.state).toBe("TERMINATED");
  });

  it("confirms a session by the NOTIFY that comes before the answer to its SUBSCRIBE (RFC 6665 §4.4.1)", async () => {
    const request = bench.create("SUBSCRIBE");
    request.setHeader("Event", "presence");
    await request.send();
    await bench.settle();
    const { fromTag = "", callId, contactUri = "" } = bench.peer.last("SUBSCRIBE");
    const headers = { Event: "presence", "Subscription-State": "active;expires=60" };
    bench.peer.sendRequest({ method: "NOTIFY", uri: contactUri, callId, fromTag: "bob-tag", toTag: fromTag, headers });
    await bench.settle();
    expect(bench.script.request("NOTIFY").session).toBe(request.session);
    expect(request.session.state).toBe("CONFIRMED");
    bench.peer.sendRequest({ method: "NOTIFY", uri: contactUri, callId, fromTag: "fork", toTag: fromTag, headers });
    await bench.settle();
    expect(bench.script.request("NOTIFY").session).toBe(bench.script.created[1]);
  });

  it("ends a subscriber's session with the last NOTIFY", async () => {
    bench.peer.answer("SUBSCRIBE", 200);
    const request = bench.create("SUBSCRIBE");
    keep(request.session);
    request.setHeader("Event", "presence");
    await request.send();
    await bench.settle();
    const { fromTag = "", callId, contactUri = "" } = bench.peer.last("SUBSCRIBE");
    const headers = { Event: "presence", "Subscription-State": "terminated;reason=timeout" };
    bench.peer.sendRequest({ method: "NOTIFY", uri: contactUri, callId, fromTag: "bob-tag", toTag: fromTag, headers });
    await bench.settle();
    expect(request.session.state).toBe("TERMINATED");
  });
});
