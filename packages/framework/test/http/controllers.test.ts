import { Router } from "express";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, it } from "vitest";
import {
  Delete,
  Get,
  HttpController,
  HttpError,
  Post,
  Put,
  Use,
  type HttpNext,
  type HttpRequest,
  type HttpResponse,
} from "../../src/http/index.js";
import { Invite, SipError, SipFactory, SipServlet, inject } from "../../src/index.js";
import { HttpLab } from "../../../../conformance/jsr-289/http-lab.js";

interface CallInput {
  readonly caller: string;
  readonly callee: string;
}

/** A schema by hand: anything with `~standard` will do. */
const callSchema: StandardSchemaV1<unknown, CallInput> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate(value) {
      const { caller, callee } = (value ?? {}) as Partial<CallInput>;
      const issues = [
        ...(typeof caller === "string" ? [] : [{ message: "is missing", path: ["caller"] }]),
        ...(typeof callee === "string" ? [] : [{ message: "is missing", path: [{ key: "callee" }] }]),
      ];
      return issues.length > 0 ? { issues } : { value: { caller: `sip:${caller}`, callee: `sip:${callee}` } };
    },
  },
};

const pageSchema: StandardSchemaV1<unknown, { readonly page: number }> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate(value) {
      const page = Number((value as { page?: string }).page ?? 1);
      return Number.isInteger(page) ? { value: { page } } : { issues: [{ message: "is no number", path: ["page"] }] };
    },
  },
};

@SipServlet()
class Calls {
  @Invite()
  onInvite(): void {}
}

@HttpController("/calls")
class CallController {
  constructor(@inject(SipFactory) private readonly factory: SipFactory) {}

  @Use()
  stamp(_request: HttpRequest, response: HttpResponse, next: HttpNext): void {
    response.set("x-stamp", "calls");
    next();
  }

  @Post("/", { body: callSchema })
  dial(request: HttpRequest<CallInput>, response: HttpResponse): void {
    const caller = this.factory.createUri(request.body.caller);
    response.status(202).json({ caller: caller.toString(), callee: request.body.callee });
  }

  @Get("/", { query: pageSchema })
  list(request: HttpRequest<never, Record<string, string>, { readonly page: number }>): object {
    return { page: request.query.page };
  }

  @Get("/:id")
  async show(request: HttpRequest): Promise<object> {
    await Promise.resolve();
    if (request.params["id"] === "bad-uri") this.factory.createUri("not a uri");
    if (request.params["id"] === "busy") throw new SipError(486, "Busy Here");
    if (request.params["id"] === "gone") throw new HttpError(410, "The call is over", { headers: { "x-why": "over" } });
    if (request.params["id"] === "broken") throw new TypeError("a secret of the server");
    return { id: request.params["id"] };
  }

  @Put("/:id/hold")
  @Delete("/:id")
  change(request: HttpRequest, response: HttpResponse): void {
    response.status(200).json({ method: request.method });
  }
}

const router = Router();
router.get("/plain", (_request, response) => {
  response.send("from a router");
});

const application = { name: "office", servlets: [Calls], controllers: [CallController], routers: [router] };

describe("an HTTP controller", () => {
  it("handles requests by verb and path, injected as servlets are", async () => {
    await using lab = await HttpLab.start({ applications: [application] });
    const answer = await lab.post("/calls", { caller: "alice@example.com", callee: "bob@example.com" });
    expect(answer).toMatchObject({
      status: 202,
      body: { caller: "sip:alice@example.com", callee: "sip:bob@example.com" },
    });
    expect(answer.headers.get("x-stamp")).toBe("calls");
    expect((await lab.fetch("/calls/7")).body).toEqual({ id: "7" });
    expect((await lab.fetch("/calls/7", { method: "DELETE" })).body).toEqual({ method: "DELETE" });
    expect((await lab.fetch("/calls/7/hold", { method: "PUT" })).body).toEqual({ method: "PUT" });
    expect((await lab.fetch("/plain")).text).toBe("from a router");
  });

  it("checks requests by schemas and names the fields that are wrong", async () => {
    await using lab = await HttpLab.start({ applications: [application] });
    const answer = await lab.post("/calls", { caller: "alice" });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(answer.body).toEqual({
      type: "about:blank",
      title: "Bad Request",
      status: 400,
      detail: "body.callee: is missing",
      errors: [{ in: "body", field: "callee", message: "is missing" }],
    });
    expect((await lab.fetch("/calls?page=3")).body).toEqual({ page: 3 });
    expect((await lab.fetch("/calls?page=x")).body).toMatchObject({ errors: [{ in: "query", field: "page" }] });
  });

  it("answers errors as problem details and keeps our own faults to the log", async () => {
    await using lab = await HttpLab.start({ applications: [application] });
    expect(await lab.fetch("/nowhere")).toMatchObject({ status: 404, body: { title: "Not Found" } });
    expect(await lab.fetch("/calls/busy")).toMatchObject({
      status: 502,
      body: { sipStatus: 486, detail: "Busy Here" },
    });
    const gone = await lab.fetch("/calls/gone");
    expect(gone).toMatchObject({ status: 410, body: { detail: "The call is over" } });
    expect(gone.headers.get("x-why")).toBe("over");
    expect(await lab.fetch("/calls/bad-uri")).toMatchObject({ status: 400 });
    const broken = await lab.fetch("/calls/broken");
    expect(broken.status).toBe(500);
    expect(broken.text).not.toContain("secret");
    expect(lab.warnings.join()).toContain("a secret of the server");
    const malformed = await lab.fetch("/calls", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    expect(malformed.status).toBe(400);
  });

  it("is found below the context path of its application", async () => {
    await using lab = await HttpLab.start({ applications: [{ ...application, contextPath: "/office" }] });
    expect((await lab.fetch("/office/calls/1")).status).toBe(200);
    expect((await lab.fetch("/calls/1")).status).toBe(404);
  });

  it("needs an HTTP side, and a decorator", async () => {
    await expect(HttpLab.start({ applications: [application], http: undefined })).rejects.toThrow(
      /controllers or routers.*bootstrap\(\{ http/,
    );
    class Bare {}
    await expect(HttpLab.start({ applications: [{ ...application, controllers: [Bare] }] })).rejects.toThrow(
      /listed as controller and is none/,
    );
  });

  it("tells a taken port in one sentence", async () => {
    await using lab = await HttpLab.start({ applications: [application] });
    const listen = lab.url("/").host;
    await expect(HttpLab.start({ applications: [application], http: { listen } })).rejects.toThrow(
      /Cannot listen: http 127\.0\.0\.1:\d+: another program uses this port/,
    );
    await expect(HttpLab.start({ applications: [application], http: { listen: "here" } })).rejects.toThrow(
      /write "127\.0\.0\.1:8080"/,
    );
  });
});
