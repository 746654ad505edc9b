import {
  AnyMethod,
  Invite,
  Message,
  PushService,
  Register,
  SipError,
  SipListener,
  SipServlet,
  inject,
  type SipServletRequest,
} from "@siplet/framework";
import { Registrar, RegistrationListener } from "@siplet/framework/registrar";
import { liveTopic } from "./call.js";
import { PhoneBook } from "./phone-book.js";

/** Lets phones register, and call each other without the page. */
@SipServlet({ name: "house" })
export class House {
  constructor(@inject(Registrar) private readonly registrar: Registrar) {}

  @Register()
  onRegister(request: SipServletRequest): Promise<void> {
    return this.registrar.handle(request);
  }

  @Invite()
  @Message()
  async onRequest(request: SipServletRequest): Promise<void> {
    if (!request.isInitial) return; // within a call the container forwards by itself
    const proxy = request.getProxy();
    proxy.recordRoute = true;
    await proxy.proxyTo(await this.registrar.locate(request));
  }

  @AnyMethod()
  onOther(request: SipServletRequest): void {
    if (request.isInitial && request.method !== "ACK") throw new SipError(405);
  }
}

/** Tells all pages who can be called. */
@SipListener({ listens: [RegistrationListener] })
export class PhoneWatch extends RegistrationListener {
  constructor(
    @inject(PhoneBook) private readonly phoneBook: PhoneBook,
    @inject(PushService) private readonly push: PushService,
  ) {
    super();
  }

  override contactAdded(): Promise<void> {
    return this.tell();
  }

  override contactRemoved(): Promise<void> {
    return this.tell();
  }

  override contactExpired(): Promise<void> {
    return this.tell();
  }

  private async tell(): Promise<void> {
    this.push.publish(liveTopic, await this.phoneBook.phones(), "phones");
  }
}
