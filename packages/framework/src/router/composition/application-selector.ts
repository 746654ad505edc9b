import {
  isForUs,
  isOwnUri,
  parseNameAddress,
  type Connection,
  type Logger,
  type NameAddress,
  type SipRequest,
  type TransportLayer,
} from "@siplet/core";
import type { SipApplicationRouterInfo } from "../../api/application-routing.js";
import type { SipServletRequest } from "../../api/object-model.js";
import { containerUri } from "../../message/contact.js";
import type { ApplicationSelection, SelectionRefusal } from "../../message/chain-context.js";
import { ContainerSipServletRequest } from "../../message/container-sip-servlet-request.js";
import { MessageState } from "../../message/message-state.js";
import { isSubscriberUri } from "../../message/subscriber-uri.js";
import type { RoutingState, SipApplicationRouter } from "../../spi/sip-application-router.js";
import type { RouteState } from "./route-state.js";

/** What asking a router needs of the container. */
export interface ApplicationSelectorParts {
  readonly transport: TransportLayer;
  readonly log: Logger;
  readonly routeState: RouteState;
  readonly isDeployed: (applicationName: string) => boolean;
}

/** A question to a router. */
export interface SelectionQuestion {
  readonly router: SipApplicationRouter;
  /** The request, our Routes taken away. */
  readonly request: SipRequest;
  /** The connection it comes by, from outside or from inside. */
  readonly connection: Connection;
  readonly popped: readonly NameAddress[];
  readonly initialPopped: NameAddress | undefined;
  readonly state: RoutingState;
}

/** The request leaves the container, these Routes on top. */
export interface ExternalWay {
  readonly kind: "external";
  readonly routes: readonly string[];
}

/** Where an initial request goes. */
export interface SelectionVerdict {
  readonly way: ApplicationSelection | SelectionRefusal | ExternalWay;
  /** The Routes of ours that the application sees: the router may have put its own in their place. */
  readonly popped: readonly NameAddress[];
}

const failed: SelectionRefusal = { kind: "refused", statusCode: 500, reason: "Application Routing Failed" };
const nowhere: SelectionRefusal = { kind: "refused", statusCode: 404, reason: "Not Found" };

/** Asks the application router where an initial request goes, and reads its answer (JSR 289 §15.4.1). */
export class ApplicationSelector {
  readonly #parts: ApplicationSelectorParts;

  constructor(parts: ApplicationSelectorParts) {
    this.#parts = parts;
  }

  /** At once, unless the router takes its time. */
  select(question: SelectionQuestion): SelectionVerdict | Promise<SelectionVerdict> {
    try {
      const info = question.router.getNextApplication(this.#view(question), question.state);
      if (!isPromiseLike(info)) return this.#judge(info, question);
      return Promise.resolve(info).then(
        (each) => this.#judge(each, question),
        (error: unknown) => this.#fail(question, "it failed", error),
      );
    } catch (error) {
      return this.#fail(question, "it failed", error);
    }
  }

  /** What the router sees: it may read the request, no more. */
  #view({ request, connection, popped, initialPopped }: SelectionQuestion): SipServletRequest {
    const state = new MessageState(request, connection);
    state.commit();
    const { transport } = this.#parts;
    const chain = { popped, initialPopped };
    return new ContainerSipServletRequest({
      state,
      session: undefined,
      method: request.method,
      isInitial: true,
      transport,
      chain,
    });
  }

  #judge(info: SipApplicationRouterInfo | undefined, question: SelectionQuestion): SelectionVerdict {
    if (info === undefined || info === null) return this.#fail(question, "it gave no answer");
    const { routeModifier = "NO_ROUTE", routes = [] } = info;
    if (routeModifier === "NO_ROUTE") return this.#selectNamed(info, question, question.popped);
    const values = parseRoutes(routes);
    const [first] = values ?? [];
    if (values === undefined || first === undefined) {
      return this.#fail(question, `${routeModifier} needs SIP URIs as routes, not ${JSON.stringify(routes)}`);
    }
    if (isOwnUri(first.uri, this.#parts.transport)) return this.#selectNamed(info, question, [first]);
    return this.#leave(info, values.map(String), question);
  }

  /** By the routes of the router, and with ROUTE_BACK by us again behind them. */
  #leave(info: SipApplicationRouterInfo, routes: string[], question: SelectionQuestion): SelectionVerdict {
    const { popped } = question;
    if (info.routeModifier !== "ROUTE_BACK") return { way: { kind: "external", routes }, popped };
    try {
      const isSips = question.request.requestUriText.startsWith("sips:");
      const back = `<${containerUri(question.connection, isSips)};lr${this.#parts.routeState.write(info.stateInfo)}>`;
      return { way: { kind: "external", routes: [...routes, back] }, popped };
    } catch (error) {
      return this.#fail(question, "its state cannot leave", error);
    }
  }

  #selectNamed(
    info: SipApplicationRouterInfo,
    question: SelectionQuestion,
    popped: readonly NameAddress[],
  ): SelectionVerdict {
    const { nextApplicationName: applicationName, routingRegion: region, stateInfo } = info;
    const { router, request } = question;
    if (applicationName === undefined || applicationName === null) {
      const way = isForUs(request, this.#parts.transport) ? nowhere : ({ kind: "external", routes: [] } as const);
      return { way, popped };
    }
    if (!this.#parts.isDeployed(applicationName)) {
      return this.#fail(question, `it named "${applicationName}", which is not deployed`);
    }
    const subscriberUri = this.#subscriber(info, question);
    return { way: { kind: "application", applicationName, region, subscriberUri, stateInfo, router }, popped };
  }

  #subscriber({ subscriberUri }: SipApplicationRouterInfo, question: SelectionQuestion): string | undefined {
    if (subscriberUri === undefined || isSubscriberUri(subscriberUri)) return subscriberUri;
    this.#report(
      question,
      `the subscriber "${subscriberUri}" is neither a SIP nor a tel URI; the application sees none`,
    );
    return undefined;
  }

  #fail(question: SelectionQuestion, reason: string, error?: unknown): SelectionVerdict {
    this.#report(question, `${reason}; the request is answered 500`, error);
    return { way: failed, popped: question.popped };
  }

  #report({ request }: SelectionQuestion, text: string, error?: unknown): void {
    const { method, callId } = request;
    this.#parts.log.error({ error, method, callId }, `the application router: ${text}`);
  }
}

/** Undefined where one of them is no SIP URI. */
function parseRoutes(routes: readonly string[]): NameAddress[] | undefined {
  try {
    // a URI alone: its parameters are its own
    const values = routes.map((route) => parseNameAddress(route.includes("<") ? route : `<${route}>`));
    return values.every(({ uri }) => uri.kind === "sip") ? values : undefined;
  } catch {
    return undefined;
  }
}

function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | undefined)?.then === "function";
}
