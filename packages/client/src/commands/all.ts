// The one list of commands: entry points, the methods of `STS` and the union types are derived from it.
export * from "./assume-role-with-saml.ts";
export * from "./assume-role-with-web-identity.ts";
export * from "./assume-role.ts";
export * from "./assume-root.ts";
export * from "./decode-authorization-message.ts";
export * from "./get-access-key-info.ts";
export * from "./get-caller-identity.ts";
export * from "./get-delegated-access-token.ts";
export * from "./get-federation-token.ts";
export * from "./get-scoped-credentials.ts";
export * from "./get-session-token.ts";
export * from "./get-web-identity-token.ts";
