import {
  AnyResponse,
  inject,
  Register,
  SipFactory,
  SipListener,
  SipServlet,
  TimerListener,
  TimerService,
  type ServletTimer,
  type SipApplicationSession,
  type SipServletListener,
  type SipServletResponse,
  type SipSession,
} from "@siplet/framework";
import { ProviderLogin } from "./provider-login.js";
import { Settings } from "./settings.js";

/** How long to wait after a failure, in milliseconds. */
const retryDelay = 30_000;

/** Keeps us registered at the provider. */
@SipListener()
@SipServlet({ name: "registration", loadOnStartup: 1 })
export class ProviderRegistration implements SipServletListener, TimerListener {
  readonly #factory: SipFactory;
  readonly #timers: TimerService;
  readonly #login: ProviderLogin;
  readonly #settings: Settings;

  constructor(
    @inject(SipFactory) factory: SipFactory,
    @inject(TimerService) timers: TimerService,
    @inject(ProviderLogin) login: ProviderLogin,
    @inject(Settings) settings: Settings,
  ) {
    this.#factory = factory;
    this.#timers = timers;
    this.#login = login;
    this.#settings = settings;
  }

  async servletInitialized({ servletName }: { readonly servletName: string }): Promise<void> {
    if (servletName !== "registration") return;
    const applicationSession = this.#factory.createApplicationSession();
    applicationSession.setExpires(0);
    applicationSession.invalidateWhenReady = false;
    await this.#register(applicationSession);
  }

  async timeout(timer: ServletTimer): Promise<void> {
    await this.#register(timer.applicationSession);
  }

  @Register() @AnyResponse() async onAnswer(response: SipServletResponse): Promise<void> {
    const { applicationSession, session, status } = response;
    if (this.#login.canAnswer(response)) return this.#register(applicationSession, session, response);
    if (status < 200) return;
    const isRegistered = status < 300;
    console.log(isRegistered ? "registered at the provider" : `the provider refused to register us: ${status}`);
    // a refresh in good time, before half of it is over
    const delay = isRegistered ? (granted(response) ?? this.#settings.expires) * 500 : retryDelay;
    this.#timers.createTimer(applicationSession, delay, false);
  }

  /** Sends a REGISTER: the first one, a refresh, or again with the answer to a challenge. */
  async #register(
    applicationSession: SipApplicationSession,
    session: SipSession | undefined = applicationSession.getSessions("SIP")[0],
    challenge?: SipServletResponse,
  ): Promise<void> {
    const { addressOfRecord, domain, account, host, port, route, expires } = this.#settings;
    const request =
      session?.createRequest("REGISTER") ??
      this.#factory.createRequest(applicationSession, "REGISTER", addressOfRecord, addressOfRecord);
    if (session === undefined) {
      request.requestUri = this.#factory.createUri(`sip:${domain}`);
      request.session.invalidateWhenReady = false;
      request.session.setHandler("registration");
    }
    request.pushRoute(this.#factory.createAddress(route));
    request.setHeader("Contact", `<sip:${account}@${host}:${port}>`);
    request.expires = expires;
    if (challenge !== undefined) this.#login.answer(challenge, request);
    await request.send();
  }
}

/** The lifetime that the registrar granted, in seconds. */
function granted(response: SipServletResponse): number | undefined {
  return response.getAddressHeader("Contact")?.expires ?? response.expires;
}
