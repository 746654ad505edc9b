import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer, Server as SecureServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock, Logger, TransportFactory } from "@siplet/core";
import type { ConvergedHttpSession, SipApplicationSession } from "../../api/object-model.js";
import type { PushService } from "../../api/push-service.js";
import { targetParameter } from "../../session/session-targeting.js";
import type { ConvergedApplication, HttpBridge, HttpResources } from "../../spi/http-bridge.js";
import type { HttpOptions } from "./http-options.js";
import { TopicHub } from "../push/topic-hub.js";
import { SessionUrls, type ServerUrls } from "../session/session-urls.js";
import { ApplicationRoutes } from "./application-routes.js";
import { createRequestListener, type RequestListener, type TraceRequest } from "./request-listener.js";
import { listenAt, parseListenAddress, serverUrl } from "./listen-address.js";
import { mayConnect } from "./origin-policy.js";
import { PushUpgrades } from "./push-upgrades.js";
import { logRefusal, SipWebSocket, type HandshakeIdentity } from "./sip-web-socket.js";
import { refuseUpgrade, responseOf } from "./upgrade.js";

/** What the bridge needs of the container. */
export interface HttpBridgeParts {
  readonly log: Logger;
  readonly clock: Clock;
  /** Signs cookies where they have no secret of their own. */
  readonly secret: string | Uint8Array;
  /** Answers requests to the container itself, such as `/readyz`; false: it is not for it. */
  readonly operations?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Runs what a request does within a span. */
  readonly traceRequest?: TraceRequest;
}

/** How long requests in progress may take once the bridge closes, in milliseconds. */
const closeGrace = 5000;

/** The HTTP side of the container on Express: one server for HTTP, SIP over WebSocket and push. JSR 289 §13 */
export class ExpressBridge implements HttpBridge, ServerUrls {
  readonly #options: HttpOptions;
  readonly #parts: HttpBridgeParts;
  readonly #server: Server | SecureServer;
  readonly #isSecure: boolean;
  readonly publicUrl: URL | undefined;
  readonly #hub: TopicHub;
  readonly #upgrades: PushUpgrades;
  readonly #sip: SipWebSocket | undefined;
  readonly #applications = new Map<string, ApplicationRoutes>();
  readonly #listener: RequestListener;
  readonly #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void =>
    this.#upgrade(request, socket as Socket, head);

