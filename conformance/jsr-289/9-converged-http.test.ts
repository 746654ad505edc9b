import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import {
  ConvergedHttpSession,
  inject,
  Invite,
  Message,
  SipApplicationSession,
  SipApplicationSessionListener,
  SipApplicationSessionScoped,
  SipFactory,
  SipListener,
  SipServlet,
  SipSessionsUtil,
  type ContainerApplication,
  type SipServletRequest,
} from "@siplet/framework";
import {
  Get,
  HttpController,
  InApplicationSession,
  Post,
  type HttpRequest,
  type HttpResponse,
} from "@siplet/framework/http";
import { CookieJar, HttpLab, type Answer } from "./http-lab.js";

@SipApplicationSessionScoped()
class Counter {
  count = 0;

  async add(): Promise<number> {
    const seen = this.count;
    await Promise.resolve();
    this.count = seen + 1;
    return this.count;
  }
}

const ended: string[] = [];

@SipListener()
class Ends extends SipApplicationSessionListener {
  override sessionDestroyed({ applicationSession }: { readonly applicationSession: SipApplicationSession }): void {
    ended.push(applicationSession.id);
  }
}

@SipServlet()
class Calls {
  constructor(@inject(Counter) private readonly counter: Counter) {}

  @Invite()
  onInvite(): void {}

  @Message()
  async onMessage(request: SipServletRequest): Promise<void> {
    await this.counter.add();
    await request.createResponse(200).send();
  }
}

@HttpController("/")
class Pages {
  constructor(
    @inject(SipFactory) private readonly factory: SipFactory,
    @inject(SipSessionsUtil) private readonly util: SipSessionsUtil,
    @inject(Counter) private readonly counter: Counter,
    @inject(SipApplicationSession) private readonly current: SipApplicationSession,
  ) {}

  @Get("/outside")
  outside(): object {
    return { scope: errorOf(() => this.counter.count), current: this.util.currentApplicationSession === undefined };
  }

  @Get("/session")
  show({ session }: HttpRequest): object {
    return describeSession(session);
  }

  @Get("/count")
  @InApplicationSession()
  async count(): Promise<object> {
    return { count: await this.counter.add(), applicationSession: this.current.id };
  }

  @Get("/sessions/:id/count")
  @InApplicationSession((request) => request.params["id"])
  async countOf(): Promise<object> {
    return { count: await this.counter.add() };
  }

  @Get("/sessions/:id")
  find(request: HttpRequest): object {
    const session = this.util.getApplicationSessionById(request.params["id"] ?? "");
    const http = session?.getSessions("HTTP") ?? [];
    return {
      exists: session !== undefined,
      http: http.map(({ id }) => id),
      all: session?.getSessions().length,
      byId: http.every((each) => session?.getSession(each.id, "HTTP") === each),
      isConverged: http.every((each) => each instanceof ConvergedHttpSession),
      lastAccessedTime: session?.lastAccessedTime,
      isReadyToInvalidate: session?.isReadyToInvalidate,
    };
  }

  @Post("/sessions/:id/url")
  encode(request: HttpRequest<{ readonly url: string }>): object {
    const session = this.util.getApplicationSessionById(request.params["id"] ?? "");
    return { url: session?.encodeUrl(request.body.url) };
  }

  @Post("/session/url")
  encodeOwn({ session, body }: HttpRequest<{ readonly url: string; readonly scheme?: string }>): object {
    const { url, scheme } = body;
    return { url: scheme === undefined ? session.encodeUrl(url) : session.encodeUrl(url, scheme), id: session.id };
  }

  @Post("/sessions/:id/end")
  end(request: HttpRequest): object {
    this.util.getApplicationSessionById(request.params["id"] ?? "")?.invalidate();
    return { isValid: request.session.isValid };
  }

  @Post("/logout")
  logout({ session }: HttpRequest): object {
    session.invalidate();
    return { error: errorOf(() => session.creationTime) };
  }

  @Post("/attributes/:name")
  setAttribute({ session, params, body }: HttpRequest<{ readonly value: unknown }>): object {
    session.setAttribute(params["name"] ?? "", body.value);
    return { names: session.getAttributeNames() };
  }

  @Get("/attributes/:name")
  getAttribute({ session, params }: HttpRequest): object {
    return { value: session.getAttribute(params["name"] ?? "") ?? null };
  }

  @Post("/dial")
  async dial(request: HttpRequest<{ readonly callee: string }>, response: HttpResponse): Promise<void> {
    const { applicationSession } = request.session;
    const invite = this.factory.createRequest(
      applicationSession,
      "INVITE",
      "sip:page@example.com",
      request.body.callee,
    );
    await invite.send();
    response.status(202).json({ call: applicationSession.id });
  }
}

function describeSession(session: ConvergedHttpSession): object {
  const { id, isValid, creationTime, lastAccessedTime, applicationSession } = session;
  return { id, isValid, creationTime, lastAccessedTime, applicationSession: applicationSession.id };
}

