import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] Added to the environment.
 * @property {boolean} [capture] Keeps the output instead of printing it.
 * @property {number} [timeout] Milliseconds after which the program and all it started are ended.
 */

/**
 * @typedef {object} CommandResult
 * @property {boolean} ok
 * @property {string} output What was captured.
 * @property {string} reason Why it is not ok; empty otherwise.
 */

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
const ownsGroups = process.platform !== "win32";
/** Test runners colour their output for CI's sake even where nobody sees it: not in a file. */
const plainOutput = process.stdout.isTTY ? {} : { NO_COLOR: "1" };

/**
 * Runs a program to its end, without standard input and in a process group of its own, so that what it leaves behind
 * can be ended with it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, { cwd, env, capture = false, timeout = 0 } = {}) {
  return new Promise((resolve) => {
    const channel = capture ? "pipe" : "inherit";
    const child = spawn(command, args, {
      cwd,
      env: { ...plainOutput, ...process.env, ...env },
      stdio: ["ignore", channel, channel],
      detached: ownsGroups,
    });
    running.add(child);
    let output = "";
    let reason = "";
    child.stdout?.on("data", (text) => (output += String(text)));
    child.stderr?.on("data", (text) => (output += String(text)));
    const timer = timeout > 0 ? setTimeout(expire, timeout) : undefined;
    function expire() {
      reason = `no end after ${timeout / 1000} s`;
      endGroup(child, "SIGKILL");
    }
    const finish = (/** @type {string} */ ending) => {
      clearTimeout(timer);
      running.delete(child);
      reason ||= ending;
      resolve({ ok: reason === "", output, reason });
    };
    child.on("error", (error) => finish(`${command}: ${error.message}`));
    child.on("close", (code, signal) => finish(code === 0 ? "" : signal ? `ended by ${signal}` : `exit code ${code}`));
  });
}

/**
 * Ends this process on Ctrl-C or SIGTERM together with everything `runCommand` has started.
 * @returns {() => void} Takes it back.
 */
export function endWithSignals() {
  for (const signal of endingSignals) process.once(signal, endAll);
  return () => {
    for (const signal of endingSignals) process.off(signal, endAll);
  };
}

const endingSignals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/** @param {NodeJS.Signals} signal */
function endAll(signal) {
  for (const child of running) endGroup(child, "SIGTERM");
  setTimeout(() => {
    for (const child of running) endGroup(child, "SIGKILL");
    process.exit(128 + constants.signals[signal]);
  }, 500);
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function endGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (ownsGroups) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It has ended by itself in the meantime.
  }
}
