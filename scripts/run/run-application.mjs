import { spawn } from "node:child_process";
import { constants } from "node:os";

const guard = new URL("end-with-parent.mjs", import.meta.url).href;
const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/** One key press arrives twice: from the terminal and from npm, which passes signals on. */
const echoWithin = 500;

/**
 * Runs a program of ours until it ends and gives back its exit code. A signal reaches it exactly once: it lives in a
 * process group of its own, out of the terminal's reach, and gets from here what came here.
 * @param {string} main
 * @param {string} cwd
 * @returns {Promise<number>}
 */
export function runApplication(main, cwd) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", guard, main], {
      cwd,
      // The fourth channel is never written to: its end tells the program that this process is gone.
      stdio: ["ignore", "inherit", "inherit", "pipe"],
      detached: process.platform !== "win32",
    });
    /** @type {Map<NodeJS.Signals, number>} */
    const passed = new Map();
    const passOn = (/** @type {NodeJS.Signals} */ signal) => {
      const now = performance.now();
      if (now - (passed.get(signal) ?? -echoWithin) >= echoWithin) child.kill(signal);
      passed.set(signal, now);
    };
    for (const signal of signals) process.on(signal, passOn);
    const watch = whenParentIsGone(() => passOn("SIGTERM"));
    child.on("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on("exit", (code, signal) => {
      clearInterval(watch);
      for (const name of signals) process.off(name, passOn);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/**
 * npm that is killed outright cannot say so. Who starts this without npm, perhaps as a daemon, may go at will.
 * @param {() => void} act
 */
function whenParentIsGone(act) {
  if (process.env["npm_lifecycle_event"] === undefined) return undefined;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    act();
  }, 250);
  return watch.unref();
}
