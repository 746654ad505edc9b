import { ScriptedUserAgent, type ManualClock, type MemoryNetwork } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { MemoryAgent, openWorld } from "../../../../test/ua/memory-agent.js";
import { parseUri } from "../../../uri/parse-uri.js";
import { Compositor } from "./compositor.js";
import { Publication } from "./publication.js";
import type { PublicationRecord } from "./publication-store.js";

const pidf = "application/pidf+xml";
const resource = "sip:bob@192.0.2.9";

let clock: ManualClock;
let network: MemoryNetwork;
let agent: MemoryAgent;
let course: string[];

beforeEach(async () => {
  ({ clock, network } = openWorld());
  agent = await MemoryAgent.open(network, clock, [{ protocol: "udp", address: "192.0.2.1", port: 5060 }]);
  course = [];
});

function open(expires = 600): Publication {
  return new Publication(
    agent.partsFor(),
    { resource, event: "presence", expires },
    {
      onPublished: (tag) => course.push(`published ${tag}`),
      onFailed: ({ statusCode, retryIn }) =>
        course.push(`failed ${statusCode}${retryIn === undefined ? "" : ", again"}`),
      onRemoved: (response) => course.push(response === undefined ? "gone unheard" : "removed"),
    },
  );
}

/** A PUBLISH that is refused. */
interface Wrong {
  readonly headers: Record<string, string | undefined>;
  readonly body: string;
  readonly uri?: string;
}

function state(body: string) {
  return { body, contentType: pidf };
}

describe("RFC 3903 §4 Publication", () => {
  let server: ScriptedUserAgent;
  let tags: number;

  beforeEach(() => {
    const place = { protocol: "udp", address: "192.0.2.9", port: 5060 } as const;
    server = ScriptedUserAgent.inMemory(network, { ...place, name: "esc", clock });
    tags = 0;
  });

  function accept(expires = "600"): void {
    server.on("PUBLISH", (incoming) =>
      incoming.reply(200, { headers: { "SIP-ETag": `t${++tags}`, Expires: expires } }),
    );
  }

  function sent(): string[] {
    return server.messages("PUBLISH").map((message) => {
      return `${message.header("SIP-If-Match") ?? "-"} ${message.header("Expires")} ${message.body === "" ? "-" : message.body}`;
    });
  }

  it("publishes, refreshes without body, changes with one, and removes, each by the last tag", () => {
    accept();
    const publication = open();
    publication.publish(state("open"));
    clock.advance(540_000);
    publication.publish(state("busy"));
    clock.advance(0);
    publication.remove();
    clock.advance(10_000_000);
    expect(sent()).toEqual(["- 600 open", "t1 600 -", "t2 600 busy", "t3 0 -"]);
    expect(course).toEqual(["published t1", "published t2", "published t3", "removed"]);
  });

  it("publishes anew with the whole state when its tag is unknown", () => {
    server.on(
      (message) => message.header("SIP-If-Match") === "t1",
      (incoming) => incoming.reply(412),
    );
    accept();
    open().publish(state("open"));
    clock.advance(540_000);
    expect(sent()).toEqual(["- 600 open", "t1 600 -", "- 600 open"]);
  });

  it("asks for Min-Expires after 423", () => {
    server.on(
      (message) => message.header("Expires") === "10",
      (incoming) => incoming.reply(423, { headers: { "Min-Expires": "60" } }),
    );
    accept("60");
    open(10).publish(state("open"));
    clock.advance(0);
    expect(sent()).toEqual(["- 10 open", "- 60 open"]);
  });

  it("sends one at a time, and the newest state behind it", () => {
    const publication = open();
    for (const body of ["one", "two", "three"]) publication.publish(state(body));
    clock.advance(1000);
    expect(new Set(server.messages("PUBLISH").map(({ sequenceNumber }) => sequenceNumber)).size).toBe(1);
    accept();
    clock.advance(5000);
    expect(sent().at(-1)).toBe("t1 600 three");
  });

  it("tries again after 503, and not after 403", () => {
    server.on(
      (message) => message.sequenceNumber === 1,
      (incoming) => incoming.reply(503, { headers: { "Retry-After": "5" } }),
    );
    server.answer("PUBLISH", 403);
    open().publish(state("open"));
    clock.advance(10_000_000);
    expect(course).toEqual(["failed 503, again", "failed 403"]);
    expect(server.messages("PUBLISH")).toHaveLength(2);
  });
});

