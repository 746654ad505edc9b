import { SippCallee } from "../load/sipp-load.js";
import { runLoad, type LoadAmount } from "../load/run-load.js";
import type { LoadResult } from "../load/load-result.js";
import type { Scenario } from "../scenario.js";
import { freePort } from "../machine/free-port.js";
import { ServerProcess, type ServerSpecification } from "./server-process.js";

/** A server, with a callee behind it where the scenario has one, ready for load. */
export class BenchRun {
  readonly server: ServerProcess;
  readonly #scenario: Scenario;
  readonly #callee: SippCallee | undefined;

  private constructor(scenario: Scenario, server: ServerProcess, callee: SippCallee | undefined) {
    this.#scenario = scenario;
    this.server = server;
    this.#callee = callee;
  }

  static async start(
    scenario: Scenario,
    server: ServerSpecification,
    nodeOptions: readonly string[] = [],
  ): Promise<BenchRun> {
    const [port, callee] = [await freePort(), await freePort()];
    const { load } = scenario;
    const called = load.kind === "sipp-between" ? SippCallee.start(callee, load.callee) : undefined;
    try {
      return new BenchRun(scenario, await ServerProcess.start(server, { port, callee, nodeOptions }), called);
    } catch (error) {
      await called?.stop();
      throw error;
    }
  }

  load(amount: LoadAmount): Promise<LoadResult> {
    return runLoad(this.#scenario.load, this.server.port, amount);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.#callee?.stop();
  }
}
