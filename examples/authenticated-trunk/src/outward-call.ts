import {
  BridgeHooks,
  inject,
  injectable,
  type Bridge,
  type BridgeTarget,
  type SipServletRequest,
  type SipServletResponse,
} from "@siplet/framework";
import { ProviderLogin } from "./provider-login.js";

/** The provider's challenge of this call, among the attributes of its session. */
const challengeAttribute = "challenge";

/** A call to the provider: it challenges the INVITE, which goes out again with our credentials. */
@injectable()
export class OutwardCall extends BridgeHooks {
  readonly #login: ProviderLogin;

  constructor(@inject(ProviderLogin) login: ProviderLogin) {
    super();
    this.#login = login;
  }

  override onFailure(
    bridge: Bridge,
    _response: SipServletResponse,
    received: SipServletResponse,
  ): BridgeTarget | undefined {
    if (!this.#login.canAnswer(received)) return undefined;
    bridge.applicationSession.setAttribute(challengeAttribute, received);
    return received.request?.requestUri;
  }

  override onInvite({ applicationSession }: Bridge, invite: SipServletRequest): void {
    const challenge = applicationSession.getAttribute(challengeAttribute) as SipServletResponse | undefined;
    if (challenge !== undefined) this.#login.answer(challenge, invite);
  }
}
