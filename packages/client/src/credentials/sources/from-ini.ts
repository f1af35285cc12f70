import { withSource } from "./credential-source.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { findProfile } from "../files/find-profile.ts";
import { assumeRoleIn } from "../sessions/from-assume-role.ts";
import { fromContainerMetadata } from "./from-container-metadata.ts";
import { fromEnv } from "./from-env.ts";
import { fromInstanceMetadata } from "./from-instance-metadata.ts";
import { fromMfaSession } from "../sessions/from-mfa-session.ts";
import { fromTokenFile } from "./from-token-file.ts";
import type { MetadataRequestOptions } from "./get-text.ts";
import type { MfaCodeProvider } from "../sessions/mfa-code.ts";
import type { SharedConfigSection } from "../files/parse-shared-config.ts";
import type { AwsCredentialIdentity, CredentialsProvider, CredentialsProviderOptions } from "../provider.ts";
import { readSharedConfig, selectedProfile } from "../files/read-shared-config.ts";
import type { SharedConfig, SharedConfigOptions } from "../files/read-shared-config.ts";
import type { SessionCache } from "../cache/session-cache.ts";
import type { StsSessionOptions } from "../sessions/sts-session.ts";
import { isSsoProfile } from "./is-sso-profile.ts";
import type { SignInClientConfig } from "./sign-in-request.ts";

/** Options of {@link fromIni}. */
export interface FromIniOptions extends SharedConfigOptions, StsSessionOptions {
  /** Profile to use. Default: the calling client's, else `AWS_PROFILE`, else `default`. */
  readonly profile?: string | undefined;
  /**
   * Gets the code for a profile with `mfa_serial`. When given, a profile with keys and `mfa_serial` but no
   * `role_arn` yields an MFA session instead of the bare keys.
   */
  readonly mfaCodeProvider?: MfaCodeProvider | undefined;
  /** Replaces {@link fromSSO} and {@link fromLoginCredentials} for a profile with `sso_*` keys or `login_session`. */
  readonly signInProvider?: ((profile: string) => CredentialsProvider) | undefined;
  /** Keeps sessions between runs; with `diskCache()` shared with the AWS CLI. Default: none. */
  readonly cache?: SessionCache | undefined;
  /** How metadata services are asked for `credential_source`. */
  readonly metadata?: MetadataRequestOptions | undefined;
  /** Milliseconds a `credential_process` may take. Default 60 000. */
  readonly processTimeoutMs?: number | undefined;
}

/**
 * Credentials of a profile in `~/.aws/config` and `~/.aws/credentials`: keys, roles over other profiles or over a
 * metadata service, token files, processes.
 *
 * Profiles mean what they mean to the AWS SDK, in the same order of precedence. The files are read at each call;
 * sessions of roles are kept as long as the profile stays as it was.
 *
 * @throws `CredentialsProviderError` `ERR_PROFILE_NOT_FOUND`, `ERR_PROFILE_INVALID`, `ERR_PROFILE_CYCLE`,
 * the errors of {@link readSharedConfig}, and those of the provider the profile asks
 * for.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html Shared config and credentials files}
 */
export function fromIni(options: FromIniOptions = {}): CredentialsProvider {
  const kept: KeptProviders = new Map();
  return async (asked) => {
    const config = await readSharedConfig(options);
    const name = selectedProfile(options.profile ?? asked?.callerClientConfig?.profile, options.env);
    findProfile(config, name);
    return resolveProfile(name, [], { options, config, asked, kept });
  };
}

// A session belongs to a profile as it read when the session was made, so its text is part of the key.
type KeptProviders = Map<string, CredentialsProvider>;

interface Context {
  readonly options: FromIniOptions;
  readonly config: SharedConfig;
  readonly asked: CredentialsProviderOptions | undefined;
  readonly kept: KeptProviders;
}

