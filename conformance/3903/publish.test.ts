import { Compositor, Publication, parseUri } from "@siplet/core";
import { describe, expect, it } from "vitest";
import { answerBy, openLab, openStack, partsOf, type StackLab } from "../stack-lab.js";

const contentType = "application/pidf+xml";
const resource = "sip:bob@192.0.2.9";

async function openCompositor(lab: StackLab): Promise<{ compositor: Compositor; bodies: () => string[] }> {
  const compositor = new Compositor({
    packages: [{ name: "presence", contentTypes: [contentType] }],
    serves: () => true,
    clock: lab.clock,
  });
  await openStack(lab, "192.0.2.9", (transaction) =>
    answerBy(transaction, compositor.receivePublish(transaction.request)),
  );
  const bodies = (): string[] => {
    const record = compositor.published(parseUri(resource), "presence");
    if (record === undefined || "then" in record) return [];
    return record.states.map(({ body }) => Buffer.from(body, "base64").toString());
  };
  return { compositor, bodies };
}

describe("RFC 3903 §4, §6 checklist 63: client and compositor", () => {
  it("publishes anew after the compositor forgot it: 412", async () => {
    const lab = openLab();
    const { bodies } = await openCompositor(lab);
    const stack = await openStack(lab, "192.0.2.1");
    const tags: (string | undefined)[] = [];
    const publication = new Publication(
      partsOf(stack),
      { resource, event: "presence", expires: 100 },
      { onPublished: (tag) => tags.push(tag) },
    );
    publication.publish({ body: "open", contentType });
    lab.clock.advance(0);
    lab.network.partition(["192.0.2.1"], ["192.0.2.9"]);
    lab.clock.advance(110_000);
    expect(bodies()).toEqual([]);
    lab.network.heal();
    lab.clock.advance(120_000);
    expect(bodies()).toEqual(["open"]);
    expect(lab.network.trace.toString()).toContain("412");
    expect(new Set(tags).size).toBe(tags.length);
  });

  it.each([1, 2, 3, 4])("ends with the newest state through loss, copies and disorder (seed %i)", async (seed) => {
    const lab = openLab({ delay: 20, jitter: 200, loss: 0.2, duplication: 0.3, reordering: 0.3 }, seed);
    const { bodies } = await openCompositor(lab);
    const stack = await openStack(lab, "192.0.2.1");
    const publication = new Publication(partsOf(stack), { resource, event: "presence", expires: 300 });
    for (let count = 0; count < 20; count++) {
      publication.publish({ body: `${count}`, contentType });
      publication.publish({ body: `${count} again`, contentType });
      lab.clock.advance(70_000);
      expect(bodies()).toEqual([`${count} again`]);
    }
    lab.clock.advance(3_600_000);
    expect(bodies()).toEqual(["19 again"]);
    publication.remove();
    lab.clock.advance(40_000);
    expect(bodies()).toEqual([]);
  });
});
