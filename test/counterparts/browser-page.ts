/**
 * The phone inside the browser: JsSIP behind one object, `phone`, that the test calls by name. Bundled by esbuild and run in
 * Chromium, never in Node; what it needs of the DOM is declared here, so that the DOM's names stay out of the other programs.
 */
import * as JsSIP from "jssip";

export interface PagePhoneOptions {
  /** Address of record: "sip:alice@localhost". */
  readonly uri: string;
  readonly webSocketUrl: string;
  readonly password?: string;
  readonly displayName?: string;
  readonly registerExpires?: number;
  readonly answerMode: "auto" | "manual";
  /** More of JsSIP's configuration, e.g. `{ session_timers: false }`. */
  readonly configuration?: Readonly<Record<string, unknown>>;
}

/** Something that happened at the phone: JsSIP's event names; those of a call begin with "call:". */
export interface PageEvent {
  readonly type: string;
  readonly cause?: string;
  readonly direction?: string;
  /** The other side's URI. */
  readonly peer?: string;
  /** Text of a message, or a DTMF tone. */
  readonly text?: string;
  readonly status?: number;
}

export interface MediaStatistics {
  /** State of the ICE transport: "connected" or "completed" when media can flow. */
  readonly ice: string;
  readonly packetsSent: number;
  readonly packetsReceived: number;
}

/** What this file uses of the DOM. */
interface PeerConnection {
  readonly iceConnectionState: string;
  getStats(): Promise<Map<string, { type: string; packetsReceived?: number; packetsSent?: number }>>;
}

type Session = ReturnType<JsSIP.UA["call"]>;

declare global {
  /** Put into the page by the test: takes events out of it. */
  function reportPhoneEvent(event: PageEvent): void;
}

/** Waits until the re-INVITE is answered: JsSIP refuses to begin another one before. */
function answered(begin: (done: () => void) => boolean | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the re-INVITE was not answered")), 10_000);
    if (begin(resolve) !== true) reject(new Error("the call is in no state for a re-INVITE"));
  });
}

const media = { mediaConstraints: { audio: true, video: false } };

class PagePhone {
  #agent: JsSIP.UA | undefined;
  #session: Session | undefined;

  start(options: PagePhoneOptions): void {
    const agent = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(options.webSocketUrl)],
      uri: options.uri,
      password: options.password,
      display_name: options.displayName,
      register: false,
      register_expires: options.registerExpires,
      ...options.configuration,
    });
    this.#agent = agent;
    this.#listen(agent, options.answerMode);
    agent.start();
  }

  stop(): void {
    this.#agent?.stop();
  }

  register(): void {
    this.#agent?.register();
  }

  unregister(): void {
    this.#agent?.unregister();
  }

  call(target: string, extraHeaders: string[]): void {
    this.#agent?.call(target, { ...media, extraHeaders });
  }

  answer(): void {
    this.#session?.answer(media);
  }

  hangup(status?: number): void {
    this.#session?.terminate(status === undefined ? {} : { status_code: status });
  }

  hold(): Promise<void> {
    return answered((done) => this.#session?.hold({}, done));
  }

  resume(): Promise<void> {
    return answered((done) => this.#session?.unhold({}, done));
  }

  sendDigit(digit: string, transport: string): void {
    this.#session?.sendDTMF(digit, { transportType: transport } as Parameters<Session["sendDTMF"]>[1]);
  }

  transfer(target: string): void {
    this.#session?.refer(target);
  }

  message(target: string, text: string): void {
    this.#agent?.sendMessage(target, text, {
      eventHandlers: {
        succeeded: () => reportPhoneEvent({ type: "messageSent" }),
        failed: (event) => reportPhoneEvent({ type: "messageFailed", cause: String(event.cause) }),
      },
    });
  }

  async statistics(): Promise<MediaStatistics> {
    const connection = this.#session?.connection as PeerConnection | undefined;
    if (connection === undefined) return { ice: "none", packetsSent: 0, packetsReceived: 0 };
    const reports = [...(await connection.getStats()).values()];
    const sum = (name: "packetsSent" | "packetsReceived", type: string) =>
      reports.filter((report) => report.type === type).reduce((total, report) => total + (report[name] ?? 0), 0);
    return {
      ice: connection.iceConnectionState,
      packetsSent: sum("packetsSent", "outbound-rtp"),
      packetsReceived: sum("packetsReceived", "inbound-rtp"),
    };
  }

  #listen(agent: JsSIP.UA, answerMode: "auto" | "manual"): void {
    agent.on("connected", () => reportPhoneEvent({ type: "connected" }));
    agent.on("disconnected", ({ reason }) => reportPhoneEvent({ type: "disconnected", cause: reason }));
    agent.on("registered", ({ response }) => reportPhoneEvent({ type: "registered", status: response.status_code }));
    agent.on("unregistered", ({ cause }) => reportPhoneEvent({ type: "unregistered", cause }));
    agent.on("registrationFailed", ({ response, cause }) =>
      reportPhoneEvent({ type: "registrationFailed", cause, status: response?.status_code }),
    );
    agent.on("newMessage", (event: { originator: string; request: { body: string; from: { uri: JsSIP.URI } } }) => {
      if (event.originator !== "remote") return;
      reportPhoneEvent({ type: "message", text: event.request.body, peer: event.request.from.uri.toString() });
    });
    agent.on("newRTCSession", (event: { session: Session }) => this.#take(event.session, answerMode));
  }

  #take(session: Session, answerMode: "auto" | "manual"): void {
    this.#session = session;
    const direction: string = session.direction;
    const known = { direction, peer: session.remote_identity.uri.toString() };
    const report = (type: string, more: Partial<PageEvent> = {}) =>
      reportPhoneEvent({ type: `call:${type}`, ...known, ...more });
    session.on("progress", (event: { response?: { status_code?: number } }) =>
      report("progress", { status: event.response?.status_code }),
    );
    session.on("accepted", () => report("accepted"));
    session.on("confirmed", () => report("confirmed"));
    session.on("ended", ({ cause }) => report("ended", { cause }));
    session.on("failed", ({ cause, message }) =>
      report("failed", { cause, status: (message as { status_code?: number } | undefined)?.status_code }),
    );
    session.on("hold", ({ originator }) => report("hold", { text: originator }));
    session.on("unhold", ({ originator }) => report("unhold", { text: originator }));
    session.on("newDTMF", (event: { originator: string; dtmf: { tone: string } }) => {
      if (event.originator === "remote") report("digit", { text: event.dtmf.tone });
    });
    session.on("refer", ({ accept }) => {
      (accept as () => void)();
    });
    report("new");
    if (answerMode === "auto" && direction === "incoming") session.answer(media);
  }
}

Object.assign(globalThis, { phone: new PagePhone() });
