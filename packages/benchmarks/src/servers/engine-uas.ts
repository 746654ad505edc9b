/** The engine alone: transactions, dialogs and the repeats of the 2xx, without container. */
import {
  createResponse,
  Dialog,
  dialogIdOfRequest,
  SipStack,
  SuccessRetransmission,
  systemRandom,
  type ServerTransaction,
  type SipResponse,
} from "@siplet/core";

const port = Number(process.argv[2]);
const stack = new SipStack();
const { clock, transactions } = stack;

class Call {
  readonly transaction: ServerTransaction;
  readonly answer: SipResponse;
  readonly dialog: Dialog;
  readonly repeats: SuccessRetransmission;

  constructor(transaction: ServerTransaction) {
    this.transaction = transaction;
    const { request } = transaction;
    const toTag = systemRandom.token(64);
    const contact = `<sip:127.0.0.1:${port}>`;
    transaction.respond(createResponse(request, 180, { toTag }).addText("Contact", contact).build());
    this.answer = createResponse(request, 200, { toTag }).addText("Contact", contact).build();
    this.dialog = Dialog.ofServer(request, this.answer);
    transaction.respond(this.answer);
    this.repeats = new SuccessRetransmission({ clock, timers: transactions.timers, user: this });
  }

  onSuccessRepeat(): void {
    if (!this.transaction.isTerminated) this.transaction.respond(this.answer);
  }

  onSuccessUnacknowledged(): void {
    calls.delete(this.dialog.id);
  }
}

const calls = new Map<string, Call>();

stack.attach({
  onRequest(transaction) {
    const { request } = transaction;
    if (request.toTag === undefined && request.method === "INVITE") {
      transaction.respond(createResponse(request, 100).build());
      const call = new Call(transaction);
      calls.set(call.dialog.id, call);
      return;
    }
    const call = calls.get(dialogIdOfRequest(request));
    const rejection = call === undefined ? { statusCode: 481 } : call.dialog.receiveRequest(request);
    if (request.method === "BYE") calls.delete(dialogIdOfRequest(request));
    transaction.respond(createResponse(request, rejection?.statusCode ?? 200).build());
  },
  onCancel: (cancel) => cancel.respond(createResponse(cancel.request, 481).build()),
  onAck: (ack) => calls.get(dialogIdOfRequest(ack))?.repeats.stop(),
  onStrayResponse: () => {},
});

await stack.listen(`udp:127.0.0.1:${port}`);
console.log("ready");
