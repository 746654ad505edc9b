const leg = {
  type: "object",
  properties: {
    name: { type: "string" },
    uri: { type: "string" },
    state: { enum: ["waiting", "calling", "ringing", "answered", "talking", "ended"] },
  },
};

const call = {
  type: "object",
  properties: {
    id: { type: "string" },
    state: { enum: ["calling", "connected", "ended"] },
    message: { type: "string", description: "What goes on, or why it ended: `bob is busy`" },
    flow: { enum: ["I", "IV"], description: "The flow of RFC 3725" },
    caller: leg,
    callee: leg,
    startedAt: { type: "integer", description: "Milliseconds since 1970" },
    connectedAt: { type: "integer" },
    endedAt: { type: "integer" },
  },
};

const problem = {
  description: "Problem details (RFC 9457)",
  content: { "application/problem+json": { schema: { type: "object" } } },
};

const one = { description: "The call", content: json({ $ref: "#/components/schemas/Call" }) };
const id = { name: "id", in: "path", required: true, schema: { type: "string" } };

/** What the REST API can do, for programs that want to know. */
export const openApi = {
  openapi: "3.1.0",
  info: { title: "Click to dial", version: "1.0.0", description: "Connects two phones." },
  paths: {
    "/api/phones": {
      get: {
        summary: "The registered phones",
        responses: { 200: { description: "Phones", content: json({ type: "array", items: { type: "object" } }) } },
      },
    },
    "/api/calls": {
      get: {
        summary: "Calls that run or have just ended",
        responses: { 200: { description: "Calls", content: json({ type: "array", items: call }) } },
      },
      post: {
        summary: "Connects two phones",
        requestBody: { required: true, content: json({ $ref: "#/components/schemas/Wanted" }) },
        responses: { 201: { ...one, description: "The call, which has begun" }, 400: problem },
      },
    },
    "/api/calls/{id}": {
      parameters: [id],
      get: { summary: "One call", responses: { 200: one, 404: problem } },
      delete: { summary: "Ends the call", responses: { 200: one, 404: problem } },
    },
    "/api/live": {
      get: {
        summary: "All changes as they happen: server-sent events `state`, `phones` and `call`; WebSocket as well",
        responses: { 200: { description: "Events", content: { "text/event-stream": { schema: { type: "string" } } } } },
      },
    },
  },
  components: {
    schemas: {
      Call: call,
      Wanted: {
        type: "object",
        required: ["caller", "callee"],
        properties: {
          caller: { type: "string", examples: ["alice", "sip:alice@192.0.2.7"] },
          callee: { type: "string", examples: ["bob"] },
          flow: { enum: ["I", "IV"], default: "I" },
        },
      },
    },
  },
} as const;

function json(schema: object): object {
  return { "application/json": { schema } };
}
