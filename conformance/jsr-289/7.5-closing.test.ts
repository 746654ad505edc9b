import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScriptedLab } from "./scripted-application.js";
import type { Call } from "./container-lab.js";

let bench: ScriptedLab;
let isClosed: boolean;

/** A call that stands, and a container that begins to close. */
async function closeDuringCall(): Promise<Call> {
  bench.script.on["INVITE"] = (invite) => invite.createResponse(200).send();
  const call = await bench.lab.call(bench.peer);
  void bench.lab.container.close().then(() => (isClosed = true));
  return call;
}

const left = () => bench.lab.log.filter(({ text }) => text.includes("closes on calls")).map(({ fields }) => fields);

describe("a container that waits for calls before it closes", () => {
  beforeEach(async () => {
    isClosed = false;
    bench = await ScriptedLab.start({ drain: "calls", drainTimeout: 60_000 });
  });
  afterEach(() => bench[Symbol.asyncDispose]());

  it("serves them until they end, and takes no new ones", async () => {
    const call = await closeDuringCall();
    await bench.settle(10_000);
    expect(isClosed).toBe(false);
    await bench.lab.send(bench.peer, { method: "INVITE" });
    const refused = bench.peer.last("503");
    expect([refused.status, refused.header("Retry-After")]).toEqual([503, "10"]);
    expect(await call.bye()).toBe(200);
    await bench.settle(1000);
    expect([isClosed, left()]).toEqual([true, []]);
  });

  it("closes when time is up, and tells what is left", async () => {
    await closeDuringCall();
    await bench.settle(61_000);
    expect([isClosed, left()]).toEqual([true, [{ openRequests: 0, calls: 1 }]]);
  });
});

describe("a container that waits for calls being set up alone", () => {
  beforeEach(async () => {
    isClosed = false;
    bench = await ScriptedLab.start({ drainTimeout: 5000 });
  });
  afterEach(() => bench[Symbol.asyncDispose]());

  it("cuts established calls off, and tells", async () => {
    await closeDuringCall();
    await bench.settle(1000);
    expect([isClosed, left()]).toEqual([true, [{ openRequests: 0, calls: 1 }]]);
  });

  it("lets an INVITE be answered, or refuses it by 503 when time is up", async () => {
    bench.script.on["INVITE"] = () => undefined;
    await bench.lab.send(bench.peer, { method: "INVITE" });
    void bench.lab.container.close().then(() => (isClosed = true));
    await bench.settle(4000);
    expect(isClosed).toBe(false);
    await bench.settle(2000);
    expect([isClosed, bench.peer.last("503").status]).toEqual([true, 503]);
  });
});
