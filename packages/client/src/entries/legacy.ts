/**
 * What earlier versions of `@aws-sdk/client-sts` exported besides its shapes: functions that redact secrets.
 *
 * @module @org/sts-client/legacy
 */

import {
  AssumeRole,
  AssumeRoleWithSAML,
  AssumeRoleWithWebIdentity,
  AssumeRoot,
  DecodeAuthorizationMessage,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetDelegatedAccessToken,
  GetFederationToken,
  GetScopedCredentials,
  GetSessionToken,
  GetWebIdentityToken,
  redact,
  type AssumeRoleRequest,
  type AssumeRoleResponse,
  type AssumeRoleWithSAMLRequest,
  type AssumeRoleWithSAMLResponse,
  type AssumeRoleWithWebIdentityRequest,
  type AssumeRoleWithWebIdentityResponse,
  type AssumeRootRequest,
  type AssumeRootResponse,
  type AssumedRoleUser,
  type Credentials,
  type DecodeAuthorizationMessageRequest,
  type DecodeAuthorizationMessageResponse,
  type FederatedUser,
  type GetAccessKeyInfoRequest,
  type GetAccessKeyInfoResponse,
  type GetCallerIdentityRequest,
  type GetCallerIdentityResponse,
  type GetDelegatedAccessTokenRequest,
  type GetDelegatedAccessTokenResponse,
  type GetFederationTokenRequest,
  type GetFederationTokenResponse,
  type GetScopedCredentialsRequest,
  type GetScopedCredentialsResponse,
  type GetSessionTokenRequest,
  type GetSessionTokenResponse,
  type GetWebIdentityTokenRequest,
  type GetWebIdentityTokenResponse,
  type PolicyDescriptorType,
  type ProvidedContext,
  type Tag,
} from "@org/sts-protocol/declarations";
import type { Members, Schema } from "@org/sts-protocol";

// What earlier versions of `@aws-sdk/client-sts` exported besides its shapes: a function for each that redacts secrets.

/** Copies a value for a log, with everything secret in it replaced. */
export type FilterSensitiveLog<Shape extends object> = (value: Partial<Shape>) => Record<string, unknown>;

/** Copies an `AssumeRoleRequest` with everything secret replaced. */
export const AssumeRoleRequestFilterSensitiveLog: FilterSensitiveLog<AssumeRoleRequest> =
  /* @__PURE__ */ filterOf(AssumeRole.input);

/** Copies an `AssumeRoleResponse` with everything secret replaced. */
export const AssumeRoleResponseFilterSensitiveLog: FilterSensitiveLog<AssumeRoleResponse> =
  /* @__PURE__ */ filterOf(AssumeRole.output);

/** Copies an `AssumeRoleWithSAMLRequest` with everything secret replaced. */
export const AssumeRoleWithSAMLRequestFilterSensitiveLog: FilterSensitiveLog<AssumeRoleWithSAMLRequest> =
  /* @__PURE__ */ filterOf(AssumeRoleWithSAML.input);

/** Copies an `AssumeRoleWithSAMLResponse` with everything secret replaced. */
export const AssumeRoleWithSAMLResponseFilterSensitiveLog: FilterSensitiveLog<AssumeRoleWithSAMLResponse> =
  /* @__PURE__ */ filterOf(AssumeRoleWithSAML.output);

/** Copies an `AssumeRoleWithWebIdentityRequest` with everything secret replaced. */
export const AssumeRoleWithWebIdentityRequestFilterSensitiveLog: FilterSensitiveLog<AssumeRoleWithWebIdentityRequest> =
  /* @__PURE__ */ filterOf(AssumeRoleWithWebIdentity.input);

/** Copies an `AssumeRoleWithWebIdentityResponse` with everything secret replaced. */
export const AssumeRoleWithWebIdentityResponseFilterSensitiveLog: FilterSensitiveLog<AssumeRoleWithWebIdentityResponse> =
  /* @__PURE__ */ filterOf(AssumeRoleWithWebIdentity.output);

/** Copies an `AssumeRootRequest` with everything secret replaced. */
export const AssumeRootRequestFilterSensitiveLog: FilterSensitiveLog<AssumeRootRequest> =
  /* @__PURE__ */ filterOf(AssumeRoot.input);

/** Copies an `AssumeRootResponse` with everything secret replaced. */
export const AssumeRootResponseFilterSensitiveLog: FilterSensitiveLog<AssumeRootResponse> =
  /* @__PURE__ */ filterOf(AssumeRoot.output);

/** Copies a `DecodeAuthorizationMessageRequest` with everything secret replaced. */
export const DecodeAuthorizationMessageRequestFilterSensitiveLog: FilterSensitiveLog<DecodeAuthorizationMessageRequest> =
  /* @__PURE__ */ filterOf(DecodeAuthorizationMessage.input);

/** Copies a `DecodeAuthorizationMessageResponse` with everything secret replaced. */
export const DecodeAuthorizationMessageResponseFilterSensitiveLog: FilterSensitiveLog<DecodeAuthorizationMessageResponse> =
  /* @__PURE__ */ filterOf(DecodeAuthorizationMessage.output);

/** Copies a `GetAccessKeyInfoRequest` with everything secret replaced. */
export const GetAccessKeyInfoRequestFilterSensitiveLog: FilterSensitiveLog<GetAccessKeyInfoRequest> =
  /* @__PURE__ */ filterOf(GetAccessKeyInfo.input);

/** Copies a `GetAccessKeyInfoResponse` with everything secret replaced. */
export const GetAccessKeyInfoResponseFilterSensitiveLog: FilterSensitiveLog<GetAccessKeyInfoResponse> =
  /* @__PURE__ */ filterOf(GetAccessKeyInfo.output);

