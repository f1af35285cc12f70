import type * as Aws from "@aws-sdk/client-sts";
import * as Ours from "@org/sts-client";
import { expectTypeOf, test } from "vitest";

interface AwsInputs {
  AssumeRole: Aws.AssumeRoleCommandInput;
  AssumeRoleWithSAML: Aws.AssumeRoleWithSAMLCommandInput;
  AssumeRoleWithWebIdentity: Aws.AssumeRoleWithWebIdentityCommandInput;
  AssumeRoot: Aws.AssumeRootCommandInput;
  DecodeAuthorizationMessage: Aws.DecodeAuthorizationMessageCommandInput;
  GetAccessKeyInfo: Aws.GetAccessKeyInfoCommandInput;
  GetCallerIdentity: Aws.GetCallerIdentityCommandInput;
  GetDelegatedAccessToken: Aws.GetDelegatedAccessTokenCommandInput;
  GetFederationToken: Aws.GetFederationTokenCommandInput;
  GetScopedCredentials: Aws.GetScopedCredentialsCommandInput;
  GetSessionToken: Aws.GetSessionTokenCommandInput;
  GetWebIdentityToken: Aws.GetWebIdentityTokenCommandInput;
}

interface OurInputs {
  AssumeRole: Ours.AssumeRoleCommandInput;
  AssumeRoleWithSAML: Ours.AssumeRoleWithSAMLCommandInput;
  AssumeRoleWithWebIdentity: Ours.AssumeRoleWithWebIdentityCommandInput;
  AssumeRoot: Ours.AssumeRootCommandInput;
  DecodeAuthorizationMessage: Ours.DecodeAuthorizationMessageCommandInput;
  GetAccessKeyInfo: Ours.GetAccessKeyInfoCommandInput;
  GetCallerIdentity: Ours.GetCallerIdentityCommandInput;
  GetDelegatedAccessToken: Ours.GetDelegatedAccessTokenCommandInput;
  GetFederationToken: Ours.GetFederationTokenCommandInput;
  GetScopedCredentials: Ours.GetScopedCredentialsCommandInput;
  GetSessionToken: Ours.GetSessionTokenCommandInput;
  GetWebIdentityToken: Ours.GetWebIdentityTokenCommandInput;
}

interface AwsOutputs {
  AssumeRole: Aws.AssumeRoleCommandOutput;
  AssumeRoleWithSAML: Aws.AssumeRoleWithSAMLCommandOutput;
  AssumeRoleWithWebIdentity: Aws.AssumeRoleWithWebIdentityCommandOutput;
  AssumeRoot: Aws.AssumeRootCommandOutput;
  DecodeAuthorizationMessage: Aws.DecodeAuthorizationMessageCommandOutput;
  GetAccessKeyInfo: Aws.GetAccessKeyInfoCommandOutput;
  GetCallerIdentity: Aws.GetCallerIdentityCommandOutput;
  GetDelegatedAccessToken: Aws.GetDelegatedAccessTokenCommandOutput;
  GetFederationToken: Aws.GetFederationTokenCommandOutput;
  GetScopedCredentials: Aws.GetScopedCredentialsCommandOutput;
  GetSessionToken: Aws.GetSessionTokenCommandOutput;
  GetWebIdentityToken: Aws.GetWebIdentityTokenCommandOutput;
}

interface OurOutputs {
  AssumeRole: Ours.AssumeRoleCommandOutput;
  AssumeRoleWithSAML: Ours.AssumeRoleWithSAMLCommandOutput;
  AssumeRoleWithWebIdentity: Ours.AssumeRoleWithWebIdentityCommandOutput;
  AssumeRoot: Ours.AssumeRootCommandOutput;
  DecodeAuthorizationMessage: Ours.DecodeAuthorizationMessageCommandOutput;
  GetAccessKeyInfo: Ours.GetAccessKeyInfoCommandOutput;
  GetCallerIdentity: Ours.GetCallerIdentityCommandOutput;
  GetDelegatedAccessToken: Ours.GetDelegatedAccessTokenCommandOutput;
  GetFederationToken: Ours.GetFederationTokenCommandOutput;
  GetScopedCredentials: Ours.GetScopedCredentialsCommandOutput;
  GetSessionToken: Ours.GetSessionTokenCommandOutput;
  GetWebIdentityToken: Ours.GetWebIdentityTokenCommandOutput;
}

/** The names whose value in `From` does not fit in `To`. */
type Misfits<From, To extends Record<keyof From, unknown>> = {
  [Name in keyof From]: From[Name] extends To[Name] ? never : Name;
}[keyof From];