describe("RFC 3903 §6 Compositor", () => {
  let client: ScriptedUserAgent;
  let compositor: Compositor;
  let changes: PublicationRecord[];

  beforeEach(() => {
    changes = [];
    compositor = new Compositor({
      packages: [{ name: "presence", contentTypes: [pidf] }],
      serves: (uri) => uri.kind === "sip" && uri.user === "bob",
      onChange: (record) => changes.push(record),
      clock,
      random: agent.random,
    });
    agent.onRequests = (transaction) => {
      const response = compositor.receivePublish(transaction.request);
      if (!("then" in response)) transaction.respond(response);
    };
    const place = { protocol: "udp", address: "192.0.2.9", port: 5060 } as const;
    client = ScriptedUserAgent.inMemory(network, {
      ...place,
      name: "epa",
      clock,
      peer: { address: "192.0.2.1", port: 5060 },
    });
  });

  function publish(
    headers: Record<string, string | readonly string[] | undefined> = {},
    body = "",
    uri = "sip:bob@192.0.2.1",
  ) {
    client.sendRequest({
      method: "PUBLISH",
      uri,
      body,
      contentType: pidf,
      headers: { Event: "presence", Expires: "600", ...headers },
    });
    clock.advance(0);
    return client.last((message) => !message.isRequest);
  }

  function bodies(): string[] {
    const record = compositor.published(parseUri("sip:bob@192.0.2.1"), "presence");
    if (record === undefined || "then" in record) return [];
    return record.states.map((each) => Buffer.from(each.body, "base64").toString());
  }

  it.each<[string, Wrong, number]>([
    ["a resource it does not keep", { headers: {}, body: "open", uri: "sip:eve@192.0.2.1" }, 404],
    ["an unknown package", { headers: { Event: "dialog" }, body: "open" }, 489],
    ["no Event", { headers: { Event: undefined }, body: "open" }, 489],
    ["an unknown tag", { headers: { "SIP-If-Match": "stranger" }, body: "" }, 412],
    ["two tags", { headers: { "SIP-If-Match": "one, two" }, body: "" }, 400],
    ["too brief an expiry", { headers: { Expires: "5" }, body: "open" }, 423],
    ["a type it cannot compose", { headers: { "Content-Type": "text/plain" }, body: "open" }, 415],
    ["neither body nor tag", { headers: {}, body: "" }, 400],
  ])("refuses %s", (_what, { headers, body, uri }: Wrong, status) => {
    const answer = publish(headers, body, uri);
    expect(answer.status).toBe(status);
    expect(answer.header("Min-Expires")).toBe(status === 423 ? "60" : undefined);
    expect(answer.header("Accept")).toBe(status === 415 ? pidf : undefined);
    expect(bodies()).toEqual([]);
  });

  it("gives a new tag with each change, and the old one dies", () => {
    const first = publish({}, "open");
    expect([first.status, first.header("Expires")]).toEqual([200, "600"]);
    const tag = first.header("SIP-ETag");
    const second = publish({ "SIP-If-Match": tag });
    expect(second.header("SIP-ETag")).not.toBe(tag);
    expect(bodies()).toEqual(["open"]);
    expect(publish({ "SIP-If-Match": tag }, "late").status).toBe(412);
    const third = publish({ "SIP-If-Match": second.header("SIP-ETag") }, "busy");
    expect(bodies()).toEqual(["busy"]);
    expect(publish({ "SIP-If-Match": third.header("SIP-ETag"), Expires: "0" }).header("Expires")).toBe("0");
    expect(bodies()).toEqual([]);
    expect(changes).toHaveLength(4);
  });

  it("keeps several states of one resource, and drops each when it ends", () => {
    publish({ Expires: "100" }, "phone");
    publish({ Expires: "200" }, "desk");
    expect(bodies()).toEqual(["phone", "desk"]);
    clock.advance(100_000);
    expect([bodies(), changes.at(-1)?.states.length]).toEqual([["desk"], 1]);
    clock.advance(100_000);
    expect(changes.at(-1)?.states).toEqual([]);
  });

  it("serves the client: publish, refresh, change, remove", () => {
    const publication = open();
    const other = new Publication(agent.partsFor(), { resource: "sip:bob@192.0.2.1", event: "presence" }, {});
    other.publish(state("from within"));
    clock.advance(0);
    expect(bodies()).toEqual(["from within"]);
    other.remove();
    clock.advance(0);
    expect(bodies()).toEqual([]);
    publication.close();
  });
});
