import "reflect-metadata";
import {
  Message,
  Register,
  SipFactory,
  SipServlet,
  SuccessResponse,
  type BodyPart,
  type Multipart,
  type SipServletRequest,
  type SipServletResponse,
} from "@siplet/framework";
import { describe, expect, it } from "vitest";
import { ContainerLab } from "./container-lab.js";

const alice = "192.0.2.1";
type Options = Parameters<ContainerLab["send"]>[1];

interface Work {
  onRequest: (request: SipServletRequest) => unknown;
  onResponse: (response: SipServletResponse) => unknown;
}

/** Runs code with a received request; gives what the code gave. */
async function inHandler<T>(options: Options, work: (request: SipServletRequest) => T): Promise<T> {
  const results: T[] = [];
  const failures: unknown[] = [];
  const { lab, caller } = await start({
    onRequest: (request) => {
      try {
        results.push(work(request));
      } catch (error) {
        failures.push(error);
      }
      if (request.finalResponse === undefined) return request.createResponse(200).send();
      return undefined;
    },
    onResponse: () => undefined,
  });
  await using _ = lab;
  await lab.send(caller, options);
  if (failures.length > 0) throw failures[0];
  return results[0] as T;
}

async function start(work: Work) {
  @SipServlet({ name: "messages" })
  class Messages {
    @Message() onMessage(request: SipServletRequest): unknown {
      return work.onRequest(request);
    }
    @Register() onRegister(request: SipServletRequest): unknown {
      return work.onRequest(request);
    }
    @SuccessResponse() onSuccess(response: SipServletResponse): unknown {
      return work.onResponse(response);
    }
  }
  const lab = await ContainerLab.start({ applications: [{ name: "messages", servlets: [Messages] }] });
  const factory = lab.container.bean("messages", SipFactory);
  const create = (method: string): SipServletRequest =>
    factory.createRequest(factory.createApplicationSession(), method, "sip:app@example.com", `sip:alice@${alice}`);
  return { lab, caller: lab.agent("alice", alice), factory, create };
}

const nothing: Work = { onRequest: () => undefined, onResponse: () => undefined };
const refusal = (code: string): unknown => expect.objectContaining({ code });

describe("JSR 289 §5.4.2 system headers", () => {
  it.each([
    "From",
    "f",
    "To",
    "Call-ID",
    "i",
    "CSeq",
    "Via",
    "Record-Route",
    "Route",
    "Contact",
    "Content-Length",
    "RSeq",
  ])("%s cannot be set, added or removed", async (name) => {
    const { lab, create } = await start(nothing);
    await using _ = lab;
    const request = create("INVITE");
    for (const change of [
      () => request.setHeader(name, "<sip:x@y>"),
      () => request.addHeader(name, "<sip:x@y>"),
      () => request.removeHeader(name),
      () => request.setAddressHeader(name, request.from),
    ]) {
      expect(change).toThrow(refusal("argument.system-header"));
    }
  });

  it("leave Contact to the application in REGISTER, 3xx and 485", async () => {
    const { lab, create } = await start(nothing);
    await using _ = lab;
    const register = create("REGISTER");
    register.setHeader("Contact", "<sip:me@192.0.2.77>;expires=60");
    expect(register.getAddressHeader("Contact")?.expires).toBe(60);
    await inHandler({ method: "MESSAGE" }, (request) => {
      for (const status of [302, 485]) {
        request.createResponse(status).setHeader("Contact", "<sip:there@192.0.2.78>");
      }
      expect(() => request.createResponse(200).setHeader("Contact", "<sip:x@y>")).toThrow(
        refusal("argument.system-header"),
      );
    });
  });

  it("let everything of From and To change but the tag, until the request is sent", async () => {
    const { lab, caller, create } = await start(nothing);
    await using _ = lab;
    const request = create("MESSAGE");
    request.from.displayName = "The Boss";
    request.from.setParameter("x", "1");
    expect(() => request.from.setParameter("tag", "mine")).toThrow(refusal("state.immutable"));
    expect(() => request.from.removeParameter("TAG")).toThrow(refusal("state.immutable"));
    const { from } = request;
    await request.send();
    await lab.settle();
    expect(caller.last("MESSAGE").header("From")).toMatch(/^"?The Boss"? <sip:app@example.com>;tag=\w+;x=1$/);
    expect(() => (from.displayName = "late")).toThrow(refusal("state.committed"));
  });

  it("let user, parameters and display name of the system Contact change, and nothing else", async () => {
    const { lab, caller, create } = await start(nothing);
    await using _ = lab;
    const request = create("INVITE");
    const contact = request.getAddressHeader("Contact");
    const uri = contact?.uri;
    if (contact === undefined || uri === undefined || !("host" in uri)) throw new TypeError("no Contact");
    contact.displayName = "Me";
    contact.setParameter("audio", "");
    Object.assign(uri, { user: "app", host: "203.0.113.9", port: 9, maddrParam: "203.0.113.9" });
    uri.setParameter("x", "1");
    await request.send();
    await lab.settle();
    expect(caller.last("INVITE").header("Contact")).toMatch(
      /^"?Me"? <sip:app@192\.0\.2\.10(:5060)?;x=1;sk=[0-9a-f]+>;audio$/,
    );
  });
});