async function resolveProfile(
  name: string,
  visited: readonly string[],
  context: Context,
  namedBy?: string,
): Promise<AwsCredentialIdentity> {
  const { options, asked } = context;
  const section = findProfile(context.config, name, namedBy);
  const isSource = visited.length > 0;
  const { role_arn, source_profile, credential_source, web_identity_token_file, credential_process } =
    section;

  // As a source, a profile's own keys come before its role; that is what lets a profile be its own source.
  if (isSource && hasKeys(section)) return keysOf(section);
  if (role_arn && (source_profile === undefined) !== (credential_source === undefined)) {
    return assumeProfileRole(name, section, role_arn, visited, context);
  }
  if (isSource && !role_arn && credential_source && !source_profile) {
    return fromCredentialSource(name, credential_source, options)(asked);
  }
  if (hasKeys(section)) {
    if (!section["mfa_serial"] || !options.mfaCodeProvider || role_arn) return keysOf(section);
    return keep(name, section, context, () =>
      fromMfaSession({ ...options, source: keysOf(section), profile: name }),
    )(asked);
  }
  if (web_identity_token_file && role_arn) {
    const provider = keep(name, section, context, () =>
      fromTokenFile({
        ...withRegion(options, section),
        webIdentityTokenFile: web_identity_token_file,
        roleArn: role_arn,
        roleSessionName: section["role_session_name"],
      }),
    );
    return withSource(await provider(asked), "CREDENTIALS_PROFILE_STS_WEB_ID_TOKEN", "q");
  }
  if (credential_process) {
    const { fromProcess } = await import("./from-process.ts");
    const provider = fromProcess({ ...options, profile: name, timeoutMs: options.processTimeoutMs });
    return withSource(await provider(asked), "CREDENTIALS_PROFILE_PROCESS", "v");
  }
  return (await signIn(name, section, context))(asked);
}

async function assumeProfileRole(
  name: string,
  section: SharedConfigSection,
  roleArn: string,
  visited: readonly string[],
  context: Context,
): Promise<AwsCredentialIdentity> {
  const { options, asked } = context;
  const { source_profile, credential_source, mfa_serial } = section;
  if (source_profile !== undefined && visited.includes(source_profile)) {
    throw new CredentialsProviderError(
      "ERR_PROFILE_CYCLE",
      `profiles name each other as source_profile in a circle: ${[...visited, source_profile].join(" -> ")}`,
      { profile: name },
    );
  }
  const source: CredentialsProvider = async () =>
    source_profile === undefined
      ? fromCredentialSource(name, credential_source ?? "", options)(asked)
      : resolveProfile(
          source_profile,
          [...visited, source_profile],
          {
            ...context,
            // A new session of the outer role is no reason to renew the inner ones.
            asked: { callerClientConfig: asked?.callerClientConfig },
          },
          name,
        );
  // The source is resolved before anything is asked of a person, and a broken one is reported as itself.
  const identity = await source();
  const seconds = durationSeconds(name, section);
  const sourceKey = `${identity.accessKeyId} ${identity.expiration?.getTime() ?? ""}`;
  const provider = keep(
    name,
    section,
    context,
    () => {
      const { mfaCodeProvider } = options;
      return assumeRoleIn(
        {
          ...options,
          ...(mfa_serial && !mfaCodeProvider && { mfaCodeProvider: promptInTerminal }),
          source: identity,
          params: {
            RoleArn: roleArn,
            ...(section["role_session_name"] && { RoleSessionName: section["role_session_name"] }),
            ...(section["external_id"] && { ExternalId: section["external_id"] }),
            ...(seconds !== undefined && { DurationSeconds: seconds }),
            ...(mfa_serial && { SerialNumber: mfa_serial }),
          },
        },
        section["region"],
      );
    },
    sourceKey,
  );
  return withSource(await provider(asked), "CREDENTIALS_PROFILE_SOURCE_PROFILE", "o");
}

const promptInTerminal: MfaCodeProvider = async (serialNumber, context) => {
  const { terminalPrompt } = await import("../sessions/terminal-prompt.ts");
  return terminalPrompt()(serialNumber, context);
};

function fromCredentialSource(profile: string, name: string, options: FromIniOptions): CredentialsProvider {
  const settings = { ...options.metadata, env: options.env };
  if (name === "Environment") return fromEnv(settings);
  if (name === "EcsContainer") return fromContainerMetadata(settings);
  if (name === "Ec2InstanceMetadata") return fromInstanceMetadata(settings);
  throw new CredentialsProviderError(
    "ERR_PROFILE_INVALID",
    `credential_source of profile "${profile}" must be Environment, EcsContainer or Ec2InstanceMetadata`,
    { profile },
  );
}

