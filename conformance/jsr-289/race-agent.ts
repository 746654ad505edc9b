import { SipStack, SipUserAgent } from "@siplet/core";
import { createSeededRandom } from "@siplet/testkit";
import type { LabWorld } from "./container-lab.js";

/** A user agent that follows the rules, at one end of a race. */
export interface RaceAgent {
  readonly ua: SipUserAgent;
  readonly stack: SipStack;
  readonly uri: string;
}

/** Starts `sip:name@192.0.2.host`. */
export async function startRaceAgent({ clock, network }: LabWorld, name: string, host: number): Promise<RaceAgent> {
  const address = `192.0.2.${host}`;
  const stack = new SipStack({ clock, random: createSeededRandom(host) });
  await stack.listen(network.transport({ protocol: "udp", address, port: 5060 }));
  network.name(`${address}:5060`, name);
  const ua = new SipUserAgent(stack, { uri: `sip:${name}@example.com`, sessionTimer: false });
  return { ua, stack, uri: `sip:${name}@${address}` };
}

/** An end does nothing that its own state forbids: the other was faster then. */
export function perform<Ends>({ act }: { readonly act: (ends: Ends) => unknown }, ends: Ends): void {
  try {
    const result = act(ends);
    if (result instanceof Promise) result.catch(() => undefined);
  } catch {
    // The other one was faster.
  }
}
