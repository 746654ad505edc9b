import type { ContainerApplication, InjectionSetup, SipContainer } from "@siplet/framework";
import { Registrar } from "@siplet/framework/registrar";
import { Directory, DirectoryNews } from "./directory.js";
import { phonePages, type PhoneSettings } from "./pages.js";

const name = "browser-phone";

/** The application without a home of its own: its page shows and calls whom the given registrar knows. */
export async function browserPhone(settings: PhoneSettings, registrar: InjectionSetup): Promise<ContainerApplication> {
  return {
    name,
    listeners: [DirectoryNews],
    controllers: [Directory],
    routers: [await phonePages(settings)],
    configure: registrar,
  };
}

/** The contacts of that registrar, for the console. */
export async function registrationsOf(container: SipContainer) {
  const registrations = await container.bean(name, Registrar).registrations();
  return registrations.flatMap(({ addressOfRecord, contacts }) =>
    contacts.map(({ uri, expiresAt, userAgent }) => ({
      addressOfRecord: addressOfRecord.toString(),
      contact: uri.toString(),
      expiresAt,
      userAgent,
    })),
  );
}
