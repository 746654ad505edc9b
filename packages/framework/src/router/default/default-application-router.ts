import {
  NEUTRAL_REGION,
  type SipApplicationRouterInfo,
  type SipTargetedRequestInfo,
} from "../../api/application-routing.js";
import type { SipServletRequest } from "../../api/object-model.js";
import type { RoutingState, SipApplicationRouter } from "../../spi/sip-application-router.js";
import { progressOf, servesOrigin, stateOf, type RequestOrigin, type RoutingProgress } from "./request-origin.js";
import { requestText } from "./request-text.js";
import type { RouterEntry, RouterTable } from "./router-entry.js";
import { readRouterSource, type RouterSource } from "./router-source.js";
import { subscriberOf } from "./subscriber-identity.js";

/** How the default application router behaves where the JSR leaves it open. */
export interface DefaultRouterOptions {
  /** Pass over applications that are not deployed, instead of a 500 for the request; false. */
  readonly skipUndeployed?: boolean;
}

/** The property that names the configuration, a file URI. JSR 289, appendix C. */
const locationProperty = "javax.servlet.sip.ar.dar.configuration";

/** Before the first position of a chain. */
const beforeChain = -1;

/**
 * The JSR's default application router: a list of applications per method, gone through in order.
 *
 *     INVITE: ("Screening", "DAR:From", "ORIGINATING", "", "NO_ROUTE", "0"), \
 *             ("Forwarding", "DAR:To", "TERMINATING", "", "NO_ROUTE", "1")
 *
 * Extensions: a line `ALL` for the methods without one; a seventh string with `DIRECTION=INBOUND` (from outside),
 * `OUTBOUND` (made by an application here), `UAC_ROUTE_BACK` (made here, left and came back), and `REGEX=…`, an RE2
 * expression to be found in the request's text. JSR 289 §15, appendix C.
 */
export class DefaultApplicationRouter implements SipApplicationRouter {
  #source: RouterSource | undefined;
  readonly #skipsUndeployed: boolean;
  readonly #deployed = new Set<string>();
  #table: RouterTable = new Map();

  /**
   * @param source the configuration; without it, `init` takes the file its property names
   * @throws RouterConfigurationError with line, column and mend of everything that is wrong
   */
  constructor(source?: RouterSource, options: DefaultRouterOptions = {}) {
    this.#source = source;
    this.#skipsUndeployed = options.skipUndeployed ?? false;
    this.#read();
  }

  /** @throws RouterConfigurationError */
  init(properties: Readonly<Record<string, string>> = {}): void {
    const file = properties[locationProperty];
    if (this.#source !== undefined || file === undefined) return;
    this.#source = { file };
    this.#read();
  }

  /** Reads the configuration again. @throws RouterConfigurationError; the one before stays in force then */
  applicationDeployed(applicationNames: readonly string[]): void {
    for (const name of applicationNames) this.#deployed.add(name);
    this.#read();
  }

  /** Reads the configuration again. @throws RouterConfigurationError; the one before stays in force then */
  applicationUndeployed(applicationNames: readonly string[]): void {
    for (const name of applicationNames) this.#deployed.delete(name);
    this.#read();
  }

  /** REVERSE is answered as CONTINUE. */
  getNextApplication(request: SipServletRequest, state: RoutingState): SipApplicationRouterInfo {
    const progress = progressOf(request, state);
    const chain = this.#table.get(request.method) ?? this.#table.get("ALL") ?? [];
    const { targetedRequestInfo: target } = state;
    if (target !== undefined && progress.position === undefined) return targeted(request, chain, target, progress);
    const entry = this.#nextEntry(request, chain, progress);
    return entry === undefined ? {} : infoOf(request, entry, progress.origin);
  }

  #nextEntry(
    request: SipServletRequest,
    chain: readonly RouterEntry[],
    { position = beforeChain, origin }: RoutingProgress,
  ): RouterEntry | undefined {
    let text: string | undefined;
    return chain.find((entry) => {
      if (entry.position <= position || !servesOrigin(entry.direction, origin)) return false;
      if (this.#skipsUndeployed && !this.#deployed.has(entry.applicationName)) return false;
      return entry.expression?.matcher((text ??= requestText(request))).find() ?? true;
    });
  }

  #read(): void {
    if (this.#source !== undefined) this.#table = readRouterSource(this.#source);
  }
}

/** The application the request is meant for comes first; then it goes on behind that, or from the start. */
function targeted(
  request: SipServletRequest,
  chain: readonly RouterEntry[],
  { applicationName }: SipTargetedRequestInfo,
  { origin }: RoutingProgress,
): SipApplicationRouterInfo {
  const entry = chain.find((each) => each.applicationName === applicationName);
  if (entry !== undefined) return infoOf(request, entry, origin);
  return {
    nextApplicationName: applicationName,
    routingRegion: NEUTRAL_REGION,
    routeModifier: "NO_ROUTE",
    stateInfo: stateOf(beforeChain, origin),
  };
}

function infoOf(request: SipServletRequest, entry: RouterEntry, origin: RequestOrigin): SipApplicationRouterInfo {
  const { applicationName, region, routes, routeModifier, position } = entry;
  const subscriberUri = subscriberOf(entry.subscriber, request);
  return {
    nextApplicationName: applicationName,
    routingRegion: region,
    ...(subscriberUri !== undefined && { subscriberUri }),
    routes,
    routeModifier,
    stateInfo: stateOf(position, origin),
  };
}
