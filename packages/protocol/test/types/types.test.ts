import type * as Aws from "@aws-sdk/client-sts";
import { WebIdentityTokenSubjectModeType as AwsSubjectMode } from "@aws-sdk/client-sts";
import type * as Ours from "@org/sts-protocol";
import {
  AssumeRole,
  encodeRequest,
  GetSessionToken,
  WebIdentityTokenSubjectModeType,
} from "@org/sts-protocol";
import { expect, expectTypeOf, test } from "vitest";

interface AwsInputs {
  AssumeRole: Aws.AssumeRoleRequest;
  AssumeRoleWithSAML: Aws.AssumeRoleWithSAMLRequest;
  AssumeRoleWithWebIdentity: Aws.AssumeRoleWithWebIdentityRequest;
  AssumeRoot: Aws.AssumeRootRequest;
  DecodeAuthorizationMessage: Aws.DecodeAuthorizationMessageRequest;
  GetAccessKeyInfo: Aws.GetAccessKeyInfoRequest;
  GetCallerIdentity: Aws.GetCallerIdentityRequest;
  GetDelegatedAccessToken: Aws.GetDelegatedAccessTokenRequest;
  GetFederationToken: Aws.GetFederationTokenRequest;
  GetScopedCredentials: Aws.GetScopedCredentialsRequest;
  GetSessionToken: Aws.GetSessionTokenRequest;
  GetWebIdentityToken: Aws.GetWebIdentityTokenRequest;
}

interface OurInputs {
  AssumeRole: Ours.AssumeRoleRequest;
  AssumeRoleWithSAML: Ours.AssumeRoleWithSAMLRequest;
  AssumeRoleWithWebIdentity: Ours.AssumeRoleWithWebIdentityRequest;
  AssumeRoot: Ours.AssumeRootRequest;
  DecodeAuthorizationMessage: Ours.DecodeAuthorizationMessageRequest;
  GetAccessKeyInfo: Ours.GetAccessKeyInfoRequest;
  GetCallerIdentity: Ours.GetCallerIdentityRequest;
  GetDelegatedAccessToken: Ours.GetDelegatedAccessTokenRequest;
  GetFederationToken: Ours.GetFederationTokenRequest;
  GetScopedCredentials: Ours.GetScopedCredentialsRequest;
  GetSessionToken: Ours.GetSessionTokenRequest;
  GetWebIdentityToken: Ours.GetWebIdentityTokenRequest;
}

interface AwsOutputs {
  AssumeRole: Aws.AssumeRoleResponse;
  AssumeRoleWithSAML: Aws.AssumeRoleWithSAMLResponse;
  AssumeRoleWithWebIdentity: Aws.AssumeRoleWithWebIdentityResponse;
  AssumeRoot: Aws.AssumeRootResponse;
  DecodeAuthorizationMessage: Aws.DecodeAuthorizationMessageResponse;
  GetAccessKeyInfo: Aws.GetAccessKeyInfoResponse;
  GetCallerIdentity: Aws.GetCallerIdentityResponse;
  GetDelegatedAccessToken: Aws.GetDelegatedAccessTokenResponse;
  GetFederationToken: Aws.GetFederationTokenResponse;
  GetScopedCredentials: Aws.GetScopedCredentialsResponse;
  GetSessionToken: Aws.GetSessionTokenResponse;
  GetWebIdentityToken: Aws.GetWebIdentityTokenResponse;
}

interface OurOutputs {
  AssumeRole: Ours.AssumeRoleResponse;
  AssumeRoleWithSAML: Ours.AssumeRoleWithSAMLResponse;
  AssumeRoleWithWebIdentity: Ours.AssumeRoleWithWebIdentityResponse;
  AssumeRoot: Ours.AssumeRootResponse;
  DecodeAuthorizationMessage: Ours.DecodeAuthorizationMessageResponse;
  GetAccessKeyInfo: Ours.GetAccessKeyInfoResponse;
  GetCallerIdentity: Ours.GetCallerIdentityResponse;
  GetDelegatedAccessToken: Ours.GetDelegatedAccessTokenResponse;
  GetFederationToken: Ours.GetFederationTokenResponse;
  GetScopedCredentials: Ours.GetScopedCredentialsResponse;
  GetSessionToken: Ours.GetSessionTokenResponse;
  GetWebIdentityToken: Ours.GetWebIdentityTokenResponse;
}

interface AwsShapes {
  AssumedRoleUser: Aws.AssumedRoleUser;
  Credentials: Aws.Credentials;
  FederatedUser: Aws.FederatedUser;
  OriginIdentity: Aws.OriginIdentity;
  PolicyDescriptorType: Aws.PolicyDescriptorType;
  ProvidedContext: Aws.ProvidedContext;
  ScopedSession: Aws.ScopedSession;
  Tag: Aws.Tag;
  TransactionContext: Aws.TransactionContext;
  TrustedIdentityPropagationContext: Aws.TrustedIdentityPropagationContext;
}

