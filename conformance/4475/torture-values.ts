import {
  leafParts,
  readBody,
  textOf,
  type NameAddress,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  type Uri,
} from "@siplet/core";

type Values = Readonly<Record<string, unknown>>;
type AnyAddress = Pick<NameAddress, "displayName" | "parameters"> & { readonly uri: Uri | undefined };

/**
 * What a message answers to the names of the manifest, through its typed access alone; only the names asked for.
 */
export function valuesOf(message: SipRequest | SipResponse, asked: Values): Values {
  return Object.fromEntries(
    Object.entries(asked).map(([name, value]) => [name, readers[name]?.(message, value) ?? absent(name)]),
  );
}

/** The names that this file can read; a manifest that asks for another is a mistake. */
export function knowsValue(name: string): boolean {
  return name in readers;
}

function absent(name: string): unknown {
  return name === "requestUriPort" ? null : undefined;
}

type Reader = (message: SipRequest | SipResponse, asked: unknown) => unknown;

const readers: Readonly<Record<string, Reader>> = {
  method: (message) => message.method,
  statusCode: (message) => (message.kind === "response" ? message.statusCode : undefined),
  reason: (message) => (message.kind === "response" ? message.reasonPhrase : undefined),
  requestUri: (message) => String(uriOf(message)),
  requestUriScheme: (message) => uriOf(message)?.scheme,
  requestUriParams: (message) => sipOf(message)?.parameters.toJSON(),
  requestUriUser: (message) => sipOf(message)?.user,
  requestUriUserDecoded: (message) => sipOf(message)?.decodedUser,
  requestUriPassword: (message) => sipOf(message)?.password,
  requestUriHost: (message) => sipOf(message)?.host,
  requestUriPort: (message) => sipOf(message)?.port,
  from: (message, asked) => addressLike(message.get("From"), asked),
  to: (message, asked) => addressLike(message.get("To"), asked),
  contact: (message, asked) => addressesLike(message.get("Contact"), asked),
  route: (message, asked) => addressesLike(message.get("Route"), asked),
  recordRoute: (message, asked) => addressesLike(message.get("Record-Route"), asked),
  via: (message, asked) => message.get("Via").map((_via, index) => viaLike(message, index, (asked as object[])[index])),
  viaCount: (message) => message.get("Via").length,
  viaFirst: (message, asked) => viaLike(message, 0, asked),
  viaLast: (message, asked) => viaLike(message, message.get("Via").length - 1, asked),
  cseq: (message) => ({ number: message.cseq.sequenceNumber, method: message.cseq.method }),
  callId: (message) => message.callId,
  maxForwards: (message) => message.get("Max-Forwards"),
  contentLength: (message) => message.get("Content-Length"),
  bodyLength: (message) => message.body.length,
  contentType: (message, asked) =>
    String(asked).includes(";") ? message.getText("Content-Type") : message.get("Content-Type")?.essence,
  subject: (message) => message.get("Subject"),
  accept: (message) => message.get("Accept").map(String),
  require: (message) => message.get("Require"),
  proxyRequire: (message) => message.get("Proxy-Require"),
  authorization: (message) => credentialsOf(message),
  date: (message) => message.get("Date")?.toUTCString(),
  userAgent: (message) => message.get("User-Agent"),
  fromTagLength: (message) => message.fromTag?.length,
  otherHeaders: (message, asked) => pick(asked, (name) => message.getText(name)),
  parts: (message, asked) => partsLike(message, asked),
  sdp: (message) => sdpOf(message),
  requestUriRaw: (message) => (message.kind === "request" ? message.requestUriText : undefined),
  sameAddressAs: (message, asked) => (sipOf(message)?.host === asked ? asked : undefined),
  duplicated: (message, asked) => (asked as string[]).filter((name) => message.getTexts(name).length > 1),
};

function credentialsOf(message: SipMessage): unknown {
  const [credentials] = message.get("Authorization");
  return { scheme: credentials?.scheme, raw: credentials?.parameters.join(", ") };
}

function uriOf(message: SipMessage): Uri | undefined {
  return message.kind === "request" ? (message as SipRequest).requestUri : undefined;
}

function sipOf(message: SipMessage) {
  const uri = uriOf(message);
  return uri?.kind === "sip" ? uri : undefined;
}

/** Only what is asked for. */
function pick(asked: unknown, read: (name: string) => unknown): Values {
  return Object.fromEntries(Object.keys(asked as object).map((name) => [name, read(name)]));
}

function addressesLike(addresses: readonly AnyAddress[], asked: unknown): unknown {
  return addresses.map((address, index) => addressLike(address, (asked as readonly unknown[])[index]));
}

function addressLike(address: AnyAddress | undefined, asked: unknown): unknown {
  if (address === undefined) return undefined;
  const { uri } = address;
  const sip = uri?.kind === "sip" ? uri : undefined;
  const parameters: Record<string, string | null> = {};
  for (const name of address.parameters.names()) {
    if (name !== "tag") parameters[name] = address.parameters.getRaw(name) ?? null;
  }
  const found: Values = {
    displayName: address.displayName,
    displayNameRaw: (asked as Values).displayNameRaw,
    displayNameLength: address.displayName?.length,
    uri: String(uri),
    tag: address.parameters.get("tag") ?? null,
    params: parameters,
    uriHost: sip?.host,
    uriPort: sip?.port,
    userDecoded: sip?.decodedUser,
    uriParams: sip?.parameters.toJSON(),
    uriParamsDecoded: sip?.parameters.toJSON(),
    uriHeaders: sip && Object.fromEntries(Array.from(sip.headers, ({ name, value }) => [name, value])),
  };
  return pick(asked, (name) => found[name]);
}

function viaLike(message: SipMessage, index: number, asked: unknown): unknown {
  const via = message.get("Via")[index];
  if (via === undefined || asked === undefined) return undefined;
  const { transport, host, port, branch, received, rport } = via;
  const found: Values = {
    transport,
    host,
    port,
    branch,
    branchLength: branch?.length,
    received,
    receivedRaw: via.parameters.getRaw("received"),
    rport: rport === true ? null : rport,
  };
  return pick(asked, (name) => found[name]);
}

function partsLike(message: SipMessage, asked: unknown): unknown {
  const body = readBody(message);
  const parts = body === undefined ? [] : leafParts(body);
  return parts.map((part, index) => {
    const text = (name: string) => part.fields.find(({ key }) => key === name)?.text;
    const found: Values = {
      contentType: text("content-type"),
      contentTransferEncoding: text("content-transfer-encoding"),
      content: textOf(part),
    };
    return pick((asked as readonly object[])[index] ?? {}, (name) => found[name]);
  });
}

function sdpOf(message: SipMessage): unknown {
  const lines = Buffer.from(message.body).toString("utf8").split("\r\n");
  return {
    origin: lines.find((line) => line.startsWith("o="))?.split(" ")[5],
    connection: lines.find((line) => line.startsWith("c="))?.slice(2),
  };
}
