/** Where registrars keep contacts, and what they keep of an address: plain data. `MemoryLocationStore` is the default. */
export type { Binding, KnownInstance, LocationRecord, LocationStore, ReceivedFrom } from "@siplet/core";
