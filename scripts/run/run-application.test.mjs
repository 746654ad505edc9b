import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";

const starter = new URL("run-application.mjs", import.meta.url).href;
/** @type {string[]} */
const scratch = [];

afterEach(() => {
  for (const folder of scratch.splice(0)) rmSync(folder, { recursive: true });
});

/** Tells every signal; ends a moment after the first, as a server that drains. */
const draining = `
  const keep = setInterval(() => {}, 1000);
  process.on("SIGTERM", () => {
    console.log("SIGTERM");
    setTimeout(() => clearInterval(keep), 100);
  });
  console.log("ready");
`;

/**
 * Starts a starter of the program in a process of its own.
 * @param {string} program
 */
function start(program) {
  const folder = mkdtempSync(join(tmpdir(), "siplet-start-"));
  scratch.push(folder);
  const main = join(folder, "main.mjs");
  writeFileSync(main, program);
  const code = `import { runApplication } from ${JSON.stringify(starter)};
    process.exitCode = await runApplication(${JSON.stringify(main)}, ${JSON.stringify(folder)});`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], { stdio: ["ignore", "pipe", "pipe"] });
  const run = { child, output: "" };
  child.stdout.on("data", (text) => (run.output += text));
  child.stderr.on("data", (text) => (run.output += text));
  const ready = new Promise((resolve) => child.stdout.once("data", resolve));
  // The program holds the pipe as well: it closes when both are gone.
  const closed = new Promise((resolve) => child.once("close", (status) => resolve(status)));
  return { run, child, ready, closed };
}

describe("running an application", () => {
  it("gives back its exit code, and adds nothing to what it prints", async () => {
    const { run, closed } = start('console.error("The port is taken."); process.exitCode = 3;');
    expect(await closed).toBe(3);
    expect(run.output).toBe("The port is taken.\n");
  });

  it("passes a signal on and waits until the application has drained", async () => {
    const { run, child, ready, closed } = start(draining);
    await ready;
    child.kill("SIGTERM");
    expect(await closed).toBe(0);
    expect(run.output).toBe("ready\nSIGTERM\n");
  });

  it("passes it on once when it comes from the terminal and from npm", async () => {
    const { run, child, ready, closed } = start(draining);
    await ready;
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGTERM"), 20);
    expect(await closed).toBe(0);
    expect(run.output).toBe("ready\nSIGTERM\n");
  });

  it("tells an application that a signal ended by 128 and the signal's number", async () => {
    const { child, ready, closed } = start('console.log("ready"); setInterval(() => {}, 1000);');
    await ready;
    child.kill("SIGTERM");
    expect(await closed).toBe(143);
  });

  it("asks the application to end when the starter is killed outright", async () => {
    const { run, child, ready, closed } = start(draining);
    await ready;
    child.kill("SIGKILL");
    await closed;
    expect(run.output).toBe("ready\nSIGTERM\n");
  });
});
