import type { DigestClientSession, DigestClientSnapshot } from "../../auth/client/digest-client-session.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { ResponseBuilder } from "../../message/response-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { RequestSender } from "../../transaction/request-sender.js";
import type { SendRequestOptions } from "../../transaction/sent-request.js";
import type { Connection } from "../../transport/transport.js";
import type { DialogTable } from "./dialog-table.js";
import type { RequestChecks } from "../checks/request-checks.js";
import type { SessionTimerSettings } from "../session-timer/session-timer.js";
import type { UsageContext } from "../usage-context.js";

/** What calls have in common at one user agent. */
export interface CallSettings {
  /** What the user agent takes: methods, option tags, bodies. */
  readonly checks: RequestChecks;
  /** Session timers; undefined: none. */
  readonly sessionTimer: SessionTimerSettings | undefined;
  /** INFO packages that are taken; undefined: INFO without packages alone. */
  readonly infoPackages: readonly string[] | undefined;
  /** Value of User-Agent and Server. */
  readonly product: string | undefined;
}

/** What a call asks of the user agent it belongs to. */
export interface CallAgent {
  readonly context: UsageContext;
  readonly sender: Pick<RequestSender, "send" | "sendAck">;
  readonly dialogs: DialogTable;
  readonly settings: CallSettings;
  /** Credentials for the requests of one call; undefined when there are none. */
  createDigest(snapshot?: DigestClientSnapshot): DigestClientSession | undefined;
  /** How a request of ours is sent: over which connection, with our Contact where the method needs one. */
  sendOptions(): SendRequestOptions;
  /** Completes a request of ours: Allow, Supported, User-Agent. */
  completeRequest(draft: RequestBuilder): void;
  /** Completes an answer of ours: Contact where it may make or move a dialog, Allow and Supported in a 2xx. */
  completeResponse(draft: ResponseBuilder, request: SipRequest, connection: Connection): void;
}
