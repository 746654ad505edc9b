import type { Program } from "../program.js";
import { CountedAnswer } from "./counted-answer.js";
import { WebHook } from "./web-hook.js";

const name = "contextual-proxy";

/** Work in the context of a call, from outside. */
export const contextualProxy: Program = {
  application: {
    name,
    servlets: [CountedAnswer],
    configure: (bind) => void bind(WebHook).toSelf().inSingletonScope(),
  },
  start: async (container) => {
    const webHook = container.bean(name, WebHook);
    await webHook.listen();
    return () => webHook.close();
  },
};
