import type { S3ClientConfig } from "@aws-sdk/client-s3";
import type { AwsCredentialIdentity as AwsIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import type { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type {
  AwsCredentialIdentity,
  CredentialsProvider,
  FromAssumeRoleOptions,
} from "@org/sts-client/credentials";
import type { STSClientConfig } from "@org/sts-client";
import { expectTypeOf, test } from "vitest";

type AwsProvider = ReturnType<typeof fromTemporaryCredentials>;
type AwsChain = ReturnType<typeof fromNodeProviderChain>;

test("the types of our providers fit where the AWS SDK wants credentials", () => {
  expectTypeOf<CredentialsProvider>().toExtend<NonNullable<S3ClientConfig["credentials"]>>();
  expectTypeOf<CredentialsProvider>().toExtend<AwsCredentialIdentityProvider>();
  expectTypeOf<AwsCredentialIdentity>().toExtend<AwsIdentity>();
});

test("the types of our providers accept the AWS SDK's providers", () => {
  expectTypeOf<AwsProvider>().toExtend<CredentialsProvider>();
  expectTypeOf<AwsChain>().toExtend<CredentialsProvider>();
  expectTypeOf<AwsProvider>().toExtend<NonNullable<FromAssumeRoleOptions["source"]>>();
  expectTypeOf<AwsCredentialIdentityProvider>().toExtend<NonNullable<STSClientConfig["credentials"]>>();
  expectTypeOf<AwsIdentity>().toExtend<AwsCredentialIdentity>();
});

test("the types of our providers accept the AWS SDK's options of fromTemporaryCredentials", () => {
  type AwsOptions = Parameters<typeof fromTemporaryCredentials>[0];
  expectTypeOf<
    Pick<AwsOptions, "params" | "masterCredentials" | "mfaCodeProvider">
  >().toExtend<FromAssumeRoleOptions>();
});
