import type { SessionSettings } from "./sts-session.ts";

/** For a provider's session: a program that has the provider but never calls it does not load a client. */
export const clientOnDemand: SessionSettings = { loadClient: () => import("#session-client") };
