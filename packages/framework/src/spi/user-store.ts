// The engine's own port: its digest server asks it, and so do the container, the registrar and the HTTP side.
export type { User, UserStore } from "@siplet/core";
