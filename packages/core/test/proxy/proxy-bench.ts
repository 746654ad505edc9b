import {
  ManualClock,
  MemoryNetwork,
  ScriptedResolver,
  ScriptedUserAgent,
  createSeededRandom,
  type WireMessage,
} from "@siplet/testkit";
import { ProxyContext } from "../../src/proxy/context/proxy-context.js";
import type { ProxyOptions } from "../../src/proxy/context/proxy-options.js";
import type { ProxyUser } from "../../src/proxy/context/proxy-user.js";
import { SipStack } from "../../src/stack/sip-stack.js";
import type { ServerTransaction } from "../../src/transaction/server-transaction.js";
import type { TransactionUser } from "../../src/transaction/transaction-user.js";

const zone = `
$ORIGIN example.com.
_sip._udp.bob 300 IN SRV 1 0 5060 one
_sip._udp.bob 300 IN SRV 2 0 5060 two
one 300 IN A 192.0.2.2
two 300 IN A 192.0.2.3
`;
const here = { address: "192.0.2.10", port: 5060 };

/**
 * A proxy context for each request that alice sends, on a whole engine over the in-memory network. The test plays the
 * element: it adds targets, watches, answers.
 */
export class ProxyBench implements TransactionUser {
  readonly clock = new ManualClock();
  readonly network = new MemoryNetwork({ clock: this.clock });
  /** The names of the test: bob.example.com has two servers, slow.example.com answers after a second. */
  readonly resolver = new ScriptedResolver({ clock: this.clock, zone });
  readonly stack = new SipStack({ clock: this.clock, random: createSeededRandom(4), resolver: this.resolver });
  readonly alice = this.agent("alice", 1);
  /** What the user was told, in order: `provisional 180 bob`, `best 486 bob`, … */
  readonly log: string[] = [];
  readonly #options: ProxyOptions;
  readonly #user: ProxyUser;
  #context: ProxyContext | undefined;

  private constructor(options: ProxyOptions, user: ProxyUser) {
    this.#options = options;
    this.#user = user;
    this.stack.attach(this);
  }

  static async open(options: ProxyOptions = {}, user: ProxyUser = {}): Promise<ProxyBench> {
    const bench = new ProxyBench(options, user);
    for (const protocol of ["udp", "tcp"] as const) {
      await bench.stack.listen(bench.network.transport({ protocol, ...here }));
    }
    return bench;
  }

  /** The context of the last request. */
  get context(): ProxyContext {
    if (this.#context === undefined) throw new RangeError("no request has come yet");
    return this.#context;
  }

  /** What alice got, without 100. */
  get answers(): string[] {
    return this.alice.messages().flatMap(({ summary }) => (summary.startsWith("100") ? [] : [summary]));
  }

  agent(name: string, host: number): ScriptedUserAgent {
    const place = { protocol: "udp", address: `192.0.2.${host}`, port: 5060 } as const;
    return ScriptedUserAgent.inMemory(this.network, { name, ...place, clock: this.clock, peer: here });
  }

  /** Alice sends a request; its context is there afterwards. */
  request(method = "INVITE", headers: Readonly<Record<string, string>> = {}): WireMessage {
    const request = this.alice.sendRequest({ method, headers });
    this.settle();
    return request;
  }

  settle(milliseconds = 0): void {
    this.clock.advance(milliseconds);
  }

  onRequest(transaction: ServerTransaction): void {
    const user = watched(this.#user, this.log);
    const context = new ProxyContext({ services: this.stack, transaction, user, options: this.#options });
    transaction.user = context;
    this.#context = context;
  }

  onCancel(cancel: ServerTransaction): void {
    this.context.receiveCancel(cancel);
  }

  onAck(): void {
    // the ACK of a 2xx is not the context's matter
  }
}

/** Writes down what a user is told. */
function watched(user: ProxyUser, log: string[]): ProxyUser {
  return {
    onProvisional(response, branch) {
      log.push(`provisional ${response.statusCode}`);
      return user.onProvisional?.(response, branch) ?? "forward";
    },
    onSuccess(response, branch) {
      log.push(`success ${response.statusCode}`);
      return user.onSuccess?.(response, branch) ?? "forward";
    },
    onBranchResponse(response, branch) {
      log.push(`branch ${response.statusCode}`);
      user.onBranchResponse?.(response, branch);
    },
    onBestResponse(response, branch) {
      log.push(`best ${response.statusCode}${branch === undefined ? " of our own" : ""}`);
      return user.onBestResponse?.(response, branch) ?? "forward";
    },
    onForwarded(response) {
      log.push(`forwarded ${response.statusCode}`);
      user.onForwarded?.(response);
    },
    onCompleted() {
      log.push("completed");
      user.onCompleted?.();
    },
  };
}
