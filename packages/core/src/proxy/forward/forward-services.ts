import type { RequestRouter } from "../../transaction/request-route.js";
import type { RequestSender } from "../../transaction/request-sender.js";
import type { TransportLayer } from "../../transport/layer/transport-layer.js";
import type { BranchSender, ProxyServices } from "../context/proxy-services.js";
import type { FlowTokens } from "../edge/flow-tokens.js";
import type { GruuLookUp } from "./gruu-target.js";

/** What forwarding by Route needs beside what a proxy context does. A `SipStack` has it. */
export interface ForwardServices extends ProxyServices {
  readonly sender: BranchSender & Pick<RequestSender, "sendAck">;
  readonly transport: Pick<TransportLayer, "isOwnAddress" | "transports">;
}

/** How requests are forwarded. */
export interface ForwardOptions {
  /** Reads the flow tokens of our own Routes and writes those of new ones; without it they mean nothing. */
  readonly flows?: FlowTokens;
  /** Finds devices of our domains by their GRUU, where it is the target of a dialog (RFC 5627 §5.4). */
  readonly gruus?: GruuLookUp;
  /** Decides the way, also of what is for ourselves; without it that is refused. */
  readonly route?: RequestRouter;
}