describe("JSR 289 §5.2 committed messages", () => {
  it("cannot change, but be read", async () => {
    await inHandler({ method: "MESSAGE", body: "hi", contentType: "text/plain" }, (request) => {
      const response = request.createResponse(200);
      response.setHeader("Subject", "before");
      expect(response.isCommitted).toBe(false);
      void response.send();
      for (const message of [request, response]) {
        expect(message.isCommitted).toBe(true);
        for (const change of [
          () => message.setHeader("Subject", "x"),
          () => message.addHeader("Subject", "x"),
          () => message.removeHeader("Subject"),
          () => message.setContent("x", "text/plain"),
          () => (message.expires = 1),
          () => (message.contentLength = 1),
        ]) {
          expect(change).toThrow(refusal("state.committed"));
        }
      }
      expect(response.getHeader("Subject")).toBe("before");
      response.setAttribute("after", 1);
      expect(() => response.send()).toThrow(refusal("state.committed"));
      expect(() => request.createResponse(200)).toThrow(refusal("state.transaction"));
    });
  });
});

describe("JSR 289 §5.4 header access", () => {
  it("reads long and compact names in any case, lists value by value", async () => {
    const headers = { s: "Hello", Accept: ["text/plain, text/html", "application/sdp"], "X-Own": ["a, b", "c"] };
    await inHandler({ method: "MESSAGE", headers }, (request) => {
      expect(request.getHeader("SUBJECT")).toBe("Hello");
      expect(request.getHeaders("accept")).toEqual(["text/plain", "text/html", "application/sdp"]);
      expect(request.getHeaders("X-Own")).toEqual(["a, b", "c"]);
      expect(request.getHeader("X-None")).toBeUndefined();
      expect(request.getHeaderNames()).toContain("Subject");
    });
  });

  it.each([undefined, null, ""])("refuses %j as a name or value", async (missing) => {
    await inHandler({ method: "MESSAGE" }, (request) => {
      const none = missing as unknown as string;
      expect(() => request.getHeader(none)).toThrow(refusal("argument.missing"));
      if (none !== "") expect(() => request.setHeader("Subject", none)).toThrow(refusal("argument.missing"));
      expect(() => request.setAttribute("x", undefined)).toThrow(refusal("argument.missing"));
    });
  });

  it.each([
    ["Subject", "a\r\nVia: evil"],
    ["X Y", "text"],
    ["X:Y", "text"],
  ])("refuses what would break the message: %j, and keeps what was there", async (name, value) => {
    await inHandler({ method: "MESSAGE", headers: { Subject: "kept" } }, (request) => {
      expect(() => request.setHeader(name, value)).toThrow(refusal("argument.invalid"));
      expect(request.getHeader("Subject")).toBe("kept");
    });
  });

  it("writes addresses and parameterables back into the message", async () => {
    const headers = { "P-Asserted-Identity": "<sip:a@x.example>, <tel:+12025552600>", Reason: "SIP;cause=200" };
    await inHandler({ method: "MESSAGE", headers }, (request) => {
      const [first] = request.getAddressHeaders("P-Asserted-Identity");
      if (first !== undefined) first.displayName = "A";
      expect(request.getHeaders("P-Asserted-Identity")).toEqual([
        expect.stringMatching(/^"?A"? <sip:a@x.example>$/),
        "<tel:+12025552600>",
      ]);
      request.getParameterableHeader("Reason")?.setParameter("text", "done");
      expect(request.getHeader("Reason")).toBe("SIP;cause=200;text=done");
      request.addAddressHeader("P-Asserted-Identity", request.from, true);
      expect(request.getAddressHeader("P-Asserted-Identity")?.uri?.toString()).toBe("sip:alice@example.org");
    });
  });

  it("tells an address that does not parse, and refuses a value of another form", async () => {
    await inHandler({ method: "MESSAGE", headers: { "X-Address": "not <an address" } }, (request) => {
      expect(() => request.getAddressHeader("X-Address")).toThrow(refusal("parse.address"));
      expect(() => request.setAddressHeader("Max-Forwards", request.from)).toThrow(refusal("argument.invalid"));
      expect(request.getAddressHeader("X-None")).toBeUndefined();
    });
  });

  it("orders accepted languages by preference", async () => {
    const headers = { "Accept-Language": "da;q=0.2, en-gb;q=0.8, de, fr;q=0" };
    await inHandler({ method: "MESSAGE", headers }, (request) => {
      expect(request.acceptLanguages).toEqual(["de", "en-gb", "da"]);
      expect(request.acceptLanguage).toBe("de");
      request.setAcceptLanguage("it");
      request.addAcceptLanguage("es;q=0.5");
      expect(request.acceptLanguages).toEqual(["it", "es"]);
    });
  });

  it("keeps names of the container out of the attributes", async () => {
    await inHandler({ method: "MESSAGE" }, (request) => {
      expect(() => request.setAttribute("javax.servlet.sip.x", 1)).toThrow(refusal("argument.invalid"));
      request.setAttribute("javax.servlet.other", 1);
      expect(request.getAttributeNames()).toEqual(["javax.servlet.other"]);
    });
  });
});

