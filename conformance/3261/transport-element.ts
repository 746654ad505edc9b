import {
  TransportLayer,
  createResponse,
  type Connection,
  type EngineError,
  type MessageUser,
  type ResponseLocator,
  type SipRequest,
  type SipResponse,
  type TransportProtocol,
} from "@siplet/core";
import { ManualClock, MemoryNetwork, ScriptedUserAgent } from "@siplet/testkit";

/** A request that reached the element, and the way it came. */
export interface Arrived {
  readonly request: SipRequest;
  readonly connection: Connection;
}

/** The transport layer of one element, alone: nothing above it answers by itself. */
export class TransportElement implements MessageUser {
  readonly layer: TransportLayer;
  readonly requests: Arrived[] = [];
  readonly responses: SipResponse[] = [];
  readonly ends: (EngineError | undefined)[] = [];

  constructor(clock: ManualClock, locateResponse?: ResponseLocator) {
    this.layer = new TransportLayer({ clock, locateResponse });
    this.layer.attach(this);
  }

  onRequest(request: SipRequest, connection: Connection): void {
    this.requests.push({ request, connection });
  }

  onResponse(response: SipResponse): void {
    this.responses.push(response);
  }

  onConnectionClosed(_connection: Connection, error: EngineError | undefined): void {
    this.ends.push(error);
  }

  /** Answers a request by the way that the transport layer finds. */
  answer(index = 0, statusCode = 200): { readonly errors: (EngineError | undefined)[] } {
    const arrived = this.requests[index];
    if (arrived === undefined) throw new RangeError(`request ${index} did not come`);
    const { request, connection } = arrived;
    const errors: (EngineError | undefined)[] = [];
    const response = createResponse(request, statusCode, { toTag: "element" }).build();
    this.layer.send(response, this.layer.responseConnection(request, connection), (error) => errors.push(error));
    return { errors };
  }
}

/** An element at 192.0.2.1, and people at other addresses of the same network. */
export async function openTransportLab(locateResponse?: ResponseLocator) {
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock, conditions: { delay: 5 } });
  const element = new TransportElement(clock, locateResponse);
  for (const protocol of ["udp", "tcp", "ws"] as const) {
    await element.layer.add(network.transport({ protocol, address: "192.0.2.1", port: 5060 }));
  }
  const agent = (name: string, address: string, port: number, protocol: TransportProtocol = "udp") =>
    ScriptedUserAgent.inMemory(network, {
      name,
      clock,
      address,
      port,
      protocol,
      peer: { address: "192.0.2.1", port: 5060 },
    });
  return { clock, network, element, agent };
}
