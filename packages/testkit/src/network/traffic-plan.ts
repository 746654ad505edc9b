import type { Endpoint, RandomSource } from "@siplet/core";
import { perfectConditions, type LinkConditions } from "./link-conditions.js";
import type { Journey } from "./network-medium.js";
import type { NetworkRule, RuleEffect } from "./network-rule.js";
import type { PacketFate } from "./network-trace.js";
import type { Packet } from "./packet.js";

/** One way from a host to a host; all hosts where none is named. */
export interface LinkEnds {
  readonly from?: string;
  readonly to?: string;
}

/** What becomes of a message, and how the trace tells it. */
export interface Verdict {
  readonly fate: PacketFate;
  readonly journey: Journey;
}

interface Link extends LinkEnds {
  readonly conditions: Partial<LinkConditions>;
}

/** Decides by rule and by chance what becomes of each message. */
export class TrafficPlan {
  readonly #random: RandomSource;
  readonly #links: Link[] = [];
  readonly #rules: NetworkRule[] = [];

  constructor(random: RandomSource) {
    this.#random = random;
  }

  addLink(conditions: Partial<LinkConditions>, ends: LinkEnds): void {
    this.#links.push({ ...ends, conditions });
  }

  addRule(rule: NetworkRule): NetworkRule {
    this.#rules.push(rule);
    return rule;
  }

  /** How a path behaves; of several words about it the later ones win. */
  conditions(from: Endpoint, to: Endpoint): LinkConditions {
    const heard = this.#links.filter(
      (link) => (link.from ?? from.address) === from.address && (link.to ?? to.address) === to.address,
    );
    return Object.assign({}, perfectConditions, ...heard.map((link) => link.conditions)) as LinkConditions;
  }

  /** A message in a stream: only rules harm it. */
  planStream(packet: Packet): Verdict {
    const delay = this.#delay(packet);
    return this.#byRule(packet, delay) ?? { fate: "delivered", journey: [delay] };
  }

  /** A datagram: the first rule that takes it decides, else chance does. */
  planDatagram(packet: Packet): Verdict {
    const { loss, duplication, reordering, reorderDelay } = this.conditions(packet.from, packet.to);
    const delay = this.#delay(packet);
    const ruled = this.#byRule(packet, delay);
    if (ruled !== undefined) return ruled;
    if (this.#happens(loss)) return { fate: "lost", journey: [] };
    if (this.#happens(duplication)) return { fate: "duplicated", journey: [delay, delay] };
    if (this.#happens(reordering)) return { fate: "held back", journey: [delay + reorderDelay] };
    return { fate: "delivered", journey: [delay] };
  }

  #byRule(packet: Packet, delay: number): Verdict | undefined {
    let effect: RuleEffect | undefined;
    for (const rule of this.#rules) if (rule.takes(packet)) effect ??= rule.effect;
    return effect && applyEffect(effect, delay);
  }

  #delay({ from, to }: Packet): number {
    const { delay, jitter } = this.conditions(from, to);
    return jitter > 0 ? delay + this.#random.integer(jitter + 1) : delay;
  }

  #happens(share: number): boolean {
    return share > 0 && this.#random.integer(1_000_000) < share * 1_000_000;
  }
}

function applyEffect(effect: RuleEffect, delay: number): Verdict {
  switch (effect.kind) {
    case "drop":
      return { fate: "dropped by rule", journey: [] };
    case "fail":
      return { fate: "failed by rule", journey: "fails" };
    case "duplicate":
      return { fate: "duplicated", journey: Array.from({ length: effect.copies }, () => delay) };
    case "hold":
      return { fate: "held back", journey: [delay + effect.milliseconds] };
  }
}
