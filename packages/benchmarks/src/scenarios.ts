import type { ServerSpecification } from "./measure/server-process.js";
import type { Scenario } from "./scenario.js";

const floor = (module: string, args: readonly string[] = []): ServerSpecification => ({
  name: "bare socket (floor)",
  role: "floor",
  program: { kind: "node", module: `floor/${module}`, args },
});

const siplet = (name: string, module: string, args: readonly string[] = []): ServerSpecification => ({
  name: `siplet ${name}`,
  role: "subject",
  program: { kind: "node", module, args },
});

const npmSip = (module: string, args: readonly string[] = []): ServerSpecification => ({
  name: "npm sip",
  role: "peer",
  program: { kind: "node", module: `peers/${module}`, args },
});

const kamailio = (name: string, config: "stateless" | "proxy" | "registrar"): ServerSpecification => ({
  name: `Kamailio ${name}`,
  role: "peer",
  program: { kind: "kamailio", config },
});

const call = "INVITE with SDP, 100, 180, 200, ACK, BYE, 200";

/** All comparisons under load, by name. */
export const scenarios: readonly Scenario[] = [
  {
    name: "uas",
    description: `${call} over UDP: annotated servlet, session-scoped bean, queue of the application session`,
    servers: [
      floor("floor-uas"),
      kamailio("stateless", "stateless"),
      npmSip("npm-sip-uas"),
      siplet("container", "container-uas", ["udp"]),
    ],
    load: { kind: "sipp", script: "uac", transport: "u1" },
  },
  {
    name: "engine-uas",
    description: `${call} over UDP: @siplet/core alone`,
    servers: [floor("floor-uas"), npmSip("npm-sip-uas"), siplet("engine", "engine-uas")],
    load: { kind: "sipp", script: "uac", transport: "u1" },
  },
  {
    name: "proxy",
    description: `${call} over UDP through a proxy that record-routes`,
    servers: [
      floor("floor-proxy"),
      kamailio("tm, one worker", "proxy"),
      npmSip("npm-sip-proxy"),
      siplet("proxy", "container-proxy"),
    ],
    load: { kind: "sipp-between", script: "routed-uac", callee: "routed-uas" },
  },
  {
    name: "b2bua",
    description: `${call} over UDP through a back-to-back user agent`,
    servers: [floor("floor-proxy"), siplet("proxy", "container-proxy"), siplet("B2BUA", "container-b2bua")],
    load: { kind: "sipp-between", script: "routed-uac", callee: "routed-uas" },
    share: 0.75,
  },
  {
    name: "register",
    description: "REGISTER, 401, REGISTER with digest (MD5), 200 over UDP",
    servers: [floor("floor-uas"), kamailio("usrloc", "registrar"), siplet("registrar", "container-register")],
    load: { kind: "sipp", script: "register", transport: "u1" },
  },
  {
    name: "message",
    description: "MESSAGE, 200 over UDP",
    servers: [
      floor("floor-uas"),
      kamailio("stateless", "stateless"),
      npmSip("npm-sip-uas"),
      siplet("container", "container-message"),
    ],
    load: { kind: "sipp", script: "message", transport: "u1" },
  },
  {
    name: "tcp-uas",
    description: `${call} over one TCP connection`,
    servers: [
      floor("floor-stream", ["tcp"]),
      npmSip("npm-sip-uas", ["tcp"]),
      siplet("container", "container-uas", ["tcp"]),
    ],
    load: { kind: "sipp", script: "uac", transport: "t1" },
  },
  {
    name: "tls-uas",
    description: `${call} over ten TLS connections`,
    servers: [floor("floor-stream", ["tls"]), siplet("container", "container-uas", ["tls"])],
    load: { kind: "stream", protocol: "tls" },
  },
  {
    name: "ws-uas",
    description: `${call} over ten WebSocket connections`,
    servers: [floor("floor-stream", ["ws"]), siplet("container", "container-uas", ["ws"])],
    load: { kind: "stream", protocol: "ws" },
  },
];
