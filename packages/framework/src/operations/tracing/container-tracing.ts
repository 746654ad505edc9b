import type { IncomingMessage, ServerResponse } from "node:http";
import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
  type TracerProvider,
} from "@opentelemetry/api";
import type { SipSession } from "../../api/object-model.js";
import type {
  ContainerObserver,
  ObservedInvocation,
  ObservedTransaction,
  TransactionEnd,
} from "../../spi/container-observer.js";
import { TransactionContexts } from "./transaction-contexts.js";

/** What Express writes to a request once a route takes it. */
interface RoutedRequest extends IncomingMessage {
  readonly baseUrl?: string;
  readonly route?: { readonly path?: string };
}

/**
 * Makes spans of what a container does, by the API of OpenTelemetry: from the HTTP request to the transactions it makes and
 * the handlers they come to. What belongs to one application session is one trace.
 */
export class ContainerTracing implements ContainerObserver {
  readonly #tracer: Tracer;
  readonly #transactions = new TransactionContexts();
  /** Where each application session began. */
  readonly #roots = new Map<string, Context>();

  constructor(provider?: TracerProvider) {
    this.#tracer = (provider ?? trace.getTracerProvider()).getTracer("siplet");
  }

  /** Runs what an HTTP request does within its span. */
  readonly traceRequest = (request: IncomingMessage, response: ServerResponse, work: () => void): void => {
    const { method = "GET", url = "/" } = request;
    const parent = propagation.extract(context.active(), request.headers);
    const attributes = { "http.request.method": method, "url.path": url.split("?")[0] };
    const span = this.#tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
    response.once("close", () => endRequest(span, request, response));
    context.with(trace.setSpan(parent, span), work);
  };

  onTransaction({ method, isServer, sequenceNumber, session }: ObservedTransaction): TransactionEnd {
    const { applicationSession } = session;
    const parent = this.#parentOf(applicationSession.id, isServer);
    const attributes = {
      "rpc.system": "sip",
      "rpc.method": method,
      "sip.call_id": session.callId,
      "siplet.application": applicationSession.applicationName,
      "siplet.application_session": applicationSession.id,
    };
    const kind = isServer ? SpanKind.SERVER : SpanKind.CLIENT;
    const span = this.#tracer.startSpan(method, { kind, attributes }, parent);
    const own = trace.setSpan(parent, span);
    const key = { sessionId: session.id, sequenceNumber, isServer };
    this.#transactions.add(key, own);
    if (!this.#roots.has(applicationSession.id)) this.#roots.set(applicationSession.id, isServer ? own : parent);
    return (status) => {
      this.#transactions.end(key);
      if (status !== undefined) span.setAttribute("sip.response.status_code", status);
      if (status === undefined || status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    };
  }

  aroundInvocation<T>(invocation: ObservedInvocation, work: () => T): T {
    const { handler, applicationName, applicationSessionId } = invocation;
    const parent = this.#contextOf(invocation);
    const attributes = { "siplet.application": applicationName, "siplet.application_session": applicationSessionId };
    const span = this.#tracer.startSpan(handler, { attributes }, parent);
    return context.with(trace.setSpan(parent, span), () => endWith(span, work));
  }

  onSessionDestroyed({ id }: SipSession): void {
    this.#transactions.forget(id);
  }

  onApplicationSessionDestroyed(id: string): void {
    this.#roots.delete(id);
  }

  /** What runs now is the cause of what is sent; what comes belongs to its application session. */
  #parentOf(applicationSessionId: string, isServer: boolean): Context {
    const active = context.active();
    if (!isServer && trace.getSpan(active) !== undefined) return active;
    return this.#roots.get(applicationSessionId) ?? active;
  }

  #contextOf({ message, applicationSessionId }: ObservedInvocation): Context {
    const root = this.#roots.get(applicationSessionId) ?? context.active();
    if (message === undefined) return trace.getSpan(context.active()) === undefined ? root : context.active();
    const isServer = "requestUri" in message;
    const sequenceNumber = Number.parseInt(message.getHeader("CSeq") ?? "", 10);
    return this.#transactions.find({ sessionId: message.session.id, sequenceNumber, isServer }) ?? root;
  }
}

/** Ends a span when the work has settled, with what escaped it. */
function endWith<T>(span: Span, work: () => T): T {
  const fail = (error: unknown): void => {
    span.recordException(error instanceof Error ? error : String(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
  };
  let result: T;
  try {
    result = work();
  } catch (error) {
    fail(error);
    span.end();
    throw error;
  }
  if (!(result instanceof Promise)) {
    span.end();
    return result;
  }
  result.catch(fail).finally(() => span.end());
  return result;
}

function endRequest(span: Span, request: RoutedRequest, { statusCode }: ServerResponse): void {
  const path = request.route?.path;
  if (path !== undefined) span.updateName(`${request.method ?? ""} ${request.baseUrl ?? ""}${path}`);
  span.setAttribute("http.response.status_code", statusCode);
  if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
