/** @typedef {typeof import("../../packages/core/src/index.js")} Engine */
/** @typedef {import("../../packages/core/src/index.js").SipRequest | import("../../packages/core/src/index.js").SipResponse} Message */

const anchors = /** @type {const} */ (["method", "callId", "fromTag", "toTag", "startLine"]);
const reading = /** @type {const} */ (["topVia", "cseq"]);

/**
 * Everything a peer's octets go through: parsing, every value of every field, bodies, checks, answers, writing, framing.
 * Only errors of the engine may be thrown, and only by those parts that say so.
 * @param {Engine} engine
 * @param {Uint8Array} bytes
 */
export function probe(engine, bytes) {
  const parsed = engine.parseMessage(bytes);
  const message = parsed.kind === "failure" ? parsed.message : parsed;
  if (message !== undefined) {
    decode(engine, message);
    const written = engine.serializeMessage(message);
    if (parsed.kind !== "failure") checkWritten(engine, parsed, written);
  }
  frame(engine, bytes);
  return parsed.kind;
}

/** @param {Engine} engine @param {Message} message */
function decode(engine, message) {
  for (const name of anchors) void message[name];
  for (const name of reading) tolerate(engine, () => message[name]);
  for (const field of message.fields) {
    void field.name;
    void field.text;
    tolerate(engine, () => String(field.value));
  }
  for (const text of message.getTexts("Authorization")) engine.parseDigestCredentials(text);
  for (const text of message.getTexts("WWW-Authenticate")) engine.parseDigestChallenges(text);
  engine.readBody(message);
  tolerate(engine, () => engine.bodyText(message));
  if (message.kind === "response") return void message.reasonPhrase;
  tolerate(engine, () => engine.addressOfRecordKey(message.requestUri));
  void message.maxForwards;
  engine.checkRequest(message);
  engine.checkBody(message, { types: ["application/sdp"], languages: ["en"] });
  engine.serializeMessage(engine.createResponse(message, 400, { toTag: "t" }).build());
}

/** @param {Engine} engine @param {() => unknown} read */
function tolerate(engine, read) {
  try {
    read();
  } catch (error) {
    if (!engine.isEngineError(error)) throw error;
  }
}

/** What was taken is taken again when it has been written, and means the same. @param {Engine} engine @param {Message} message @param {Uint8Array} bytes */
function checkWritten(engine, message, bytes) {
  const again = engine.parseMessage(bytes, roomier(engine));
  if (again.kind === "failure") throw new RangeError(`taken, but not when written: ${again.reason}`);
  const isSame = again.startLine === message.startLine && again.body.length === message.body.length;
  if (!isSame) throw new RangeError("another message when written");
  for (const [index, field] of message.fields.entries()) {
    if (again.fields[index]?.text !== field.text) throw new RangeError(`${field.name} is another when written`);
  }
  // what parsing lets pass can be read
  if (message.has("Via")) void message.topVia;
  if (message.has("CSeq")) void message.cseq;
}

/** What came with LF leaves with CRLF and gets a Content-Length: it may grow beyond the limits it was taken under. @param {Engine} engine */
function roomier({ defaultParseLimits }) {
  const { headerField, headerSection, headerFields } = defaultParseLimits;
  return {
    ...defaultParseLimits,
    headerField: 2 * headerField,
    headerSection: 2 * headerSection,
    headerFields: headerFields + 1,
  };
}

/** @param {Engine} engine @param {Uint8Array} bytes */
function frame(engine, bytes) {
  let octets = 0;
  const framer = new engine.StreamFramer({
    onFrame: (part) => (octets += part.length),
    onPing: () => {},
    onPong: () => false,
    onFault: () => {},
  });
  const half = bytes.length >> 1;
  framer.push(bytes.subarray(0, half));
  framer.push(bytes.subarray(half));
  framer.giveUp();
  if (octets > bytes.length) throw new RangeError("more octets framed than came");
}
