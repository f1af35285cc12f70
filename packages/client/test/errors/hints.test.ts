import { inspect } from "node:util";

import { type AwsCredentialIdentity } from "@org/sts-client/credentials";
import { STSServiceException } from "@org/sts-client";
import { expect, test } from "vitest";

import { answeringClient, faultReply } from "../support/answering-client.ts";

const secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const role = { RoleArn: "arn:aws:iam::123456789012:role/demo", RoleSessionName: "test" };

interface Situation {
  readonly status?: number;
  readonly code: string;
  readonly message?: string;
  readonly region?: string;
  readonly credentials?: AwsCredentialIdentity;
  readonly input?: object;
  readonly date?: string;
}

async function hintOf({
  status = 403,
  code,
  message = "No",
  region = "eu-west-1",
  credentials,
  input,
  date,
}: Situation): Promise<string | undefined> {
  const reply = faultReply(status, code, message);
  const { sts } = answeringClient(
    { ...reply, headers: { "content-type": "text/xml", ...(date === undefined ? {} : { date }) } },
    { region, now: () => Date.parse("2026-03-01T12:00:00Z"), ...(credentials && { credentials }) },
  );
  const failure: unknown = await sts.assumeRole({ ...role, ...input }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(STSServiceException);
  return (failure as STSServiceException).hint; // just looked at
}

test.for([
  [
    "a temporary key without its token",
    { code: "InvalidClientTokenId", credentials: { accessKeyId: "ASIAIOSFODNN7EXAMPLE", secretAccessKey } },
    /ASIA.*no session token.*AWS_SESSION_TOKEN/,
  ],
  [
    "a left-over token with a long-term key",
    {
      code: "InvalidClientTokenId",
      credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey, sessionToken: "left-over" },
    },
    /AKIA.*Remove a left-over AWS_SESSION_TOKEN/,
  ],
  [
    "a key of another partition",
    { code: "InvalidClientTokenId", region: "cn-north-1" },
    /sts\.cn-north-1\.amazonaws\.com\.cn serves China.*another partition/,
  ],
  [
    "a key of another partition, in GovCloud",
    { code: "InvalidClientTokenId", region: "us-gov-west-1" },
    /serves AWS GovCloud \(US\)/,
  ],
  [
    "a global token in a region that must be enabled",
    {
      code: "InvalidClientTokenId",
      region: "af-south-1",
      credentials: { accessKeyId: "ASIAIOSFODNN7EXAMPLE", secretAccessKey, sessionToken: "global" },
    },
    /Tokens of the global endpoint are not valid/,
  ],
  [
    "a region where STS is not active",
    { code: "RegionDisabledException" },
    /not activated at sts\.eu-west-1.*IAM console/,
  ],
  ["a region that is not enabled", { code: "OptInRequired" }, /has not enabled the region/],
  [
    "a wrong secret key",
    { code: "SignatureDoesNotMatch", message: "The request signature we calculated does not match" },
    /secret access key does not belong/,
  ],
  [
    "a signature for another region",
    { code: "SignatureDoesNotMatch", message: "Credential should be scoped to a valid region. " },
    /signed for another region than that of sts\.eu-west-1/,
  ],
  [
    "a wrong clock",
    {
      code: "SignatureDoesNotMatch",
      message: "Signature expired: 20260301T120000Z is now earlier than 20260301T121500Z",
      date: "Sun, 01 Mar 2026 12:30:00 GMT",
    },
    /local clock is 180[01] s behind.*clock skew correction/,
  ],
  ["an old request", { status: 400, code: "RequestExpired" }, /dated 20260301T120000Z/],
  [
    "a wrong or used MFA code",
    {
      code: "AccessDenied",
      message: "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
    },
    /each code works once.*next one/,
  ],
  [
    "an MFA device that is not the caller's",
    {
      code: "AccessDenied",
      message:
        "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
      input: { SerialNumber: "GAHT12345678", TokenCode: "123456" },
    },
    /must name the caller's own MFA device/,
  ],
  [
    "a role chained for more than an hour",
    {
      status: 400,
      code: "ValidationError",
      message:
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    },
    /role chaining.*3600 seconds or less/,
  ],
  [
    "a session longer than the role allows",
    {
      status: 400,
      code: "ValidationError",
      message: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    },
    /maximum session duration/,
  ],
  [
    "policies and tags that are too large together",
    { status: 400, code: "PackedPolicyTooLarge", message: "Packed policy consumes 113% of allotted space" },
    /more than 100 % of the space/,
  ],
  [
    "the caller's own expired session",
    { code: "ExpiredToken" },
    /credentials that signed the request have expired/,
  ],
  ["an expired assertion", { status: 400, code: "ExpiredTokenException" }, /token or assertion.*new one/],
  [
    "the root user",
    { code: "AccessDenied", message: "Roles may not be assumed by root accounts." },
    /root user cannot/,
  ],
  [
    "credentials of the wrong kind",
    { code: "AccessDenied", message: "Cannot call GetSessionToken with session credentials" },
    /needs the long-term credentials/,
  ],
  [
    "a trust policy",
    {
      code: "AccessDenied",
      message:
        "User: arn:aws:iam::123456789012:user/a is not authorized to perform: sts:AssumeRole on resource: x",
    },
    /trust policy.*external id/,
  ],
  ["a damaged signature", { status: 400, code: "IncompleteSignature" }, /proxy.*authorization header/],
  ["a server that is not STS", { status: 400, code: "NoSuchVersion" }, /may not be STS/],
] satisfies [string, Situation, RegExp][])(
  "an error says what probably causes it: %s",
  async ([, situation, expected]) => {
    expect(await hintOf(situation)).toMatch(expected);
  },
);

