import type { Transport } from "@siplet/core";
import type { OutboundInterface } from "../api/outbound-interface.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";

/**
 * The listener behind an outbound interface; the port is a hint (JSR 289 §14).
 * @throws IllegalArgumentError `argument.missing`, and `argument.invalid` when there is no listener at that address
 */
export function findOutbound(transports: readonly Transport[], outboundInterface: OutboundInterface): Transport {
  const [address, port] = partsOf(outboundInterface);
  const there = transports.filter(({ local }) => local.address === address);
  const found = there.find(({ local }) => port === 0 || local.port === port) ?? there[0];
  if (found !== undefined) return found;
  throw new IllegalArgumentError("argument.invalid", {
    detail: `${address} is no outbound interface; take one of SipServletContext.outboundInterfaces`,
  });
}

function partsOf(outboundInterface: OutboundInterface): [address: string, port: number] {
  if (outboundInterface === undefined || outboundInterface === null) {
    throw new IllegalArgumentError("argument.missing", { detail: "an outbound interface is required" });
  }
  if (typeof outboundInterface === "string") return [outboundInterface, 0];
  return [outboundInterface.address, outboundInterface.port ?? 0];
}
