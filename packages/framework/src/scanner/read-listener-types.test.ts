import { describe, expect, it } from "vitest";
import {
  SipApplicationSessionAttributeListener,
  SipApplicationSessionBindingListener,
  SipApplicationSessionListener,
} from "../api/application-session-listener.js";
import { SipErrorListener } from "../api/error-listener.js";
import { FlowListener } from "../api/flow-listener.js";
import type { ServletClass } from "../api/servlet-class.js";
import { SipServletListener } from "../api/servlet-listener.js";
import { SipSessionListener } from "../api/session-listener.js";
import { TimerListener } from "../api/timer-listener.js";
import type { ListenerType } from "../metadata/class-records.js";
import { ProblemCollector } from "./problem-collector.js";
import { readListenerTypes } from "./read-listener-types.js";

function read(listenerClass: ServletClass, named: readonly ListenerType[] = []) {
  const problems = new ProblemCollector("phone");
  const types = readListenerTypes(listenerClass, named, problems);
  return {
    types: [...types],
    problems: problems.problems.map(({ code, reason, mend }) => `${code}: ${reason}. ${mend}`),
  };
}

/** A class with these methods. */
function classWith(...methods: readonly string[]): ServletClass {
  class Listener {}
  for (const method of methods) Object.assign(Listener.prototype, { [method]: () => undefined });
  return Listener;
}

describe("JSR 289 §8 the listener interfaces of a class", () => {
  describe("told by its methods", () => {
    it.each<[string, ListenerType]>([
      ["servletInitialized", SipServletListener],
      ["sessionExpired", SipApplicationSessionListener],
      ["noAckReceived", SipErrorListener],
      ["noPrackReceived", SipErrorListener],
      ["timeout", TimerListener],
      ["flowFailed", FlowListener],
    ])("%s is one's own", (method, type) => {
      expect(read(classWith(method))).toEqual({ types: [type], problems: [] });
    });

    it("several of them", () => {
      const { types } = read(classWith("timeout", "servletInitialized"));
      expect(new Set(types)).toEqual(new Set([SipServletListener, TimerListener]));
    });

    it("the rest of an interface of which one method is its own", () => {
      expect(read(classWith("sessionExpired", "sessionCreated"))).toEqual({
        types: [SipApplicationSessionListener],
        problems: [],
      });
    });

    it.each(["sessionCreated", "sessionReadyToInvalidate", "attributeAdded", "sessionDidActivate"])(
      "not by %s, which two interfaces have",
      (method) => {
        const { types, problems } = read(classWith(method));
        expect(types).toEqual([]);
        expect(problems).toEqual([
          expect.stringMatching(/^listener\.kind: .*may belong to.*@SipListener\(\{ listens: \[/),
        ]);
      },
    );

    it("not when there is none", () => {
      expect(read(classWith("other"))).toMatchObject({
        types: [],
        problems: [expect.stringContaining("has no method of one")],
      });
    });
  });

  describe("told by name", () => {
    it("settles what methods leave open", () => {
      expect(read(classWith("sessionCreated"), [SipSessionListener])).toEqual({
        types: [SipSessionListener],
        problems: [],
      });
      const both = [SipSessionListener, SipApplicationSessionListener];
      expect(read(classWith("sessionCreated"), both)).toEqual({ types: both, problems: [] });
    });

    it("is all there is: a method that looks like another interface's is not one", () => {
      expect(read(classWith("sessionCreated", "timeout"), [SipSessionListener]).types).toEqual([SipSessionListener]);
    });

    it("by what the class extends", () => {
      class Listener extends SipApplicationSessionAttributeListener {
        override attributeAdded() {}
      }
      expect(read(Listener)).toEqual({ types: [SipApplicationSessionAttributeListener], problems: [] });
    });

    it("is a mistake without any of its methods, and for what is no listener of an application", () => {
      expect(read(classWith("timeout"), [FlowListener]).problems).toEqual([expect.stringContaining("Add flowFailed")]);
      expect(read(classWith("valueBound"), [SipApplicationSessionBindingListener]).problems).toHaveLength(1);
      expect(read(classWith("timeout"), [undefined as never]).problems).toHaveLength(1);
    });
  });
});
