/** The program `pojo` inside vitest, which compiles by esbuild's rules: no types of parameters are emitted. */
import "reflect-metadata";
import { bootstrap, type SipContainer } from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { needs } from "../../../test/counterparts/available.js";
import { freePort } from "../../../test/counterparts/free-port.js";
import { stopEverything } from "../../../test/counterparts/lifetimes.js";
import { explainSipp } from "../../../test/counterparts/sipp-result.js";
import { runSipp, startSippServer } from "../../../test/counterparts/sipp.js";
import { Journal } from "../src/journal.js";
import { pojo } from "../src/pojo/program.js";
import { Settings } from "../src/settings.js";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
let container: SipContainer | undefined;
let port = 0;
let lines: string[] = [];

beforeEach(async (context) => {
  needs(context, "sipp");
  lines = [];
  port = await freePort();
  const phone = await startSippServer({ scenario: "uas-reinvite.xml" });
  const configure: NonNullable<typeof pojo.application.configure> = (bind) => {
    bind(Journal).toConstantValue({ write: (line) => void lines.push(line) });
    bind(Settings).toConstantValue({ host: "127.0.0.1", port, httpPort: 0, target: `sip:bob@127.0.0.1:${phone.port}` });
  };
  container = await bootstrap({
    applications: [{ ...pojo.application, configure }],
    listen: [`udp:127.0.0.1:${port}`],
    log: silent,
  });
});

afterEach(async () => {
  await container?.close();
  await stopEverything();
});

describe("POJO with decorators of one's own, inside vitest", () => {
  it("chooses the handlers as the compiled program does", async () => {
    const target = `127.0.0.1:${port}`;
    const result = await runSipp({ scenario: "uac-reinvite.xml", target, user: "bob", values: { caller: "alice" } });
    expect(result, explainSipp(result)).toMatchObject({ successful: 1, failed: 0 });
    expect(lines).toEqual(["alice calls", "bob rings: 180", "bob answers", "alice changes the call", "bob answers"]);
  });
});
