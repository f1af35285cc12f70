// Which exports of the AWS SDK's packages have a counterpart here, and where. A test compares these tables with the packages.

/** Operations of STS, as the commands and methods are named. */
export const OPERATIONS: readonly string[] = [
  "AssumeRole",
  "AssumeRoleWithSAML",
  "AssumeRoleWithWebIdentity",
  "AssumeRoot",
  "DecodeAuthorizationMessage",
  "GetAccessKeyInfo",
  "GetCallerIdentity",
  "GetDelegatedAccessToken",
  "GetFederationToken",
  "GetScopedCredentials",
  "GetSessionToken",
  "GetWebIdentityToken",
];

/** Where an imported name is found. */
export interface Counterpart {
  /** The module to import from. */
  readonly module: string;
  /** The name it is exported under there. */
  readonly name: string;
}

/** The modules of version 3 whose imports are changed. */
export const V3_MODULES: readonly string[] = [
  "@aws-sdk/client-sts",
  "@aws-sdk/credential-providers",
  "@smithy/signature-v4",
  "@aws-sdk/signature-v4",
];

/** Finds the counterpart of an export of a version 3 module, or the reason why there is none. */
export function findCounterpart(module: string, name: string): Counterpart | string {
  if (module === "@aws-sdk/client-sts") {
    if (CLIENT_NAMES.has(name)) return { module: "@org/sts-client", name };
    return name.endsWith("$")
      ? `${name} is a schema of the AWS SDK; @org/sts-protocol declares the operations instead`
      : `@org/sts-client has no ${name}`;
  }
  if (module === "@aws-sdk/credential-providers") {
    return (
      PROVIDERS.get(name) ??
      `${name} has no counterpart${PROVIDER_REASONS[name] ?? ""}; it stays with the AWS SDK, whose providers @org/sts-client accepts`
    );
  }
  return SIGNER_NAMES.has(name)
    ? { module: "@org/sts-signer", name }
    : `${name} is a part of the AWS SDK's signer that @org/sts-signer does not export; it stays with ${module}`;
}

const CLIENT_NAMES: ReadonlySet<string> = new Set([
  "STSClient",
  "STS",
  "STSClientConfig",
  "STSClientConfigType",
  "STSClientResolvedConfig",
  "STSClientResolvedConfigType",
  "STSServiceException",
  "STSExtensionConfiguration",
  "RuntimeExtension",
  "ServiceInputTypes",
  "ServiceOutputTypes",
  "ClientDefaults",
  "$Command",
  "__Client",
  "__MetadataBearer",
  ...OPERATIONS.flatMap((operation) => [
    `${operation}Command`,
    `${operation}CommandInput`,
    `${operation}CommandOutput`,
    `${operation}Request`,
    `${operation}Response`,
  ]),
  "AssumedRoleUser",
  "Credentials",
  "FederatedUser",
  "OriginIdentity",
  "PolicyDescriptorType",
  "ProvidedContext",
  "ScopedSession",
  "Tag",
  "TransactionContext",
  "TrustedIdentityPropagationContext",
  "WebIdentityTokenSubjectModeType",
  "ExpiredTokenException",
  "ExpiredTradeInTokenException",
  "IDPCommunicationErrorException",
  "IDPRejectedClaimException",
  "InsufficientSessionLifetimeException",
  "InvalidAuthorizationMessageException",
  "InvalidContextAssertionException",
  "InvalidIdentityTokenException",
  "InvalidSubjectCredentialsException",
  "JWTPayloadSizeExceededException",
  "MalformedPolicyDocumentException",
  "OutboundWebIdentityFederationDisabledException",
  "PackedPolicyTooLargeException",
  "RegionDisabledException",
  "SessionDurationEscalationException",
  "decorateDefaultCredentialProvider",
  "getDefaultRoleAssumer",
  "getDefaultRoleAssumerWithWebIdentity",
  "DefaultCredentialProvider",
  "RoleAssumer",
  "RoleAssumerWithWebIdentity",
]);

/** Types of `@aws-sdk/client-sts` that version 2 has under the same name in `AWS.STS`. */
export function isStsShape(name: string): boolean {
  return /^[A-Z].*(Request|Response)$/.test(name)
    ? CLIENT_NAMES.has(name)
    : [
        "AssumedRoleUser",
        "Credentials",
        "FederatedUser",
        "PolicyDescriptorType",
        "ProvidedContext",
        "Tag",
      ].includes(name);
}

const ANYWHERE = "@org/sts-client/credentials";
const NODE = "@org/sts-client/credentials/node";

const PROVIDERS: ReadonlyMap<string, Counterpart> = new Map([
  ["fromEnv", { module: ANYWHERE, name: "fromEnv" }],
  ["fromHttp", { module: ANYWHERE, name: "fromHttp" }],
  ["FromHttpOptions", { module: ANYWHERE, name: "FromHttpOptions" }],
  ["fromInstanceMetadata", { module: ANYWHERE, name: "fromInstanceMetadata" }],
  ["fromTemporaryCredentials", { module: ANYWHERE, name: "fromTemporaryCredentials" }],
  ["FromTemporaryCredentialsOptions", { module: ANYWHERE, name: "FromAssumeRoleOptions" }],
  ["fromWebToken", { module: ANYWHERE, name: "fromWebToken" }],
  ["fromNodeProviderChain", { module: ANYWHERE, name: "defaultCredentials" }],
  ["fromContainerMetadata", { module: NODE, name: "fromContainerMetadata" }],
  ["fromIni", { module: NODE, name: "fromIni" }],
  ["fromLoginCredentials", { module: NODE, name: "fromLoginCredentials" }],
  ["fromProcess", { module: NODE, name: "fromProcess" }],
  ["fromSSO", { module: NODE, name: "fromSSO" }],
  ["fromTokenFile", { module: NODE, name: "fromTokenFile" }],
]);

const PROVIDER_REASONS: Readonly<Record<string, string>> = {
  fromCognitoIdentity: " (Cognito is another service)",
  fromCognitoIdentityPool: " (Cognito is another service)",
  createCredentialChain: " (write the chain as a function, or use defaultCredentials)",
  propertyProviderChain: " (write the chain as a function)",
};

/**
 * Options of providers that have another name, or none: a text is the new name, and `null` means that the option has no
 * counterpart. Options that are not listed have the same name.
 */
export const PROVIDER_OPTIONS: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  fromInstanceMetadata: { timeout: "timeoutMs" },
  fromContainerMetadata: { timeout: "timeoutMs" },
  fromHttp: {
    timeout: "timeoutMs",
    awsContainerCredentialsFullUri: null,
    awsContainerCredentialsRelativeUri: null,
    awsContainerAuthorizationTokenFile: null,
    awsContainerAuthorizationToken: null,
  },
  fromIni: { ignoreCache: null },
  fromSSO: { ssoClient: null, ignoreCache: null },
  fromProcess: { ignoreCache: null },
  fromNodeProviderChain: {
    ignoreCache: null,
    timeout: null,
    maxRetries: null,
    ssoClient: null,
    ssoStartUrl: null,
    ssoAccountId: null,
    ssoRegion: null,
    ssoRoleName: null,
    ssoSession: null,
    webIdentityTokenFile: null,
    roleArn: null,
    roleSessionName: null,
  },
};

const SIGNER_NAMES: ReadonlySet<string> = new Set(["SignatureV4", "SignatureV4Init"]);