test("an error says what probably causes it: an MFA ARN that names the user, even with validation off", async () => {
  const reply = faultReply(
    403,
    "AccessDenied",
    "MultiFactorAuthentication failed, unable to validate MFA code.",
  );
  const { sts } = answeringClient(reply, { inputValidation: "off" });
  const SerialNumber = "arn:aws:iam::123456789012:user/Alice";
  await expect(sts.getSessionToken({ SerialNumber, TokenCode: "123456" })).rejects.toMatchObject({
    hint: "SerialNumber names the user, not the device: write :mfa/ in place of :user/.",
  });
});

test("an error says what probably causes it: an operation that the global endpoint does not serve", async () => {
  const { sts } = answeringClient(faultReply(400, "InvalidAction", "Could not find operation"), {
    endpoint: "https://sts.amazonaws.com",
  });
  const input = {
    TargetPrincipal: "111122223333",
    TaskPolicyArn: { arn: "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy" },
  };
  await expect(sts.assumeRoot(input)).rejects.toMatchObject({
    hint: "The global endpoint does not serve AssumeRoot: give the client a region.",
  });
});

test("an error says what probably causes it: a web identity whose keys could not be fetched, or whose issuer nobody knows", async () => {
  const input = { ...role, WebIdentityToken: "header.payload.signature" };
  const hint = async (message: string): Promise<unknown> => {
    const { sts } = answeringClient(faultReply(400, "InvalidIdentityToken", message));
    return sts
      .assumeRoleWithWebIdentity(input)
      .catch((error: unknown) => (error as STSServiceException).hint); // the service said no
  };
  expect(await hint("Couldn't retrieve verification key from your identity provider")).toMatch(/try again/);
  expect(await hint("No OpenIDConnect provider found in your account for https://example.com")).toMatch(
    /create one in IAM/,
  );
  expect(await hint("Incorrect token audience")).toMatch(/aud claim/);
  expect(await hint("Malformed")).toBeUndefined();
});

test("a hint is left out where the cause cannot be known", async () => {
  expect(await hintOf({ code: "AccessDenied", message: "No" })).toBeUndefined();
  expect(await hintOf({ status: 500, code: "InternalFailure" })).toBeUndefined();
});

test("a hint is shown when the error is printed, and holds no secret", async () => {
  const { sts } = answeringClient(
    faultReply(403, "InvalidClientTokenId", "The security token included in the request is invalid"),
    {
      credentials: { accessKeyId: "ASIAIOSFODNN7EXAMPLE", secretAccessKey },
    },
  );
  const failure: unknown = await sts
    .assumeRole({ ...role, ExternalId: "s3cr3t-external-id" })
    .catch((error: unknown) => error);
  const printed = `${inspect(failure, { depth: 9 })} ${JSON.stringify(failure)}`;
  expect(printed).toContain("AWS_SESSION_TOKEN");
  expect(printed).not.toContain(secretAccessKey);
  expect(printed).not.toContain("s3cr3t");
});