test("a command takes any input that the AWS SDK's command takes", () => {
  expectTypeOf<Misfits<AwsInputs, OurInputs>>().toBeNever();
  expectTypeOf<Aws.ServiceInputTypes>().toExtend<Ours.ServiceInputTypes>();
  const commands = (input: AwsInputs): unknown => [
    new Ours.AssumeRoleCommand(input.AssumeRole),
    new Ours.AssumeRoleWithSAMLCommand(input.AssumeRoleWithSAML),
    new Ours.AssumeRoleWithWebIdentityCommand(input.AssumeRoleWithWebIdentity),
    new Ours.AssumeRootCommand(input.AssumeRoot),
    new Ours.DecodeAuthorizationMessageCommand(input.DecodeAuthorizationMessage),
    new Ours.GetAccessKeyInfoCommand(input.GetAccessKeyInfo),
    new Ours.GetCallerIdentityCommand(input.GetCallerIdentity),
    new Ours.GetDelegatedAccessTokenCommand(input.GetDelegatedAccessToken),
    new Ours.GetFederationTokenCommand(input.GetFederationToken),
    new Ours.GetScopedCredentialsCommand(input.GetScopedCredentials),
    new Ours.GetSessionTokenCommand(input.GetSessionToken),
    new Ours.GetWebIdentityTokenCommand(input.GetWebIdentityToken),
  ];
  expectTypeOf(commands).returns.toBeUnknown();
});

test("an output is accepted where the AWS SDK's is expected", () => {
  expectTypeOf<Misfits<OurOutputs, AwsOutputs>>().toBeNever();
  expectTypeOf<Ours.ServiceOutputTypes>().toExtend<Aws.ServiceOutputTypes>();
});

test("an input may be left out exactly where no member is required", () => {
  const leaveOut = (sts: Ours.STS): unknown => [
    new Ours.GetCallerIdentityCommand(),
    new Ours.GetScopedCredentialsCommand(),
    new Ours.GetSessionTokenCommand(),
    sts.getCallerIdentity(),
    sts.getScopedCredentials(),
    sts.getSessionToken(),
    // @ts-expect-error -- a role and a session name must be given
    new Ours.AssumeRoleCommand(),
    // @ts-expect-error -- a role and a session name must be given
    sts.assumeRole(),
    // @ts-expect-error -- a session name must be given
    sts.assumeRole({ RoleArn: "arn:aws:iam::123456789012:role/demo" }),
    // @ts-expect-error -- the member is spelled differently
    sts.getSessionToken({ durationSeconds: 900 }),
  ];
  expectTypeOf(leaveOut).returns.toBeUnknown();
});

test("a method has the three forms of the AWS SDK", () => {
  const forms = (sts: Ours.STS, input: Ours.GetCallerIdentityCommandInput): unknown => {
    sts.getCallerIdentity(input, (_error, output) => {
      expectTypeOf(output).toEqualTypeOf<Ours.GetCallerIdentityCommandOutput | undefined>();
    });
    sts.getCallerIdentity(input, { requestTimeout: 1 }, (_error, output) => {
      expectTypeOf(output).toEqualTypeOf<Ours.GetCallerIdentityCommandOutput | undefined>();
    });
    const promise = sts.getCallerIdentity(input, { requestTimeout: 1 });
    expectTypeOf(promise).resolves.toEqualTypeOf<Ours.GetCallerIdentityCommandOutput>();
    return promise;
  };
  expectTypeOf(forms).returns.toBeUnknown();
});

test("a method takes an input that was made before, and its own form is the promise", () => {
  const input = { RoleArn: "arn:aws:iam::123456789012:role/demo", RoleSessionName: "test" };
  const forms = (sts: Ours.STS): unknown =>
    sts.assumeRole(input, (_error, output) => {
      expectTypeOf(output).toEqualTypeOf<Ours.AssumeRoleCommandOutput | undefined>();
    });
  expectTypeOf(forms).returns.toBeUnknown();
  expectTypeOf<Awaited<ReturnType<Ours.STS["assumeRole"]>>>().toEqualTypeOf<Ours.AssumeRoleCommandOutput>();
});

test("credentials in results are present", () => {
  expectTypeOf<Ours.AssumeRoleCommandOutput["Credentials"]>().toEqualTypeOf<Ours.Credentials>();
  expectTypeOf<Ours.Credentials["SessionToken"]>().toEqualTypeOf<string>();
});
