import {
  ManagedSipExecutorService,
  SipFactory,
  SipSessionsUtil,
  inject,
  type PushSubscription,
} from "@siplet/framework";
import {
  Delete,
  Get,
  HttpController,
  InApplicationSession,
  Post,
  Push,
  type HttpRequest,
  type HttpResponse,
} from "@siplet/framework/http";
import { z } from "zod";
import { CallControl } from "./call-control.js";
import { Call, liveTopic, type CallView } from "./call.js";
import { openApi } from "./open-api.js";
import { PhoneBook } from "./phone-book.js";
import { Place } from "./place.js";

const address = z.string().trim().min(1, "say who");
const wanted = z.object({ caller: address, callee: address, flow: z.enum(["I", "IV"]).optional() });

/** Marks the application sessions that are calls. */
const callKey = "calls";

/** The REST API, which the page uses as well. */
@HttpController("/api")
export class CallsController {
  constructor(
    @inject(SipFactory) private readonly factory: SipFactory,
    @inject(SipSessionsUtil) private readonly sessions: SipSessionsUtil,
    @inject(ManagedSipExecutorService) private readonly executor: ManagedSipExecutorService,
    @inject(PhoneBook) private readonly phoneBook: PhoneBook,
    @inject(Place) private readonly place: Place,
    @inject(CallControl) private readonly control: CallControl,
    @inject(Call) private readonly call: Call,
  ) {}

  @Get("/openapi.json")
  describe(): object {
    return openApi;
  }

  @Get("/phones")
  phones(): Promise<object> {
    return this.phoneBook.phones();
  }

  /** Each call is an application session of its own; the browser's session remembers the last one. */
  @Post("/calls", { body: wanted })
  async dial({ body, session }: HttpRequest<z.output<typeof wanted>>, response: HttpResponse): Promise<void> {
    for (const each of [body.caller, body.callee]) this.phoneBook.addressOf(each);
    const { id } = this.factory.createApplicationSession();
    session.setAttribute("call", id);
    const view = await this.executor.submit(
      async () => {
        this.sessions.currentApplicationSession?.addIndexKey(callKey);
        await this.control.dial(body);
        return this.call.view();
      },
      { applicationSessionId: id },
    );
    response.status(201).location(`/api/calls/${id}`).json(view);
  }

  @Get("/calls")
  async list(): Promise<readonly CallView[]> {
    const ids = this.sessions.getSipApplicationSessionIds(callKey);
    const views = await Promise.all(
      ids.map(async (id) => this.executor.submit(() => this.call.view(), { applicationSessionId: id })),
    );
    return views.toSorted((one, other) => other.startedAt - one.startedAt);
  }

  @Get("/calls/:id")
  @InApplicationSession((request) => request.params["id"])
  show(): CallView {
    return this.call.view();
  }

  @Delete("/calls/:id")
  @InApplicationSession((request) => request.params["id"])
  async hangUp(): Promise<CallView> {
    await this.control.hangUp("the call was ended from the page");
    return this.call.view();
  }

  /** Everything as it changes; at first everything as it is, and which call this browser began last. */
  @Push("/live")
  async follow({ session }: HttpRequest): Promise<PushSubscription> {
    const [phones, calls] = await Promise.all([this.phoneBook.phones(), this.list()]);
    const own = session.converged === undefined ? undefined : session.getAttribute("call");
    const { domain, links } = this.place;
    return { topics: [liveTopic], initial: [{ event: "state", data: { phones, calls, own, domain, links } }] };
  }
}
