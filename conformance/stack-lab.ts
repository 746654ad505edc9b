import {
  SipStack,
  createResponse,
  type DigestClient,
  type RegistrarCore,
  type ServerTransaction,
  type SipResponse,
} from "@siplet/core";
import {
  ManualClock,
  MemoryNetwork,
  ScriptedResolver,
  ScriptedUserAgent,
  createSeededRandom,
  type LinkConditions,
} from "@siplet/testkit";

/** A network that can be made as bad as wanted, and the clock over it. */
export interface StackLab {
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
}

/** Opens a network. */
export function openLab(conditions: Partial<LinkConditions> = {}, seed = 1): StackLab {
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock, conditions, random: createSeededRandom(seed) });
  return { clock, network };
}

/** A whole stack in the network, on UDP and TCP, with somebody who takes its requests. */
export async function openStack(
  { clock, network }: StackLab,
  address: string,
  onRequest: (transaction: ServerTransaction) => void = refuse,
): Promise<SipStack> {
  const seed = Number(address.split(".").at(-1));
  const stack = new SipStack({ clock, random: createSeededRandom(seed), resolver: new ScriptedResolver({ clock }) });
  await stack.listen(network.transport({ protocol: "udp", address, port: 5060 }));
  await stack.listen(network.transport({ protocol: "tcp", address, port: 5060 }));
  stack.attach({ onRequest, onCancel: refuse, onAck: () => {} });
  return stack;
}

/** What a part of a user agent needs of a stack. */
export function partsOf({ sender, clock, random, transactions: { timers } }: SipStack, digest?: DigestClient) {
  return digest === undefined ? { sender, clock, random, timers } : { sender, clock, random, timers, digest };
}

/** Sends an answer that is there already. */
export function answerBy(transaction: ServerTransaction, response: SipResponse | PromiseLike<SipResponse>): void {
  if ("then" in response) throw new TypeError("a store in memory needs no promise");
  transaction.respond(response);
}

/** A stack whose requests a registrar answers. */
export function openRegistrar(lab: StackLab, registrar: RegistrarCore, address = "192.0.2.9"): Promise<SipStack> {
  return openStack(lab, address, (transaction) => {
    answerBy(transaction, registrar.receiveRegister(transaction.request, transaction.connection));
  });
}

/** A scripted user agent that talks to one place. */
export function openAgent(lab: StackLab, address: string, peer = "192.0.2.9"): ScriptedUserAgent {
  const place = { protocol: "udp", address, port: 5060 } as const;
  const options = { ...place, name: address, clock: lab.clock, peer: { address: peer, port: 5060 } };
  return ScriptedUserAgent.inMemory(lab.network, options);
}

function refuse(transaction: ServerTransaction): void {
  transaction.respond(createResponse(transaction.request, 501, { toTag: "nobody" }).build());
}
