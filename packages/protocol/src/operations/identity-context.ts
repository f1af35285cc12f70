import type { MembersOf, OptionalMember, StringSchema, StructSchema } from "../schema.ts";
import { text } from "./shapes.ts";

/**
 * The end user or workload on whose behalf a session acts.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_OriginIdentity.html OriginIdentity}
 */
export interface OriginIdentity {
  /** The end user's identifier, from the claim that the context provider maps as the subject. Redacted when printed. */
  Subject?: string | undefined;
  /** `user` for a person, `workload` for an application or service. Redacted when printed. */
  SubjectType?: string | undefined;
  /**
   * Who vouches for the user. For web identities the token's `iss` claim without `https://`; for SAML a hash of the key
   * that signed the assertion. Redacted when printed.
   */
  Issuer?: string | undefined;
  /** ARN of the IAM identity provider through which the user came. */
  FederatedProviderArn?: string | undefined;
}

/**
 * Further claims about the request, made by the identity provider.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_TransactionContext.html TransactionContext}
 */
export interface TransactionContext {
  /** Claims by the last part of their key `aws:TransactionContext/IdentityProvider/…`, up to 128 characters each. Values are redacted when printed. */
  IdentityProvider?: Record<string, string> | undefined;
}

/**
 * What the new session knows about the end user, if the identity provider passes on such context.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_TrustedIdentityPropagationContext.html TrustedIdentityPropagationContext}
 */
export interface TrustedIdentityPropagationContext {
  /** The end user. */
  OriginIdentity?: OriginIdentity | undefined;
  /** Further claims. */
  TransactionContext?: TransactionContext | undefined;
}

const secret: OptionalMember<StringSchema> = { kind: "string", sensitive: true };

/** How {@link TrustedIdentityPropagationContext} travels. */
export const identityContext: OptionalMember<StructSchema<MembersOf<TrustedIdentityPropagationContext>>> = {
  kind: "struct",
  sensitive: true,
  members: {
    OriginIdentity: {
      kind: "struct",
      members: { Subject: secret, SubjectType: secret, Issuer: secret, FederatedProviderArn: text },
    },
    TransactionContext: {
      kind: "struct",
      members: { IdentityProvider: { kind: "map", value: secret } },
    },
  },
};