describe("JSR 289 §5.4.3 header form", () => {
  it.each([
    ["COMPACT" as const, /^s: Hi$/m, /^f: /m],
    ["LONG" as const, /^Subject: Hi$/m, /^From: /m],
  ])("%s writes all known headers that way", async (form, subject, from) => {
    const { lab, caller, create } = await start(nothing);
    await using _ = lab;
    const request = create("MESSAGE");
    request.setHeader(form === "COMPACT" ? "Subject" : "s", "Hi");
    request.headerForm = form;
    expect(request.headerForm).toBe(form);
    await request.send();
    await lab.settle();
    const text = caller.last("MESSAGE").toString().replaceAll("\r", "");
    expect(text).toMatch(subject);
    expect(text).toMatch(from);
  });
});

describe("JSR 289 §5.5 content", () => {
  it("is text for textual types, octets for others, by charset", async () => {
    await inHandler({ method: "MESSAGE", body: "grüße", contentType: "text/plain" }, (request) => {
      expect(request.getContent()).toBe("grüße");
      expect([request.contentLength, request.characterEncoding]).toEqual([7, undefined]);
    });
    await inHandler({ method: "MESSAGE", body: "x", contentType: "application/octet-stream" }, (request) => {
      expect(request.getContent()).toEqual(new Uint8Array(Buffer.from("x")));
    });
    await inHandler({ method: "MESSAGE", body: "x", contentType: "text/plain;charset=klingon" }, (request) => {
      expect(() => request.getContent()).toThrow(refusal("unsupported.operation"));
      expect(request.rawContent?.length).toBe(1);
    });
    await inHandler({ method: "MESSAGE" }, (request) => expect(request.getContent()).toBeUndefined());
  });

  it("is written in the charset of its type, as JSON, and refused for what cannot be written", async () => {
    const { lab, create } = await start(nothing);
    await using _ = lab;
    const request = create("MESSAGE");
    request.setContent("grüße", "text/plain;charset=iso-8859-1");
    expect(request.rawContent?.length).toBe(5);
    expect(request.getContent()).toBe("grüße");
    request.setContent({ a: 1 }, "application/json");
    expect(request.getContent()).toBe('{"a":1}');
    for (const [content, type] of [
      [{ a: 1 }, "text/plain"],
      [null, "application/sdp"],
      ["x", ""],
      ["x", "text/plain;charset=klingon"],
    ] as const) {
      expect(() => request.setContent(content, type)).toThrow(refusal("argument.content"));
    }
    request.characterEncoding = "utf-8";
    expect(request.contentType).toBe("application/json;charset=utf-8");
    expect(() => (request.characterEncoding = "klingon")).toThrow(refusal("argument.content"));
  });

  it("cannot be set on a received message", async () => {
    await inHandler({ method: "MESSAGE", body: "x", contentType: "text/plain" }, (request) => {
      expect(() => request.setContent("y", "text/plain")).toThrow(refusal("state.committed"));
    });
  });

  it("is parts for multipart, written and read again, nested too", async () => {
    const { lab, create } = await start(nothing);
    await using _ = lab;
    const parts: BodyPart[] = [
      { contentType: "application/sdp", content: "v=0\r\n" },
      {
        contentType: "multipart/alternative",
        content: { parts: [{ contentType: "text/plain", headers: { "Content-Language": "de" }, content: "hallo" }] },
      },
      { contentType: "application/octet-stream", content: new Uint8Array([1, 2, 3]) },
    ];
    const request = create("MESSAGE");
    request.setContent({ parts }, "multipart/mixed");
    expect(request.contentType).toMatch(/^multipart\/mixed;\s*boundary=/);
    const read = request.getContent() as Multipart;
    expect(read.parts.map(({ contentType }) => contentType.split(";")[0])).toEqual(
      parts.map(({ contentType }) => contentType),
    );
    expect(read.parts[0]?.content).toBe("v=0\r\n");
    const nested = read.parts[1]?.content as Multipart;
    expect(nested.parts).toEqual([
      { contentType: "text/plain", headers: { "Content-Language": "de" }, content: "hallo" },
    ]);
    expect(read.parts[2]?.content).toEqual(Buffer.from([1, 2, 3]));
    expect(() => request.setContent({ parts }, "text/plain")).toThrow(refusal("argument.content"));
  });
});
