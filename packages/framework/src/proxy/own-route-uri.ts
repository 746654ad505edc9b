import { parseUri, type SipUri as SipUriValue } from "@siplet/core";
import { ContainerSipUri } from "../address/container-sip-uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { keyParameter } from "../session/session-keys.js";

/** URI parameters that the container writes itself. JSR 289, `Proxy.getRecordRouteURI` */
const ownParameters = new Set(["transport", "user", "method", "ttl", "maddr", "lr", keyParameter]);

/**
 * The container's own URI in Record-Route or Path, to which an application adds parameters; those come back with later
 * requests. The container fills in the address when it knows where the request goes, so what can be read of it here is no
 * more than a hint. A Path may have a user part too: the place for a flow token. JSR 289 §10.4
 */
export class OwnRouteUri extends ContainerSipUri {
  readonly #mayHaveUser: boolean;

  /** @param text the URI as it stands */
  constructor(text: string, mayHaveUser: boolean) {
    super(parseUri(text) as SipUriValue);
    this.#mayHaveUser = mayHaveUser;
  }

  /** The same for a branch: from now on both change by themselves. */
  copy(): OwnRouteUri {
    return new OwnRouteUri(this.toString(), this.#mayHaveUser);
  }

  /** What the application added, for the engine to write. */
  get added(): { readonly user?: string; readonly parameters: [string, string | true][] } {
    const names = this.getParameterNames().filter((name) => !ownParameters.has(name.toLowerCase()));
    const parameters = names.map((name): [string, string | true] => [name, this.getParameter(name) || true]);
    const { user } = this.engineValue;
    return user === undefined ? { parameters } : { user, parameters };
  }

  override get user(): string | undefined {
    return super.user;
  }

  override set user(user: string | undefined) {
    if (!this.#mayHaveUser) refuse("user part");
    super.user = user;
  }

  override get userPassword(): string | undefined {
    return super.userPassword;
  }

  override set userPassword(_password: string | undefined) {
    refuse("password");
  }

  override get host(): string {
    return super.host;
  }

  override set host(_host: string) {
    refuse("host");
  }

  override get port(): number | undefined {
    return super.port;
  }

  override set port(_port: number | undefined) {
    refuse("port");
  }

  override get secure(): boolean {
    return super.secure;
  }

  override set secure(_secure: boolean) {
    refuse("scheme");
  }

  override setParameter(name: string, value: string | undefined): void {
    if (ownParameters.has(name.toLowerCase())) refuse(`parameter ${name}`);
    super.setParameter(name, value);
  }

  override setHeader(name: string, _value: string): void {
    refuse(`header ${name}`);
  }
}

function refuse(part: string): never {
  throw new IllegalArgumentError("argument.invalid", {
    detail: `the ${part} of Record-Route and Path is the container's; add parameters of your own`,
  });
}
