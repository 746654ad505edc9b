import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;

beforeEach(async () => {
  bench = await ScriptedLab.start();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

describe("JSR 289 §6.2.3.2 derived sessions", () => {
  it("gives the first dialog to the session of the request and derives one for each other To tag", async () => {
    bench.peer.on("INVITE", (invite) => {
      invite.reply(180, { toTag: "one" });
      invite.reply(180, { toTag: "two" });
    });
    const invite = bench.create("INVITE");
    invite.session.setAttribute("colour", "blue");
    await invite.send();
    await bench.settle();
    const [first, second] = bench.script.responses;
    expect(first?.session).toBe(invite.session);
    expect(second?.session).not.toBe(invite.session);
    expect(second?.session.applicationSession).toBe(invite.applicationSession);
    expect(second?.session.callId).toBe(invite.callId);
    expect(second?.session.getAttribute("colour")).toBe("blue");
    expect(second?.request).toBe(invite);
    expect(bench.script.events).toEqual(["created", "created"]);
    expect([first?.session.state, second?.session.state]).toEqual(["EARLY", "EARLY"]);
  });

  it("keeps each attribute apart once it is derived", async () => {
    bench.peer.on("INVITE", (invite) => {
      invite.reply(180, { toTag: "one" });
      invite.reply(180, { toTag: "two" });
    });
    const invite = await bench.send("INVITE");
    bench.script.responses[1]?.session.setAttribute("only", 2);
    expect(invite.session.getAttribute("only")).toBeUndefined();
  });

  it("delivers every 2xx, each to be acknowledged in its own dialog", async () => {
    bench.peer.on("INVITE", (invite) => {
      invite.reply(200, { toTag: "one" });
      invite.reply(200, { toTag: "two" });
    });
    bench.script.onResponse = (response) => response.createAck().send();
    const invite = await bench.send("INVITE");
    expect(bench.script.responses.map(({ status }) => status)).toEqual([200, 200]);
    expect(bench.peer.messages("ACK").map(({ toTag }) => toTag)).toEqual(["one", "two"]);
    const [first, second] = bench.script.responses;
    expect([first?.session.state, second?.session.state]).toEqual(["CONFIRMED", "CONFIRMED"]);
    expect(invite.finalResponse).toBe(first);
    await second?.session.createRequest("BYE").send();
    await bench.settle();
    expect(bench.peer.last("BYE").toTag).toBe("two");
    expect(bench.peer.last("BYE").sequenceNumber).toBe(2);
  });

  it("sends the ACK again for each repeat of a 2xx, and shows the 2xx once", async () => {
    bench.peer.on("INVITE", (invite) => {
      invite.reply(200);
      invite.after(500, () => invite.reply(200));
    });
    bench.script.onResponse = (response) => response.createAck().send();
    await bench.send("INVITE");
    await bench.settle(600);
    expect(bench.script.responses).toHaveLength(1);
    expect(bench.peer.messages("ACK")).toHaveLength(2);
  });

  it("does not acknowledge a 2xx by itself", async () => {
    bench.peer.answer("INVITE", 200);
    await bench.send("INVITE");
    await bench.settle(1000);
    expect(bench.peer.messages("ACK")).toHaveLength(0);
  });

  it("ends all early dialogs with a failure of the INVITE: they are INITIAL and go", async () => {
    bench.peer.on("INVITE", (invite) => {
      invite.reply(180, { toTag: "one" });
      invite.reply(180, { toTag: "two" });
      invite.reply(486, { toTag: "two" });
    });
    let states: string[] = [];
    bench.script.onResponse = ({ status }) => {
      if (status === 486) states = bench.script.created.map((each) => (each.isValid ? each.state : "gone"));
    };
    const invite = await bench.send("INVITE");
    expect(bench.script.response(486).session).toBe(invite.session);
    expect(states).toEqual(["INITIAL", "gone"]);
    expect(bench.script.created.map(({ isValid }) => isValid)).toEqual([false, false]);
  });

  it("leaves other early dialogs until 64·T1 after the 2xx", async () => {
    bench.peer.on("INVITE", (invite) => {
      invite.reply(180, { toTag: "one" });
      invite.reply(200, { toTag: "two" });
    });
    bench.script.onResponse = (response) => (response.status === 200 ? response.createAck().send() : undefined);
    await bench.send("INVITE");
    const [early, confirmed] = bench.script.created;
    expect([early?.state, confirmed?.state]).toEqual(["EARLY", "CONFIRMED"]);
    await bench.settle(33_000);
    expect([early?.isValid, confirmed?.isValid]).toEqual([false, true]);
  });
});

describe("JSR 359 ForkingContext", () => {
  it("lists the family, and is the same for all of it", async () => {
    bench.peer.on("INVITE", (invite) => {
      invite.reply(180, { toTag: "one" });
      invite.reply(180, { toTag: "two" });
    });
    const { session } = await bench.send("INVITE");
    const [, derived] = bench.script.created;
    expect(session.forkingContext).toBe(derived?.forkingContext);
    expect(session.forkingContext.sipSessions).toEqual([session, derived]);
    session.forkingContext.setAttribute("shared", 1);
    expect(derived?.forkingContext.getAttribute("shared")).toBe(1);
  });

  it("makes NOTIFY only [K]", async () => {
    const { session } = bench.create("INVITE");
    const { forkingContext } = session;
    expect(() => forkingContext.createRequest("INVITE" as "NOTIFY")).toThrow(
      expect.objectContaining({ code: "argument.method" }),
    );
  });

  it("makes a further dialog of a SUBSCRIBE by NOTIFY, under a tag of its own", async () => {
    bench.script.on["SUBSCRIBE"] = async (request) => {
      const response = request.createResponse(200);
      response.setHeader("Expires", "60");
      await response.send();
      const notify = request.session.forkingContext.createRequest("NOTIFY");
      notify.setHeader("Event", "presence");
      notify.setHeader("Subscription-State", "active;expires=60");
      await notify.send();
    };
    bench.peer.answer("NOTIFY", 200);
    await bench.lab.send(bench.peer, { method: "SUBSCRIBE", headers: { Event: "presence", Expires: "60" } });
    const notify = bench.peer.last("NOTIFY");
    expect(notify.fromTag).not.toBe(bench.peer.last("200 SUBSCRIBE").toTag);
    expect(notify.toTag).toBe("alice-tag");
    expect(bench.script.created.map(({ state }) => state)).toEqual(["CONFIRMED", "CONFIRMED"]);
  });

  it("ends every member, those derived later too", async () => {
    let later = (): void => {};
    bench.peer.on("INVITE", (invite) => {
      invite.reply(180, { toTag: "one" });
      later = () => void invite.reply(200, { toTag: "late" });
    });
    bench.peer.answer("BYE", 200);
    const { session } = await bench.send("INVITE");
    await session.forkingContext.terminateDialogs();
    await bench.settle();
    expect(bench.peer.messages("CANCEL")).toHaveLength(1);
    later();
    await bench.settle();
    expect(bench.peer.last("ACK").toTag).toBe("late");
    expect(bench.peer.last("BYE").toTag).toBe("late");
    expect(bench.script.responses.map(({ status }) => status)).toEqual([180]);
  });
});

describe("JSR 359 InviteBranch", () => {
  it("tells the branch of each response and of each session while the INVITE goes on [?]", async () => {
    bench.peer.on("INVITE", (invite) => {
      invite.reply(180, { toTag: "one" });
      invite.reply(180, { toTag: "two" });
    });
    const { session } = await bench.send("INVITE");
    const [first, second] = bench.script.responses;
    expect(first?.inviteBranch?.sipSession).toBe(session);
    expect(second?.inviteBranch).not.toBe(first?.inviteBranch);
    expect(session.activeInviteBranch).toBe(first?.inviteBranch);
    expect(second?.session.activeInviteBranch).toBe(second?.inviteBranch);
    expect(() => first?.inviteBranch?.createResponse(200)).toThrow(
      expect.objectContaining({ code: "state.transaction" }),
    );
  });

  it("makes several early dialogs of one received INVITE, each under its own To tag", async () => {
    bench.script.on["INVITE"] = async (request) => {
      await request.createInviteBranch().createResponse(180).send();
      await request.createInviteBranch().createResponse(183).send();
    };
    await bench.lab.send(bench.peer, { method: "INVITE" });
    const tags = [bench.peer.last("180 INVITE").toTag, bench.peer.last("183 INVITE").toTag];
    expect(new Set(tags).size).toBe(2);
    const [original, one, two] = bench.script.created;
    expect([original?.state, one?.state, two?.state]).toEqual(["INITIAL", "EARLY", "EARLY"]);
    expect(original?.forkingContext.sipSessions).toEqual([original, one, two]);
  });

  it("takes a 2xx on one branch, finds its ACK and BYE, and ends the rest with the transaction", async () => {
    bench.script.on["INVITE"] = async (request) => {
      await request.createInviteBranch().createResponse(180).send();
      await request.createInviteBranch().createResponse(200).send();
    };
    const call = await bench.lab.call(bench.peer);
    const [original, early, confirmed] = bench.script.created;
    expect(bench.script.request("ACK").session).toBe(confirmed);
    expect(bench.script.request("ACK").acknowledgedResponse?.status).toBe(200);
    expect([early?.state, confirmed?.state]).toEqual(["EARLY", "CONFIRMED"]);
    expect(await call.bye()).toBe(200);
    expect(bench.script.request("BYE").session).toBe(confirmed);
    await bench.settle(33_000);
    expect([original?.isValid, early?.isValid]).toEqual([false, false]);
  });

  it("gives every branch a 2xx of its own, repeated until its ACK", async () => {
    bench.script.on["INVITE"] = async (request) => {
      const branches = [request.createInviteBranch(), request.createInviteBranch()];
      for (const branch of branches) await branch.createResponse(200).send();
    };
    await bench.lab.send(bench.peer, { method: "INVITE" });
    await bench.settle(500);
    const tags = new Set(bench.peer.messages("200 INVITE").map(({ toTag }) => toTag));
    expect(tags.size).toBe(2);
    expect(bench.peer.messages("200 INVITE")).toHaveLength(4);
  });

  it("ends the whole INVITE with a failure on any branch", async () => {
    bench.script.on["INVITE"] = async (request) => {
      await request.createInviteBranch().createResponse(180).send();
      await request.createInviteBranch().createResponse(603).send();
    };
    await bench.lab.send(bench.peer, { method: "INVITE" });
    expect(bench.peer.messages("603 INVITE")).toHaveLength(1);
    expect(bench.script.created.map(({ isValid }) => isValid)).toEqual([false, false, false]);
  });

  it("is refused once the INVITE has its final response [?]", async () => {
    await bench.lab.send(bench.peer, { method: "INVITE" });
    expect(() => bench.script.request("INVITE").createInviteBranch()).toThrow(
      expect.objectContaining({ code: "state.transaction" }),
    );
  });
});
