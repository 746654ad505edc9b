import { ManualClock } from "@siplet/testkit";
import { describe, expect, it, vi } from "vitest";
import type { Follower } from "./follower.js";
import { TopicHub } from "./topic-hub.js";

const createFollower = (): Follower => ({ send: vi.fn(), keepAlive: vi.fn(), close: vi.fn() });

describe("TopicHub", () => {
  it("sends pages away when it closes, and those that come later", () => {
    const hub = new TopicHub(new ManualClock());
    const [early, late] = [createFollower(), createFollower()];
    hub.follow({ topics: ["people"] }, early);
    hub.close();
    expect(early.close).toHaveBeenCalledOnce();
    hub.follow({ topics: ["people"] }, late);
    expect(late.close).toHaveBeenCalledOnce();
    expect(hub.followers("people")).toBe(0);
  });
});