/** Copies a `GetCallerIdentityRequest` with everything secret replaced. */
export const GetCallerIdentityRequestFilterSensitiveLog: FilterSensitiveLog<GetCallerIdentityRequest> =
  /* @__PURE__ */ filterOf(GetCallerIdentity.input);

/** Copies a `GetCallerIdentityResponse` with everything secret replaced. */
export const GetCallerIdentityResponseFilterSensitiveLog: FilterSensitiveLog<GetCallerIdentityResponse> =
  /* @__PURE__ */ filterOf(GetCallerIdentity.output);

/** Copies a `GetDelegatedAccessTokenRequest` with everything secret replaced. */
export const GetDelegatedAccessTokenRequestFilterSensitiveLog: FilterSensitiveLog<GetDelegatedAccessTokenRequest> =
  /* @__PURE__ */ filterOf(GetDelegatedAccessToken.input);

/** Copies a `GetDelegatedAccessTokenResponse` with everything secret replaced. */
export const GetDelegatedAccessTokenResponseFilterSensitiveLog: FilterSensitiveLog<GetDelegatedAccessTokenResponse> =
  /* @__PURE__ */ filterOf(GetDelegatedAccessToken.output);

/** Copies a `GetFederationTokenRequest` with everything secret replaced. */
export const GetFederationTokenRequestFilterSensitiveLog: FilterSensitiveLog<GetFederationTokenRequest> =
  /* @__PURE__ */ filterOf(GetFederationToken.input);

/** Copies a `GetFederationTokenResponse` with everything secret replaced. */
export const GetFederationTokenResponseFilterSensitiveLog: FilterSensitiveLog<GetFederationTokenResponse> =
  /* @__PURE__ */ filterOf(GetFederationToken.output);

/** Copies a `GetScopedCredentialsRequest` with everything secret replaced. */
export const GetScopedCredentialsRequestFilterSensitiveLog: FilterSensitiveLog<GetScopedCredentialsRequest> =
  /* @__PURE__ */ filterOf(GetScopedCredentials.input);

/** Copies a `GetScopedCredentialsResponse` with everything secret replaced. */
export const GetScopedCredentialsResponseFilterSensitiveLog: FilterSensitiveLog<GetScopedCredentialsResponse> =
  /* @__PURE__ */ filterOf(GetScopedCredentials.output);

/** Copies a `GetSessionTokenRequest` with everything secret replaced. */
export const GetSessionTokenRequestFilterSensitiveLog: FilterSensitiveLog<GetSessionTokenRequest> =
  /* @__PURE__ */ filterOf(GetSessionToken.input);

/** Copies a `GetSessionTokenResponse` with everything secret replaced. */
export const GetSessionTokenResponseFilterSensitiveLog: FilterSensitiveLog<GetSessionTokenResponse> =
  /* @__PURE__ */ filterOf(GetSessionToken.output);

/** Copies a `GetWebIdentityTokenRequest` with everything secret replaced. */
export const GetWebIdentityTokenRequestFilterSensitiveLog: FilterSensitiveLog<GetWebIdentityTokenRequest> =
  /* @__PURE__ */ filterOf(GetWebIdentityToken.input);

/** Copies a `GetWebIdentityTokenResponse` with everything secret replaced. */
export const GetWebIdentityTokenResponseFilterSensitiveLog: FilterSensitiveLog<GetWebIdentityTokenResponse> =
  /* @__PURE__ */ filterOf(GetWebIdentityToken.output);

/** Copies an `AssumedRoleUser` with everything secret replaced. */
export const AssumedRoleUserFilterSensitiveLog: FilterSensitiveLog<AssumedRoleUser> =
  /* @__PURE__ */ filterOf(membersOf(AssumeRole.output["AssumedRoleUser"]));

/** Copies a `Credentials` with everything secret replaced. */
export const CredentialsFilterSensitiveLog: FilterSensitiveLog<Credentials> = /* @__PURE__ */ filterOf(
  membersOf(AssumeRole.output["Credentials"]),
);

/** Copies a `FederatedUser` with everything secret replaced. */
export const FederatedUserFilterSensitiveLog: FilterSensitiveLog<FederatedUser> = /* @__PURE__ */ filterOf(
  membersOf(GetFederationToken.output["FederatedUser"]),
);

/** Copies a `PolicyDescriptorType` with everything secret replaced. */
export const PolicyDescriptorTypeFilterSensitiveLog: FilterSensitiveLog<PolicyDescriptorType> =
  /* @__PURE__ */ filterOf(membersOf(AssumeRole.input["PolicyArns"]));

/** Copies a `ProvidedContext` with everything secret replaced. */
export const ProvidedContextFilterSensitiveLog: FilterSensitiveLog<ProvidedContext> =
  /* @__PURE__ */ filterOf(membersOf(AssumeRole.input["ProvidedContexts"]));

/** Copies a `Tag` with everything secret replaced. */
export const TagFilterSensitiveLog: FilterSensitiveLog<Tag> = /* @__PURE__ */ filterOf(
  membersOf(AssumeRole.input["Tags"]),
);

function filterOf<Shape extends object>(members: Members): FilterSensitiveLog<Shape> {
  return (value) => redact(members, value);
}

/** The members of a structure, or of the structures in a list. */
function membersOf(schema: Schema | undefined): Members {
  if (schema?.kind === "list") return membersOf(schema.member);
  return schema?.kind === "struct" ? schema.members : {};
}
