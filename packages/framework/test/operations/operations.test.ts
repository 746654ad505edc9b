import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { closeOnSignals, Message, postConstruct, SipServlet, type SipServletRequest } from "../../src/index.js";
import { HttpLab } from "../../../../conformance/jsr-289/http-lab.js";

@SipServlet()
class Echo {
  @Message()
  async onMessage(request: SipServletRequest): Promise<void> {
    if (request.getContent() === "fail") throw new TypeError("on purpose");
    await request.createResponse(200).send();
  }
}

const applications = [{ name: "echo", servlets: [Echo] }];

function start(operations: Parameters<typeof HttpLab.start>[0]["operations"]): Promise<HttpLab> {
  return HttpLab.start({ applications, operations });
}

/** The value of a metric, by its name with labels as Prometheus writes them. */
function valueOf(text: string, series: string): number | undefined {
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

const message = { method: "MESSAGE", uri: "sip:echo@192.0.2.10", callId: "1@test" };
const ping = { method: "OPTIONS", uri: "sip:192.0.2.10", callId: "ping@test" };

describe("readiness", () => {
  it("is told by HTTP and SIP alike: ready, draining", async () => {
    await using lab = await start(undefined);
    const balancer = lab.phone("balancer", "192.0.2.20");
    expect(await lab.fetch("/livez")).toMatchObject({ status: 200, body: { status: "live" } });
    expect(await lab.fetch("/readyz")).toMatchObject({ status: 200, body: { status: "ready" } });
    balancer.sendRequest(ping);
    await lab.clock.advanceAsync(0);
    expect(balancer.last().status).toBe(200);

    const drained = lab.container.drain();
    const answer = await lab.fetch("/readyz");
    expect(answer).toMatchObject({ status: 503, body: { status: "draining" } });
    expect(answer.headers.get("retry-after")).toBe("10");
    balancer.sendRequest({ ...ping, callId: "ping-2@test" });
    await lab.clock.advanceAsync(100);
    expect(balancer.last().status).toBe(503);
    expect(balancer.last().text).toContain("Retry-After: 10");
    expect((await lab.fetch("/livez")).status).toBe(200);
    await drained;
    expect(lab.container.state).toBe("draining");
  });

  it("is told as starting until the ports are open", async () => {
    const seen: number[] = [];
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const ask = async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    @SipServlet()
    class Slow {
      @postConstruct()
      async prepare(): Promise<void> {
        seen.push(await ask("/readyz"), await ask("/livez"), await ask("/any"));
      }
      @Message() onMessage(): void {}
    }
    await using lab = await HttpLab.start({ applications: [{ name: "slow", servlets: [Slow] }], http: { server } });
    expect(seen).toEqual([503, 200, 503]);
    expect(await ask("/readyz")).toBe(200);
    expect(lab.container.state).toBe("ready");
    server.close();
  });
});

describe("a port of its own", () => {
  it("serves operators and nobody else", async () => {
    await using lab = await start({ listen: "127.0.0.1:0", metrics: true });
    const base = lab.container.operationsUrl;
    expect((await lab.fetch(new URL("/readyz", base))).status).toBe(200);
    expect((await lab.fetch(new URL("/metrics", base))).status).toBe(200);
    expect((await lab.fetch(new URL("/other", base))).status).toBe(404);
    expect((await lab.fetch("/readyz")).status).toBe(404);
  });

  it("can be left out", async () => {
    await using lab = await start(false);
    expect((await lab.fetch("/readyz")).status).toBe(404);
  });
});

describe("metrics", () => {
  it("count messages, sessions and handlers, from zero overhead when they are off", async () => {
    await using off = await start({});
    expect((await off.fetch("/metrics")).status).toBe(404);

    await using lab = await start({ metrics: true });
    const phone = lab.phone("phone", "192.0.2.20");
    phone.sendRequest(message);
    phone.sendRequest({ ...message, callId: "2@test", body: "fail" });
    phone.send("rubbish\r\n\r\n");
    phone.sendRequest({ ...message, method: "SURPRISE", callId: "3@test" });
    await lab.clock.advanceAsync(0);
    const { text, headers } = await lab.fetch("/metrics");
    expect(headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const received = (method: string) => `siplet_sip_requests_total{direction="in",method="${method}",transport="udp"}`;
    expect(valueOf(text, received("MESSAGE"))).toBe(2);
    expect(valueOf(text, received("other"))).toBe(1);
    const answered = (status: string) =>
      `siplet_sip_responses_total{direction="out",method="MESSAGE",status_class="${status}",transport="udp"}`;
    expect(valueOf(text, answered("2xx"))).toBe(1);
    expect(valueOf(text, answered("5xx"))).toBe(1);
    expect(valueOf(text, 'siplet_sip_malformed_messages_total{transport="udp"}')).toBe(1);
    expect(valueOf(text, "siplet_ready")).toBe(1);
    expect(valueOf(text, 'siplet_transactions{role="server"}')).toBe(3);
    const labels = '{application="echo",handler="Echo.onMessage"}';
    expect(valueOf(text, `siplet_handler_duration_seconds_count${labels}`)).toBe(2);
    expect(valueOf(text, `siplet_handler_errors_total${labels}`)).toBe(1);
    expect(valueOf(text, 'siplet_application_sessions{application="echo"}')).toBeGreaterThanOrEqual(0);
    expect(valueOf(text, 'siplet_transport_listeners{transport="udp"}')).toBe(1);
    expect(valueOf(text, 'siplet_transport_connections{transport="ws"}')).toBe(0);
  });

  it("have names, helps and units as promtool wants them", async () => {
    await using lab = await start({ metrics: true });
    const { text } = await lab.fetch("/metrics");
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => ({ name, type }));
    const helps = [...text.matchAll(/^# HELP (\S+) (.+)$/gm)].map(([, name = ""]) => name);
    expect(types.length).toBeGreaterThan(12);
    expect(helps).toEqual(types.map(({ name }) => name));
    expect(text).not.toContain("quantile="); // a summary's own
    for (const { name, type } of types) {
      expect(name).toMatch(/^siplet_[a-z][a-z0-9_]*$/);
      expect(name.endsWith("_total"), name).toBe(type === "counter");
      expect(name).not.toMatch(/_(?:count|sum|bucket|info)$|milliseconds|(?:counter|gauge|histogram)/);
    }
  });
});

describe("closeOnSignals", () => {
  it("drains first, then closes, and tells both", async () => {
    const calls: string[] = [];
    const container = {
      drain: async () => void calls.push("drain"),
      close: async () => void calls.push("close"),
    };
    const done = new Promise<void>((resolve) => {
      const forget = closeOnSignals(container, {
        signals: ["SIGUSR2"],
        delay: 1,
        onDrain: (signal) => void calls.push(signal),
        onClosed: () => {
          forget();
          resolve();
        },
      });
    });
    process.emit("SIGUSR2", "SIGUSR2");
    await done;
    expect(calls).toEqual(["SIGUSR2", "drain", "close"]);
    expect(process.listenerCount("SIGUSR2")).toBe(0);
  });
});
