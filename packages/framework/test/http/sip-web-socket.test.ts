import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { HttpController, Post, type HttpRequest } from "../../src/http/index.js";
import { Options, SipServlet, type HttpOptions, type SipHandshake, type SipServletRequest } from "../../src/index.js";
import { CookieJar, HttpLab } from "../../../../conformance/jsr-289/http-lab.js";

const seenContexts: object[] = [];

@SipServlet()
class Echo {
  @Options()
  onOptions(request: SipServletRequest): Promise<void> {
    const { requestUri, cookies, userPrincipal, httpSessionId } = request.localSipWebSocketContext ?? {};
    seenContexts.push({ requestUri, cookies, userPrincipal, httpSessionId });
    return request.createResponse(200).send();
  }
}

@HttpController("/")
class Login {
  @Post("/login")
  login({ session, body }: HttpRequest<{ readonly name: string }>): object {
    session.principal = { name: body.name };
    return { id: session.id };
  }
}

const applications = [{ name: "web", servlets: [Echo], controllers: [Login] }];

const options = [
  "OPTIONS sip:echo@example.com SIP/2.0",
  "Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bKnashds7",
  "Max-Forwards: 70",
  "From: <sip:alice@example.com>;tag=1",
  "To: <sip:echo@example.com>",
  "Call-ID: 1@browser",
  "CSeq: 1 OPTIONS",
  "Content-Length: 0",
  "",
  "",
].join("\r\n");

async function connect(lab: HttpLab, headers: Record<string, string> = {}, path = "/"): Promise<WebSocket> {
  const url = lab.url(path);
  url.protocol = "ws:";
  const socket = new WebSocket(url, ["sip"], { headers });
  await once(socket, "open");
  return socket;
}

function start(http: HttpOptions = {}): Promise<HttpLab> {
  return HttpLab.start({ applications, http: { listen: "127.0.0.1:0", ...http } });
}

describe("RFC 7118 SIP on the HTTP port", () => {
  it("carries SIP where the sub-protocol asks for it, and HTTP beside it", async () => {
    await using lab = await start();
    const port = lab.url("/").port;
    expect(lab.container.listenPoints).toContain(`ws:127.0.0.1:${port}`);
    const socket = await connect(lab);
    socket.send(options);
    const [answer] = (await once(socket, "message")) as [Buffer];
    expect(String(answer)).toMatch(/^SIP\/2\.0 200 OK/);
    expect((await lab.post("/login", { name: "alice" })).status).toBe(200);
    socket.close();
  });

  it("is switched off, or bound to a path", async () => {
    await using off = await start({ sip: false });
    await expect(connect(off)).rejects.toThrow(/404/);
    await using bound = await start({ sip: { path: "/sip" } });
    await expect(connect(bound, {}, "/other")).rejects.toThrow(/404/);
    (await connect(bound, {}, "/sip")).close();
  });

  it("knows who opens the connection by the HTTP session", async () => {
    const seen: SipHandshake[] = [];
    const accept = (handshake: SipHandshake): boolean =>
      seen.push(handshake) > 0 && handshake.userPrincipal !== undefined;
    await using lab = await start({ sip: { accept } });
    await expect(connect(lab)).rejects.toThrow(/403/);
    const jar = new CookieJar();
    const { body } = await lab.post("/login", { name: "alice" }, jar);
    (await connect(lab, { cookie: jar.header })).close();
    expect(seen.at(-1)).toMatchObject({ userPrincipal: { name: "alice" }, httpSessionId: body["id"] });
    await expect(connect(lab, { cookie: `${jar.header}x` })).rejects.toThrow(/403/);
  });

  it("links the messages of the connection to the handshake (JSR 359, SipWebSocketContext)", async () => {
    seenContexts.length = 0;
    await using lab = await start();
    const jar = new CookieJar();
    const { body } = await lab.post("/login", { name: "alice" }, jar);
    const socket = await connect(lab, { cookie: `${jar.header}; theme=dark` }, "/sip?room=1");
    socket.send(options);
    await once(socket, "message");
    socket.close();
    expect(seenContexts[0]).toMatchObject({
      requestUri: "/sip?room=1",
      cookies: { theme: "dark" },
      userPrincipal: { name: "alice" },
      httpSessionId: body["id"],
    });
  });

  it("asks a function of one's own who it is", async () => {
    const seen: SipHandshake[] = [];
    await using lab = await start({
      sip: { accept: (handshake) => seen.push(handshake) > 0 },
      principalOf: ({ headers }) => ({ name: String(headers["x-user"]) }),
    });
    (await connect(lab, { "x-user": "bob" })).close();
    expect(seen[0]?.userPrincipal).toEqual({ name: "bob" });
  });
});