function errorOf(work: () => unknown): string {
  try {
    work();
    return "";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

const application: ContainerApplication = {
  name: "converged",
  servlets: [Calls],
  listeners: [Ends],
  controllers: [Pages],
};

function start(more: Partial<ContainerApplication> = {}): Promise<HttpLab> {
  ended.length = 0;
  return HttpLab.start({ applications: [{ ...application, ...more }] });
}

const own = (answer: Answer): string => String(answer.body["applicationSession"]);

describe("JSR 289 §13 ConvergedHttpSession", () => {
  it("makes its application session at the first use and keeps it", async () => {
    await using lab = await start();
    const jar = new CookieJar();
    const first = await lab.fetch("/session", { jar });
    const second = await lab.fetch("/session", { jar });
    expect(second.body).toMatchObject({ id: first.body["id"], applicationSession: own(first), isValid: true });
    const other = await lab.fetch("/session", { jar: new CookieJar() });
    expect(own(other)).not.toBe(own(first));
    const shown = await lab.fetch(`/sessions/${own(first)}`);
    expect(shown.body).toMatchObject({ http: [first.body["id"]], all: 1, byId: true, isConverged: true });
  });

  it("sets no cookie for requests that use no session", async () => {
    await using lab = await start();
    const { headers } = await lab.fetch("/outside");
    expect(headers.getSetCookie()).toEqual([]);
    const { headers: used } = await lab.fetch("/session");
    expect(used.getSetCookie().join()).toMatch(/^siplet\.converged=.*HttpOnly.*SameSite=Lax/);
  });

  it("has the attributes and times of a session", async () => {
    await using lab = await start();
    const jar = new CookieJar();
    await lab.post("/attributes/cart", { value: { items: 2 } }, jar);
    await lab.clock.advanceAsync(5000);
    expect((await lab.fetch("/attributes/cart", { jar })).body).toEqual({ value: { items: 2 } });
    expect((await lab.fetch("/attributes/cart")).body).toEqual({ value: null });
    const { body } = await lab.fetch("/session", { jar });
    expect(body["lastAccessedTime"]).toBe(Number(body["creationTime"]) + 5000);
  });

  it("encodes a URL with its id, which stands for the cookie", async () => {
    await using lab = await start({ contextPath: "/office" });
    const jar = new CookieJar();
    const { body } = await lab.post("/office/session/url", { url: "/session?a=b" }, jar);
    expect(String(body["url"])).toBe(lab.url(`/office/session;jsessionid=${String(body["id"])}?a=b`).href);
    const reached = await lab.fetch(String(body["url"]));
    expect(reached.body["id"]).toBe(body["id"]);
    const unknown = await lab.fetch("/office/session;jsessionid=chosen-by-somebody");
    expect(unknown.body["id"]).not.toBe("chosen-by-somebody");
  });

  it("encodes a path and a scheme with the host that clients see", async () => {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    await using lab = await HttpLab.start({
      applications: [{ ...application, contextPath: "/office" }],
      http: { server, publicUrl: "https://phone.example.com:8443/" },
    });
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const send = (value: object) =>
      lab.fetch(new URL("/office/session/url", base), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(value),
      });
    const secure = await send({ url: "session", scheme: "https" });
    expect(secure.body["url"]).toBe(
      `https://phone.example.com:8443/office/session;jsessionid=${String(secure.body["id"])}`,
    );
    const plain = await send({ url: "session", scheme: "http" });
    expect(String(plain.body["url"])).toMatch(/^http:\/\/phone\.example\.com\/office\/session;jsessionid=/);
    expect((await send({ url: "x", scheme: "sip" })).status).toBe(500);
    server.close();
  });

  it("leaves its application session when it is invalidated, which goes as its last child left", async () => {
    await using lab = await start();
    const jar = new CookieJar();
    const { body } = await lab.fetch("/session", { jar });
    expect((await lab.fetch("/sessions/" + own({ body } as Answer))).body["isReadyToInvalidate"]).toBe(false);
    const left = await lab.post("/logout", {}, jar);
    expect(left.body).toEqual({ error: "state.invalid-session" });
    expect(ended).toEqual([body["applicationSession"]]);
    const next = await lab.fetch("/session", { jar });
    expect(next.body["id"]).not.toBe(body["id"]);
  });

  it("ends after the time without requests", async () => {
    await using lab = await HttpLab.start({
      applications: [{ ...application, sessionTimeout: 0 }],
      http: { listen: "127.0.0.1:0", session: { timeout: 10 } },
    });
    ended.length = 0;
    const jar = new CookieJar();
    const first = await lab.fetch("/session", { jar });
    await lab.clock.advanceAsync(9 * 60_000);
    expect((await lab.fetch("/session", { jar })).body["id"]).toBe(first.body["id"]);
    await lab.clock.advanceAsync(9 * 60_000);
    expect(ended).toEqual([]);
    await lab.clock.advanceAsync(60_000);
    expect(ended).toEqual([own(first)]);
    expect((await lab.fetch("/session", { jar })).body["id"]).not.toBe(first.body["id"]);
  });
});

describe("JSR 289 §13 the application session of an HTTP session", () => {
  it("[K] is detached when it ends: the HTTP session lives on and gets another", async () => {
    await using lab = await start();
    const jar = new CookieJar();
    const first = await lab.fetch("/session", { jar });
    expect((await lab.fetch(`/sessions/${own(first)}/end`, { method: "POST", jar })).body).toEqual({ isValid: true });
    expect(ended).toEqual([own(first)]);
    const second = await lab.fetch("/session", { jar });
    expect(second.body["id"]).toBe(first.body["id"]);
    expect(own(second)).not.toBe(own(first));
  });

  it("[K] counts HTTP requests as accesses", async () => {
    await using lab = await start({ sessionTimeout: 3 });
    const jar = new CookieJar();
    const first = await lab.fetch("/session", { jar });
    await lab.clock.advanceAsync(2 * 60_000);
    expect(own(await lab.fetch("/session", { jar }))).toBe(own(first));
    await lab.clock.advanceAsync(2 * 60_000);
    expect(own(await lab.fetch("/session", { jar }))).toBe(own(first));
    await lab.clock.advanceAsync(3 * 60_000 + 1);
    expect(ended).toEqual([own(first)]);
  });

  it("stays while it has a valid HTTP session, also when its call is over", async () => {
    await using lab = await start();
    const jar = new CookieJar();
    const phone = lab.phone("bob", "192.0.2.20").answer("INVITE", 486);
    const { body } = await lab.post("/dial", { callee: "sip:bob@192.0.2.20" }, jar);
    await lab.clock.advanceAsync(100);
    expect(phone.messages("ACK")).toHaveLength(1);
    expect((await lab.fetch(`/sessions/${String(body["call"])}`)).body).toMatchObject({ exists: true, all: 1 });
    await lab.post("/logout", {}, jar);
    expect(ended).toEqual([body["call"]]);
  });

  it("gives a URL that leads there: a new HTTP session is its child", async () => {
    await using lab = await start();
    const first = await lab.fetch("/session", { jar: new CookieJar() });
    const { body } = await lab.post(`/sessions/${own(first)}/url`, { url: "/session?x=1" });
    expect(String(body["url"])).toContain("/session?x=1&siplet-session=");
    const jar = new CookieJar();
    const second = await lab.fetch(String(body["url"]), { jar });
    expect(own(second)).toBe(own(first));
    expect(second.body["id"]).not.toBe(first.body["id"]);
    expect((await lab.fetch("/sessions/" + own(first))).body["all"]).toBe(2);
  });

  it("takes an HTTP session that has none yet by such a URL; [K] one that has another keeps it", async () => {
    await using lab = await start();
    const first = await lab.fetch("/session", { jar: new CookieJar() });
    const { body } = await lab.post(`/sessions/${own(first)}/url`, { url: "/session" });
    const free = new CookieJar();
    await lab.post("/attributes/a", { value: 1 }, free);
    expect(own(await lab.fetch(String(body["url"]), { jar: free }))).toBe(own(first));
    const bound = new CookieJar();
    const other = await lab.fetch("/session", { jar: bound });
    expect(own(await lab.fetch(String(body["url"]), { jar: bound }))).toBe(own(other));
  });

  it("is not reached by a token that was changed", async () => {
    await using lab = await start();
    const first = await lab.fetch("/session", { jar: new CookieJar() });
    const { body } = await lab.post(`/sessions/${own(first)}/url`, { url: "/session" });
    const forged = String(body["url"]).replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    expect(own(await lab.fetch(forged))).not.toBe(own(first));
  });
});

describe("JSR 359 concurrency: HTTP handlers", () => {
  it("are outside of the queues, and no session is current", async () => {
    await using lab = await start();
    expect((await lab.fetch("/outside")).body).toEqual({ scope: "servlet.scope", current: true });
  });

  it("run one after the other in the application session with @InApplicationSession", async () => {
    await using lab = await start();
    const jar = new CookieJar();
    const { body } = await lab.fetch("/count", { jar });
    expect(body["count"]).toBe(1);
    const counts = await Promise.all(Array.from({ length: 5 }, () => lab.fetch("/count", { jar })));
    expect(counts.map((each) => Number(each.body["count"])).toSorted((one, other) => one - other)).toEqual([
      2, 3, 4, 5, 6,
    ]);
    expect((await lab.fetch(`/sessions/${own({ body } as Answer)}/count`)).body).toEqual({ count: 7 });
    expect((await lab.fetch("/sessions/nobody/count")).status).toBe(404);
  });
});

describe("JSR 289 §13 two applications of a container", () => {
  it("have sessions of their own", async () => {
    await using lab = await HttpLab.start({
      applications: [
        { ...application, name: "one", contextPath: "/one" },
        { ...application, name: "two", contextPath: "/two" },
      ],
    });
    const jar = new CookieJar();
    const one = await lab.fetch("/one/session", { jar });
    const two = await lab.fetch("/two/session", { jar });
    expect(two.body["id"]).not.toBe(one.body["id"]);
    expect((await lab.fetch(`/two/sessions/${own(one)}`)).body["exists"]).toBe(false);
    expect(own(await lab.fetch("/one/session", { jar }))).toBe(own(one));
  });
});
