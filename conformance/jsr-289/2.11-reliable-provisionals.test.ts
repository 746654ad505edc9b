import { Rel100Error, type SipServletRequest } from "@siplet/framework";
import { audioOffer } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;

beforeEach(async () => {
  bench = await ScriptedLab.start();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const supported = { Supported: "100rel" };

/** The peer calls, the application rings reliably. */
async function ring(body = "") {
  bench.script.on["INVITE"] = async (request) => {
    const ringing = request.createResponse(183);
    if (body !== "") ringing.setContent(body, "application/sdp");
    await ringing.sendReliably();
  };
  return bench.lab.send(bench.peer, { method: "INVITE", headers: supported });
}

/** The peer acknowledges the last reliable provisional. */
async function prack(rack?: string) {
  const { callId, toTag, fromTag, contactUri = "", headers } = answer();
  const [rseq] = headers;
  bench.peer.sendRequest({
    method: "PRACK",
    uri: contactUri,
    callId,
    toTag,
    fromTag,
    sequenceNumber: 2,
    headers: { RAck: rack ?? `${rseq} 1 INVITE` },
  });
  await bench.settle();
}

function answer() {
  const last = bench.peer.last((message) => message.header("RSeq") !== undefined);
  const { callId, toTag, fromTag, contactUri } = last;
  return { callId, toTag, fromTag, contactUri, headers: last.headers("RSeq"), message: last };
}

function reasonOf(action: () => unknown): number | undefined {
  try {
    void action();
  } catch (error) {
    return error instanceof Rel100Error ? error.reason : undefined;
  }
  return undefined;
}

describe("JSR 289 §5.7, RFC 3262 §3 sendReliably", () => {
  it("puts Require and RSeq into the response and repeats it at T1, 2·T1, 4·T1 until PRACK", async () => {
    await ring();
    expect(answer().message.header("Require")).toBe("100rel");
    await bench.settle(3500);
    expect(bench.peer.times("183 INVITE")).toEqual([0, 500, 1500, 3500]);
    await prack();
    await bench.settle(10_000);
    expect(bench.peer.messages("183 INVITE")).toHaveLength(4);
  });

  it("hands the PRACK to the application with the response it acknowledges", async () => {
    await ring();
    const { session } = bench.script.request("INVITE");
    const [waiting] = session.getUnacknowledgedProvisionalResponses("UAS");
    expect(waiting?.isReliableProvisional).toBe(true);
    expect(session.getUnacknowledgedProvisionalResponse(waiting?.provisionalResponseId ?? "")).toBe(waiting);
    await prack();
    expect(bench.script.request("PRACK").acknowledgedResponse).toBe(waiting);
    expect(bench.peer.messages("200 PRACK")).toHaveLength(1);
    expect(session.getUnacknowledgedProvisionalResponses("UAS")).toEqual([]);
  });

  it.each(["99 1 INVITE", "1 1 OPTIONS"])("answers 481 to a PRACK that matches nothing: %s", async (rack) => {
    await ring();
    await prack(rack);
    expect(bench.peer.messages("481 PRACK")).toHaveLength(1);
    expect(bench.script.requests.map(({ method }) => method)).toEqual(["INVITE"]);
  });

  it("answers 481 to a second PRACK", async () => {
    await ring();
    await prack();
    const { callId, toTag, fromTag, contactUri = "", headers } = answer();
    const RAck = `${headers[0]} 1 INVITE`;
    bench.peer.sendRequest({
      method: "PRACK",
      uri: contactUri,
      callId,
      toTag,
      fromTag,
      sequenceNumber: 3,
      headers: { RAck },
    });
    await bench.settle();
    expect(bench.peer.messages("481 PRACK")).toHaveLength(1);
  });

  it("answers 400 to a PRACK without RAck", async () => {
    await ring();
    await prack("nonsense");
    expect(bench.peer.messages("400 PRACK")).toHaveLength(1);
  });

  it("tells noPrackReceived after 64·T1", async () => {
    let missing: SipServletRequest | undefined;
    bench.script.onMissingPrack = ({ request, response }) => {
      missing = request;
      return response.status === 183 ? request.createResponse(504).send() : undefined;
    };
    await ring();
    await bench.settle(32_000);
    expect(missing).toBe(bench.script.request("INVITE"));
    expect(bench.peer.messages("504 INVITE").length).toBeGreaterThan(0);
  });

  it("holds a 2xx back while the description of a provisional is not acknowledged", async () => {
    await ring(audioOffer);
    await bench.script.request("INVITE").createResponse(200).send();
    await bench.settle();
    expect(bench.peer.messages("200 INVITE")).toHaveLength(0);
    await prack();
    expect(bench.peer.messages("200 INVITE")).toHaveLength(1);
  });

  it("refuses the call by 504 when the PRACK that a 2xx waits for never comes", async () => {
    await ring(audioOffer);
    await bench.script.request("INVITE").createResponse(200).send();
    await bench.settle(32_000);
    expect(bench.peer.messages("504 INVITE").length).toBeGreaterThan(0);
  });

  it("sends reliable responses one by one", async () => {
    bench.script.on["INVITE"] = async (request) => {
      await request.createResponse(180).sendReliably();
      await request.createResponse(183).sendReliably();
    };
    await bench.lab.send(bench.peer, { method: "INVITE", headers: supported });
    expect(bench.peer.messages("183 INVITE")).toHaveLength(0);
    await prack();
    const [first, second] = bench.peer.messages((message) => message.header("RSeq") !== undefined);
    expect(Number(second?.header("RSeq"))).toBe(Number(first?.header("RSeq")) + 1);
  });

  it("makes every provisional reliable for a caller that requires it (RFC 3262 §3) [K]", async () => {
    bench.script.on["INVITE"] = (request) => request.createResponse(180).send();
    await bench.lab.send(bench.peer, { method: "INVITE", headers: { Require: "100rel" } });
    expect(answer().message.status).toBe(180);
  });

  it("is refused with the reason", async () => {
    bench.script.on["INVITE"] = () => undefined;
    bench.script.on["OPTIONS"] = () => undefined;
    await bench.lab.send(bench.peer, { method: "INVITE", headers: supported });
    const invite = bench.script.request("INVITE");
    expect(reasonOf(() => invite.createResponse(200).sendReliably())).toBe(Rel100Error.NOT_1XX);
    expect(reasonOf(() => invite.createResponse(100).sendReliably())).toBe(Rel100Error.NOT_1XX);
    await bench.lab.send(bench.peer, { method: "OPTIONS", headers: supported });
    const options = bench.script.request("OPTIONS");
    expect(reasonOf(() => options.createResponse(183).sendReliably())).toBe(Rel100Error.NOT_INVITE);
    await bench.lab.send(bench.peer, { method: "INVITE" });
    const plain = bench.script.request("INVITE");
    expect(reasonOf(() => plain.createResponse(183).sendReliably())).toBe(Rel100Error.NO_REQ_SUPPORT);
  });

  it("is refused for a response that was sent or received", async () => {
    await ring();
    const [sent] = bench.script.request("INVITE").session.getUnacknowledgedProvisionalResponses("UAS");
    expect(() => sent?.sendReliably()).toThrow(expect.objectContaining({ code: "state.committed" }));
    bench.peer.answer("INVITE", 183);
    await bench.send("INVITE");
    expect(() => bench.script.response(183).sendReliably()).toThrow(
      expect.objectContaining({ code: "state.transaction" }),
    );
  });
});

describe("JSR 289 §5.7, RFC 3262 §4 createPrack", () => {
  const reliable = (number: number) => ({ headers: { Require: "100rel", RSeq: String(number) } });

  it("makes the PRACK of a reliable provisional, once", async () => {
    bench.peer.on("INVITE", (invite) => invite.reply(183, reliable(7))).answer("PRACK", 200);
    const { session } = await bench.send("INVITE");
    const response = bench.script.response(183);
    expect(response.isReliableProvisional).toBe(true);
    expect(response.provisionalResponseId).toBe("7");
    expect(response.isCommitted).toBe(false);
    expect(session.getUnacknowledgedProvisionalResponses("UAC")).toEqual([response]);
    const prack = response.createPrack();
    expect(prack.acknowledgedResponse).toBe(response);
    expect(response.isCommitted).toBe(true);
    expect(session.getUnacknowledgedProvisionalResponse("7")).toBeUndefined();
    expect(() => response.createPrack()).toThrow(expect.objectContaining({ code: "state.transaction" }));
    await prack.send();
    await bench.settle();
    expect(bench.peer.last("PRACK").header("RAck")).toBe("7 1 INVITE");
    expect(bench.peer.last("PRACK").sequenceNumber).toBe(2);
    expect(bench.script.response(200).method).toBe("PRACK");
  });

  it("is refused for any other response, with the reason", async () => {
    bench.peer.answer("INVITE", 180, 200).answer("OPTIONS", 200);
    await bench.send("INVITE");
    expect(reasonOf(() => bench.script.response(180).createPrack())).toBe(Rel100Error.NOT_100REL);
    expect(reasonOf(() => bench.script.response(200).createPrack())).toBe(Rel100Error.NOT_1XX);
    await bench.send("OPTIONS");
    expect(reasonOf(() => bench.script.response(200).createPrack())).toBe(Rel100Error.NOT_INVITE);
  });

  it("absorbs repeats and what comes ahead of its turn", async () => {
    bench.peer.on("INVITE", (invite) => {
      for (const number of [7, 7, 9, 8]) invite.reply(183, reliable(number));
    });
    await bench.send("INVITE");
    expect(bench.script.responses.map((each) => each.provisionalResponseId)).toEqual(["7", "8"]);
  });
});

describe("JSR 359 acknowledged responses", () => {
  it("links the ACK to its 2xx on both sides", async () => {
    await bench.lab.call(bench.peer);
    const ack = bench.script.request("ACK");
    expect(ack.acknowledgedResponse?.status).toBe(200);
    bench.peer.answer("INVITE", 200);
    await bench.send("INVITE");
    const success = bench.script.response(200);
    expect(success.createAck().acknowledgedResponse).toBe(success);
  });
});
