import { describe, expect, it } from "vitest";
import { consoleLogger } from "./console-logger.js";

describe("console logger", () => {
  it("writes text, then fields, and nothing below its level", () => {
    const lines: string[] = [];
    const log = consoleLogger("info", { write: (line) => lines.push(line) });
    log.debug({}, "hidden");
    log.info({ port: 5060, name: "udp" }, "listening");
    log.warn({}, "slow");
    expect(lines).toEqual(["listening port=5060 name=udp\n", "warn: slow\n"]);
  });

  it("shows the stack of an error", () => {
    const lines: string[] = [];
    consoleLogger("error", { write: (line) => lines.push(line) }).error({ error: new RangeError("odd") }, "failed");
    expect(lines[0]).toMatch(/^error: failed error=RangeError: odd\n\s+at /);
  });
});