// As in the AWS SDK, the keys of IAM Identity Center come before login_session.
async function signIn(
  profile: string,
  section: SharedConfigSection,
  context: Context,
): Promise<CredentialsProvider> {
  const { options, config } = context;
  const { signInProvider } = options;
  const isSso = isSsoProfile(section);
  if (!isSso && !section["login_session"]) return async () => explainNoSource(profile, section);
  if (signInProvider) return signInProvider(profile);
  const settings = { ...options, profile, clientConfig: signInClientConfig(options.clientConfig) };
  const session = config.ssoSessions[section["sso_session"] ?? ""];
  if (isSso) {
    const { fromSSO } = await import("./from-sso.ts");
    const provider = keep(profile, { ...session, ...section }, context, () => fromSSO(settings));
    const [feature, id] = section["sso_session"]
      ? ["CREDENTIALS_PROFILE_SSO", "r"]
      : ["CREDENTIALS_PROFILE_SSO_LEGACY", "t"];
    return async (asked) => withSource(await provider(asked), feature, id);
  }
  const { fromLoginCredentials } = await import("./from-login-credentials.ts");
  const provider = keep(profile, section, context, () => fromLoginCredentials(settings));
  return async (asked) => withSource(await provider(asked), "CREDENTIALS_PROFILE_LOGIN", "AC");
}

// Endpoint and region of a client configuration are those of STS, and a function is meant for its calls.
function signInClientConfig(clientConfig: StsSessionOptions["clientConfig"] = {}): SignInClientConfig {
  const { fetch, requestHandler, sleep, requestTimeout } = clientConfig;
  const { maxAttempts, useFipsEndpoint, useDualstackEndpoint } = clientConfig;
  return {
    fetch,
    requestHandler,
    sleep,
    requestTimeout,
    ...(typeof maxAttempts === "number" && { maxAttempts }),
    ...(typeof useFipsEndpoint === "boolean" && { useFipsEndpoint }),
    ...(typeof useDualstackEndpoint === "boolean" && { useDualstackEndpoint }),
  };
}

function explainNoSource(profile: string, section: SharedConfigSection): never {
  const { role_arn, source_profile, credential_source } = section;
  const both = source_profile !== undefined && credential_source !== undefined;
  const reason = role_arn
    ? `has role_arn ${both ? "with both source_profile and credential_source" : "without source_profile, credential_source or web_identity_token_file"}`
    : "has neither keys, role_arn, credential_process nor a sign-in";
  throw new CredentialsProviderError("ERR_PROFILE_INVALID", `profile "${profile}" ${reason}`, {
    profile,
    // A profile with nothing about credentials is an ordinary one where the machine provides them.
    tryNextLink: !role_arn && !source_profile && !credential_source,
  });
}

function hasKeys(section: SharedConfigSection): boolean {
  return section["aws_access_key_id"] !== undefined && section["aws_secret_access_key"] !== undefined;
}

function keysOf(section: SharedConfigSection): AwsCredentialIdentity {
  const { aws_session_token, aws_credential_scope, aws_account_id } = section;
  return withSource(
    {
      accessKeyId: section["aws_access_key_id"] ?? "",
      secretAccessKey: section["aws_secret_access_key"] ?? "",
      ...(aws_session_token && { sessionToken: aws_session_token }),
      ...(aws_credential_scope && { credentialScope: aws_credential_scope }),
      ...(aws_account_id && { accountId: aws_account_id }),
    },
    "CREDENTIALS_PROFILE",
    "n",
  );
}

function durationSeconds(profile: string, section: SharedConfigSection): number | undefined {
  const text = section["duration_seconds"];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw new CredentialsProviderError(
    "ERR_PROFILE_INVALID",
    `duration_seconds of profile "${profile}" must be a whole number of seconds`,
    { profile },
  );
}

function withRegion(options: FromIniOptions, section: SharedConfigSection): FromIniOptions {
  const region = options.clientConfig?.region ?? section["region"];
  return region === undefined ? options : { ...options, clientConfig: { ...options.clientConfig, region } };
}

function keep(
  name: string,
  section: SharedConfigSection,
  { kept }: Context,
  create: () => CredentialsProvider,
  source = "",
): CredentialsProvider {
  const key = JSON.stringify([name, section, source]);
  const known = kept.get(key);
  if (known) return known;
  const provider = create();
  // Only the newest of a profile is kept, so that a changed file does not pile up old ones.
  for (const other of kept.keys()) if (other.startsWith(`[${JSON.stringify(name)},`)) kept.delete(other);
  kept.set(key, provider);
  return provider;
}