interface OurShapes {
  AssumedRoleUser: Ours.AssumedRoleUser;
  Credentials: Ours.Credentials;
  FederatedUser: Ours.FederatedUser;
  OriginIdentity: Ours.OriginIdentity;
  PolicyDescriptorType: Ours.PolicyDescriptorType;
  ProvidedContext: Ours.ProvidedContext;
  ScopedSession: Ours.ScopedSession;
  Tag: Ours.Tag;
  TransactionContext: Ours.TransactionContext;
  TrustedIdentityPropagationContext: Ours.TrustedIdentityPropagationContext;
}

/** The names whose value in `From` does not fit in `To`. */
type Misfits<From, To extends Record<keyof From, unknown>> = {
  [Name in keyof From]: From[Name] extends To[Name] ? never : Name;
}[keyof From];

test("any input type of the AWS SDK is accepted as an input", () => {
  expectTypeOf<Misfits<AwsInputs, OurInputs>>().toBeNever();
  expectTypeOf<keyof OurInputs>().toEqualTypeOf<keyof AwsInputs>();
});

test("inputs have the same member names as those of the AWS SDK", () => {
  type MemberNames<Inputs> = { [Name in keyof Inputs]: keyof Inputs[Name] };
  expectTypeOf<MemberNames<OurInputs>>().toEqualTypeOf<MemberNames<AwsInputs>>();
});

test("any output is accepted where one of the AWS SDK is expected", () => {
  expectTypeOf<Misfits<OurOutputs, AwsOutputs>>().toBeNever();
});

test("outputs have the same member names as those of the AWS SDK", () => {
  type MemberNames<Outputs> = { [Name in keyof Outputs]: keyof Outputs[Name] };
  expectTypeOf<MemberNames<OurOutputs>>().toEqualTypeOf<MemberNames<AwsOutputs>>();
});

test("shapes are assignable to those of the AWS SDK, and those of requests from there", () => {
  expectTypeOf<Misfits<OurShapes, AwsShapes>>().toBeNever();
  expectTypeOf<Aws.Tag>().toExtend<Ours.Tag>();
  expectTypeOf<Aws.PolicyDescriptorType>().toExtend<Ours.PolicyDescriptorType>();
  expectTypeOf<Aws.ProvidedContext>().toExtend<Ours.ProvidedContext>();
});

test("members that the service promises are never undefined in the types", () => {
  expectTypeOf<Ours.GetSessionTokenResponse["Credentials"]["Expiration"]>().toEqualTypeOf<Date>();
  expectTypeOf<Ours.GetCallerIdentityResponse["Account"]>().toEqualTypeOf<string>();
});

test("the subject modes are those of the AWS SDK", () => {
  expect(WebIdentityTokenSubjectModeType).toEqual(AwsSubjectMode);
  expectTypeOf<Aws.WebIdentityTokenSubjectModeType>().toEqualTypeOf<Ours.WebIdentityTokenSubjectModeType>();
});

interface Request {
  Name: string;
  Size?: number | undefined;
  When?: Date | undefined;
  Tags?: Ours.Tag[] | undefined;
  Claims?: Record<string, string> | undefined;
}

type Table = Ours.MembersOf<Request>;

test("a table that does not fit its interface does not compile, member by member", () => {
  const Tags = AssumeRole.input.Tags;
  const Name = { kind: "string", required: true } as const;
  const Size = { kind: "integer" } as const;
  const When = { kind: "timestamp" } as const;
  const Claims = { kind: "map", value: { kind: "string" } } as const;
  const complete: Table = { Name, Size, When, Tags, Claims };
  expect(Object.keys(complete)).toHaveLength(5);

  // @ts-expect-error -- a member is missing
  const missing: Table = { Name, Size, When, Tags };
  // @ts-expect-error -- a member must be given, and the table forgets to say so
  const forgotten: Table = { Name: { kind: "string" }, Size, When, Tags, Claims };
  // @ts-expect-error -- a member may be absent, and the table says it must be given
  const demanding: Table = { Name, Size: { kind: "integer", required: true }, When, Tags, Claims };
  // @ts-expect-error -- a number travels as an integer
  const wrongKind: Table = { Name, Size: { kind: "string" }, When, Tags, Claims };
  // @ts-expect-error -- a list of structures needs their members
  const wrongItem: Table = { Name, Size, When, Tags: { kind: "list", member: { kind: "string" } }, Claims };
  // @ts-expect-error -- the interface has no such member
  const unknownMember: Table = { Name, Size, When, Tags, Claims, Other: { kind: "string" } };
  expect([missing, forgotten, demanding, wrongKind, wrongItem, unknownMember]).toHaveLength(6);
});

test("an input of the wrong form does not compile", () => {
  const endpoint = { hostname: "sts.amazonaws.com" };
  const off = { inputValidation: "off" } as const;
  // @ts-expect-error -- a duration is a number
  expect(encodeRequest(GetSessionToken, { DurationSeconds: "900" }, endpoint, off)).toBeDefined();
  // @ts-expect-error -- the member is spelled differently
  expect(encodeRequest(GetSessionToken, { durationSeconds: 900 }, endpoint, off)).toBeDefined();
  // @ts-expect-error -- a role and a session name must be given
  expect(encodeRequest(AssumeRole, {}, endpoint, off)).toBeDefined();
});
