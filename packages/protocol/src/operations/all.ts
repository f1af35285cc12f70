// The one list of this package: every entry point that re-exports this file exports everything in these modules.
export * from "./assume-role.ts";
export * from "./assume-role-with-saml.ts";
export * from "./assume-role-with-web-identity.ts";
export * from "./assume-root.ts";
export * from "./decode-authorization-message.ts";
export * from "./get-access-key-info.ts";
export * from "./get-caller-identity.ts";
export * from "./get-delegated-access-token.ts";
export * from "./get-federation-token.ts";
export * from "./get-scoped-credentials.ts";
export * from "./get-session-token.ts";
export * from "./get-web-identity-token.ts";
