import type { Flow } from "./flow.js";

/** Told when a flow fails. JSR 359, RFC 5626; the name of the method is a proposal. */
export abstract class FlowListener {
  abstract flowFailed(flow: Flow): void | Promise<void>;
}