  constructor(options: HttpOptions, parts: HttpBridgeParts) {
    this.#options = options;
    this.#parts = parts;
    this.#server = options.server ?? (options.tls === undefined ? createServer() : createSecureServer(options.tls));
    this.#isSecure = this.#server instanceof SecureServer;
    this.publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
    this.#hub = new TopicHub(parts.clock);
    this.#upgrades = new PushUpgrades(this.#hub);
    this.#sip = this.#createSip();
    this.#listener = createRequestListener({
      ...parts,
      options,
      applications: () => this.#applications.values(),
    });
  }

  get url(): URL | undefined {
    return this.publicUrl ?? this.listenUrl;
  }

  get listenUrl(): URL | undefined {
    return serverUrl(this.#server, this.#isSecure ? "https" : "http");
  }

  get push(): PushService {
    return this.#hub;
  }

  get sipTransport(): TransportFactory | undefined {
    return this.#sip?.transport;
  }

  async open(): Promise<void> {
    this.#server.on("request", this.#listener.handle);
    this.#server.on("upgrade", this.#onUpgrade);
    if (this.#options.server !== undefined) return;
    await listenAt(this.#server, parseListenAddress(this.#options.listen ?? 0));
    this.#server.on("error", (error) => this.#parts.log.warn({ error }, "an HTTP connection could not be accepted"));
  }

  deploy(application: ConvergedApplication, resources: HttpResources): void {
    const { session = {}, bodyLimit } = this.#options;
    const { log, clock, secret } = this.#parts;
    const routes = new ApplicationRoutes(application, resources, {
      log,
      clock,
      bodyLimit,
      session: { ...session, secret: session.secret ?? secret },
      urls: new SessionUrls(application.contextPath, this),
      follow: this.#upgrades.follow,
    });
    this.#applications.set(application.name, routes);
  }

  undeploy(applicationName: string): void {
    this.#applications.get(applicationName)?.close();
    this.#applications.delete(applicationName);
  }

  listen(): void {
    this.#listener.isReady = true;
  }

  async close(): Promise<void> {
    this.#hub.close();
    if (this.#options.server === undefined) this.#server.close();
    await this.#requestsDone();
    this.#server.removeListener("upgrade", this.#onUpgrade);
    this.#server.removeListener("request", this.#listener.handle);
    if (this.#options.server === undefined) this.#server.closeAllConnections();
  }

  getSessions(applicationSessionId: string): readonly ConvergedHttpSession[] {
    for (const { directory } of this.#applications.values()) {
      const children = directory.childrenOf(applicationSessionId);
      if (children.length > 0) return children;
    }
    return [];
  }

  getSession(id: string): ConvergedHttpSession | undefined {
    for (const { directory } of this.#applications.values()) {
      const found = directory.find(id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  encodeUrl(applicationSession: SipApplicationSession, url: URL | string): URL {
    const { applicationName } = applicationSession;
    const routes = this.#applications.get(applicationName);
    const urls = routes?.directory.urls ?? new SessionUrls("", this);
    const encoded = urls.resolve(url);
    const token = routes?.directory.application.createToken(applicationSession);
    if (token !== undefined) encoded.searchParams.set(targetParameter, token);
    return encoded;
  }

  detach(applicationSessionId: string): void {
    for (const { directory } of this.#applications.values()) directory.detach(applicationSessionId);
  }

  #createSip(): SipWebSocket | undefined {
    const { sip = true, allowedOrigins = "same-origin" } = this.#options;
    if (sip === false) return undefined;
    return new SipWebSocket({
      server: this.#server,
      isSecure: this.#isSecure,
      options: sip === true ? {} : sip,
      allowedOrigins,
      publicUrl: this.publicUrl,
      log: this.#parts.log,
      identify: (request) => this.#identify(request),
    });
  }

  /** The first application whose session the handshake names tells who opens it. */
  async #identify(request: IncomingMessage): Promise<HandshakeIdentity> {
    const given = await this.#options.principalOf?.(request);
    for (const { sessions } of this.#applications.values()) {
      const found = await sessions.find(request);
      if (found !== undefined) return { userPrincipal: given ?? found.data.principal, httpSessionId: found.id };
    }
    return { userPrincipal: given, httpSessionId: undefined };
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const { allowedOrigins = "same-origin" } = this.#options;
    if (this.#isForSip(request)) return;
    socket.on("error", () => socket.destroy()); // one that has no listener would end the program
    if (!mayConnect(allowedOrigins, request, this.publicUrl)) {
      logRefusal(this.#parts.log, request);
      refuseUpgrade(socket, 403, "This page may not connect");
      return;
    }
    const upgrade = { request, socket, head };
    this.#upgrades.expect(upgrade);
    this.#listener.route(request, responseOf(upgrade));
  }

  /** The listener for SIP, beside this one, takes it. */
  #isForSip({ headers, url = "" }: IncomingMessage): boolean {
    const { sip = true } = this.#options;
    if (sip === false || !this.#listener.isReady) return false;
    const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((each) => each.trim());
    if (!offered.includes("sip")) return false;
    return sip === true || sip.path === undefined || sip.path === url.split("?")[0];
  }

  #requestsDone(): Promise<void> {
    const { clock } = this.#parts;
    return new Promise((resolve) => {
      const timer = clock.setTimeout(resolve, closeGrace, undefined);
      this.#listener.onIdle(() => {
        clock.clearTimeout(timer);
        resolve();
      });
    });
  }
}
