import { SipListener } from "@siplet/framework";
import { RegistrationListener, type RegistrationEvent } from "@siplet/framework/registrar";

/** Tells on the terminal who comes and goes. */
@SipListener()
export class DeviceLog extends RegistrationListener {
  override contactAdded(event: RegistrationEvent): void {
    write("came", event);
  }

  override contactRemoved(event: RegistrationEvent): void {
    write(event.kind === "flow-closed" ? "lost its connection" : "left", event);
  }

  override contactExpired(event: RegistrationEvent): void {
    write("did not come back in time", event);
  }
}

function write(what: string, { addressOfRecord, contact, contacts }: RegistrationEvent): void {
  const device = contact.userAgent ?? String(contact.uri);
  process.stdout.write(`${String(addressOfRecord)}: ${device} ${what}; devices now: ${contacts.length}\n`);
}
