import type { TransportProtocol } from "@siplet/core";
import { describe, it } from "vitest";
import { ManualClock } from "../clock/manual-clock.js";
import { MemoryNetwork } from "../network/memory-network.js";
import type { TransportSubject } from "./transport-bench.js";
import { checkTransport, transportCases } from "./transport-cases.js";

function memorySubject(protocol: TransportProtocol): TransportSubject {
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock, conditions: { delay: 5 } });
  return {
    clock,
    step: () => clock.advanceAsync(1),
    nowhere: { address: "192.0.2.9", port: 5060 },
    listener: (port) => network.transport({ protocol, address: "192.0.2.1", port }),
    caller: () => network.transport({ protocol, address: "192.0.2.2", port: 5060 }),
  };
}

describe.each(["udp", "tcp", "tls", "ws"] as const)("a transport of the in-memory network: %s", (protocol) => {
  it.each(transportCases)("$title", (each) => checkTransport(each, memorySubject(protocol)));
});
