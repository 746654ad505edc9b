import { context, propagation, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HttpController, Post, type HttpRequest } from "../../src/http/index.js";
import {
  ErrorResponse,
  inject,
  Invite,
  Message,
  SipFactory,
  SipServlet,
  type SipServletRequest,
} from "../../src/index.js";
import { HttpLab } from "../../../../conformance/jsr-289/http-lab.js";

@SipServlet()
class Calls {
  constructor(@inject(SipFactory) private readonly factory: SipFactory) {}

  @Message()
  async onMessage(request: SipServletRequest): Promise<void> {
    await Promise.resolve();
    const own = this.factory.createRequest(request.applicationSession, "OPTIONS", request.to, "sip:bob@192.0.2.20");
    await own.send();
    await request.createResponse(200).send();
  }

  @Invite()
  @ErrorResponse()
  onBusy(): void {
    throw new TypeError("on purpose");
  }
}

@HttpController("/calls")
class Dial {
  constructor(@inject(SipFactory) private readonly factory: SipFactory) {}

  @Post("/:callee")
  async dial({ session, params }: HttpRequest): Promise<object> {
    const { applicationSession } = session;
    const callee = `sip:${params["callee"]}@192.0.2.20`;
    await this.factory.createRequest(applicationSession, "INVITE", "sip:page@example.com", callee).send();
    return { call: applicationSession.id };
  }
}

const manager = new AsyncLocalStorageContextManager();

beforeAll(() => {
  context.setGlobalContextManager(manager.enable());
});

afterAll(() => {
  context.disable();
  propagation.disable();
});

/** A container whose spans are kept. */
async function start() {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const lab = await HttpLab.start({
    applications: [{ name: "calls", servlets: [Calls], controllers: [Dial] }],
    operations: { tracing: { tracerProvider } },
  });
  const span = (name: string): ReadableSpan => {
    const found = exporter.getFinishedSpans().find((each) => each.name === name);
    if (found === undefined) {
      throw new RangeError(
        `no span ${name}, only ${exporter
          .getFinishedSpans()
          .map((each) => each.name)
          .join(", ")}`,
      );
    }
    return found;
  };
  return { lab, span, spans: () => exporter.getFinishedSpans() };
}

const parentOf = (span: ReadableSpan): string | undefined => span.parentSpanContext?.spanId;
const idOf = (span: ReadableSpan): string => span.spanContext().spanId;

describe("spans", () => {
  it("lead from the HTTP request to the transaction to the handler", async () => {
    const { lab, span, spans } = await start();
    await using _ = lab;
    lab.phone("bob", "192.0.2.20").answer("INVITE", 180, 486);
    const { body } = await lab.post("/calls/bob", {});
    await lab.clock.advanceAsync(40_000);
    const [http, invite, busy] = [span("POST /calls/:callee"), span("INVITE"), span("Calls.onBusy")];
    expect(http).toMatchObject({ kind: SpanKind.SERVER, attributes: { "http.response.status_code": 200 } });
    expect(invite).toMatchObject({
      kind: SpanKind.CLIENT,
      attributes: { "sip.response.status_code": 486, "siplet.application_session": body["call"] },
    });
    expect(parentOf(invite)).toBe(idOf(http));
    expect(parentOf(busy)).toBe(idOf(invite));
    expect(busy.status.code).toBe(SpanStatusCode.ERROR);
    expect(new Set(spans().map((each) => each.spanContext().traceId)).size).toBe(1);
  });

  it("lead from a received request to its handler to what that sends, behind an await too", async () => {
    const { lab, span } = await start();
    await using _ = lab;
    const bob = lab.phone("bob", "192.0.2.20").answer("OPTIONS", 200);
    bob.sendRequest({ method: "MESSAGE", uri: "sip:calls@192.0.2.10", callId: "1@test" });
    await lab.clock.advanceAsync(40_000);
    const [message, handler, options] = [span("MESSAGE"), span("Calls.onMessage"), span("OPTIONS")];
    expect(message).toMatchObject({ kind: SpanKind.SERVER, attributes: { "sip.response.status_code": 200 } });
    expect(parentOf(handler)).toBe(idOf(message));
    expect(parentOf(options)).toBe(idOf(handler));
    expect(options.attributes["sip.call_id"]).toBeTypeOf("string");
  });

  it("take no time where nobody wants them: the application runs as ever", async () => {
    await using lab = await HttpLab.start({ applications: [{ name: "calls", servlets: [Calls] }] });
    const bob = lab.phone("bob", "192.0.2.20").answer("OPTIONS", 200);
    bob.sendRequest({ method: "MESSAGE", uri: "sip:calls@192.0.2.10", callId: "1@test" });
    await lab.clock.advanceAsync(0);
    expect(bob.messages("200")).toHaveLength(1);
  });
});
