import { inject, PushService, SipListener, type SipUri, type Uri } from "@siplet/framework";
import { Get, HttpController, Push } from "@siplet/framework/http";
import { Registrar, RegistrationListener } from "@siplet/framework/registrar";

/** Somebody who can be called now. */
export interface Person {
  readonly name: string;
  readonly address: string;
  /** What their phones call themselves. */
  readonly phones: readonly string[];
}

const topic = "people";

/** Tells pages who is there, and whenever that changes. */
@HttpController("/people")
export class Directory {
  constructor(@inject(Registrar) private readonly registrar: Registrar) {}

  @Get("/")
  async list(): Promise<readonly Person[]> {
    return peopleOf(this.registrar);
  }

  @Push("/events")
  async follow(): Promise<{ topics: string[]; initial: { data: readonly Person[] }[] }> {
    return { topics: [topic], initial: [{ data: await peopleOf(this.registrar) }] };
  }
}

/** Passes on what the registrar says. */
@SipListener()
export class DirectoryNews extends RegistrationListener {
  constructor(
    @inject(Registrar) private readonly registrar: Registrar,
    @inject(PushService) private readonly push: PushService,
  ) {
    super();
  }

  override contactAdded(): Promise<void> {
    return this.#publish();
  }
  override contactRemoved(): Promise<void> {
    return this.#publish();
  }
  override contactExpired(): Promise<void> {
    return this.#publish();
  }

  async #publish(): Promise<void> {
    this.push.publish(topic, await peopleOf(this.registrar));
  }
}

async function peopleOf(registrar: Registrar): Promise<readonly Person[]> {
  const registrations = await registrar.registrations();
  return registrations.map(({ addressOfRecord, contacts }) => ({
    name: nameOf(addressOfRecord),
    address: addressOfRecord.toString(),
    phones: contacts.map(({ userAgent, source }) => userAgent ?? source?.protocol ?? "a phone"),
  }));
}

function nameOf(uri: Uri): string {
  return (uri.isSipUri ? (uri as SipUri).user : undefined) ?? uri.toString();
}
