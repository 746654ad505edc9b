import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Types of parameters alone tell requests from responses. */
const program = `
import "reflect-metadata";
import { bootstrap, Invite, SipFactory, SipServlet, SipServletRequest, SipServletResponse } from "@siplet/framework";
import { ManualClock, MemoryNetwork, ScriptedUserAgent } from "@siplet/testkit";

@SipServlet()
class Seed {
  @Invite() handleInviteRequest(request: SipServletRequest) {
    console.log("request", request.method);
    return request.createResponse(200).send();
  }
  @Invite() handleInviteResponse(response: SipServletResponse) {
    console.log("response", response.status);
    return response.status < 200 ? undefined : response.createAck().send();
  }
}

const clock = new ManualClock();
const network = new MemoryNetwork({ clock });
const place = (address: string) => ({ protocol: "udp", address, port: 5060 }) as const;
const log = { debug() {}, info() {}, warn() {}, error: console.log };
const container = await bootstrap({
  applications: [{ name: "seed", servlets: [Seed] }],
  listen: [network.transport(place("192.0.2.10"))],
  clock,
  drainTimeout: 0,
  log,
});
const peer = { address: "192.0.2.10", port: 5060 };
const phone = ScriptedUserAgent.inMemory(network, { ...place("192.0.2.1"), clock, peer });
phone.answer("INVITE", 180, 200);
const factory = container.bean("seed", SipFactory);
await factory.createRequest(factory.createApplicationSession(), "INVITE", "sip:a@192.0.2.10", phone.uri).send();
await clock.advanceAsync(0);
phone.sendRequest({ method: "INVITE", uri: "sip:a@192.0.2.10" });
await clock.advanceAsync(0);
const closed = container.close();
await clock.advanceAsync(1000);
await closed;
`;

const compilerOptions = {
  target: "ES2022",
  module: "NodeNext",
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  types: ["node"],
  skipLibCheck: true,
  rootDir: ".",
  outDir: "out",
};

describe("JSR 359 the program of the seed, where the compiler emits the types of parameters", () => {
  let folder = "";

  beforeAll(() => {
    mkdirSync(join(root, ".run"), { recursive: true });
    folder = mkdtempSync(join(root, ".run/design-types-"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "seed.ts"), program);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["seed.ts"] }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("tells responses from requests of @Invite() by them", () => {
    const run = (...args: readonly string[]) => execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    expect(run(join(root, "node_modules/typescript/bin/tsc"), "-p", ".")).toBe("");
    expect(run("out/seed.js").trim().split("\n")).toEqual(["response 180", "response 200", "request INVITE"]);
  });
});
