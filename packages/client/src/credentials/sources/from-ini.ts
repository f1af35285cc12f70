import { withSource } from "./credential-source.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { findProfile, profileError } from "../files/find-profile.ts";
import { onlySource } from "./only-source.ts";
import { assumeRoleWith } from "../sessions/from-assume-role.ts";
import { fromContainerMetadata } from "./from-container-metadata.ts";
import { fromEnv } from "./from-env.ts";
import { fromInstanceMetadata } from "./from-instance-metadata.ts";
import { fromMfaSession } from "../sessions/from-mfa-session.ts";
import { tokenFileWith } from "./from-token-file.ts";
import type { MetadataRequestOptions } from "./get-text.ts";
import {
  mfaCodeSourceOf,
  type MfaCodeOptions,
  type MfaCodeProvider,
  type MfaCodeSource,
} from "../sessions/mfa-code.ts";
import type { SharedConfigSection } from "../files/parse-shared-config.ts";
import type { AwsCredentialIdentity, CredentialsProvider, CredentialsProviderOptions } from "../provider.ts";
import { readSharedConfig, selectedProfile } from "../files/read-shared-config.ts";
import type { SharedConfig, SharedConfigOptions } from "../files/read-shared-config.ts";
import type { SessionCache } from "../cache/session-cache.ts";
import type { RoleAssumerWithWebIdentity } from "../sessions/default-role-assumers.ts";
import type { ProfileSettings, RoleAssumer, StsSessionOptions } from "../sessions/sts-session.ts";
import { isSsoProfile } from "./is-sso-profile.ts";
import type { SignInClientConfig } from "./sign-in-request.ts";

/** Options of {@link fromIni}. */
export interface FromIniOptions extends SharedConfigOptions, StsSessionOptions, MfaCodeOptions {
  /** Profile to use. Default: the calling client's, else `AWS_PROFILE`, else `default`. */
  readonly profile?: string | undefined;
  /**
   * Gets the code for a profile with `mfa_serial`; called with the serial number alone, as by the AWS SDK. When this or
   * `mfaCodeSource` is given, a profile with keys and `mfa_serial` but no `role_arn` yields an MFA session instead of the
   * bare keys.
   */
  readonly mfaCodeProvider?: MfaCodeProvider | undefined;
  /** Assumes the roles of profiles instead of a client, as in the AWS SDK's `fromIni`. */
  readonly roleAssumer?: RoleAssumer | undefined;
  /** Assumes the roles of profiles with a token file instead of a client. */
  readonly roleAssumerWithWebIdentity?: RoleAssumerWithWebIdentity | undefined;
  /** Replaces {@link fromSSO} and {@link fromLoginCredentials} for a profile with `sso_*` keys or `login_session`. */
  readonly signInProvider?: ((profile: string) => CredentialsProvider) | undefined;
  /** Keeps sessions between runs; `diskCache()` shares them with the AWS CLI. Default: none. */
  readonly cache?: SessionCache | undefined;
  /** How requests to metadata services are made, for `credential_source`. */
  readonly metadata?: MetadataRequestOptions | undefined;
  /** Milliseconds a `credential_process` may take. Default 60 000. */
  readonly processTimeoutMs?: number | undefined;
}

/**
 * Credentials of a profile in `~/.aws/config` and `~/.aws/credentials`: keys, roles on top of other profiles or of a
 * metadata service, token files, processes.
 *
 * Profiles mean the same as in the AWS SDK, in the same order of precedence. The files are read at each call;
 * sessions of roles are kept as long as the profile does not change.
 *
 * @throws `CredentialsProviderError` `ERR_PROFILE_NOT_FOUND`, `ERR_PROFILE_INVALID`, `ERR_PROFILE_CYCLE`,
 * the errors of {@link readSharedConfig}, and those of the provider that the profile
 * selects.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html Shared config and credentials files}
 */
export function fromIni(options: FromIniOptions = {}): CredentialsProvider {
  const kept: KeptProviders = new Map();
  return async (asked) => {
    const config = await readSharedConfig(options);
    const name = selectedProfile(options.profile ?? asked?.callerClientConfig?.profile, options.env);
    const section = findProfile(config, name);
    // A profile without credentials settings is normal where the machine provides them.
    if (!namesSource(section)) throw noSource(config, name, { tryNextLink: true });
    return onlySource(() => resolveProfile(name, [], { options, config, asked, kept }));
  };
}

/** Whether a profile has any setting about where its credentials come from. */
function namesSource(section: SharedConfigSection): boolean {
  return SOURCE_KEYS.some((key) => section[key]) || isSsoProfile(section);
}

const SOURCE_KEYS = [
  "aws_access_key_id",
  "aws_secret_access_key",
  "role_arn",
  "source_profile",
  "credential_source",
  "web_identity_token_file",
  "credential_process",
  "login_session",
] as const;

// A session belongs to the text of the profile when the session was created, so that text is part of the key.
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
  const { options, config, asked } = context;
  const section = findProfile(config, name, namedBy);
  const isSource = visited.length > 0;
  const { role_arn, source_profile, credential_source, web_identity_token_file, credential_process } =
    section;

  // As a source, a profile's own keys override its role; that is what lets a profile be its own source.
  if (isSource && hasKeys(section)) return keysOf(section);
  if (role_arn && (source_profile === undefined) !== (credential_source === undefined)) {
    return assumeProfileRole(name, section, role_arn, visited, context);
  }
  if (isSource && !role_arn && credential_source && !source_profile) {
    return fromCredentialSource(name, credential_source, context)(asked);
  }
  if (hasKeys(section)) {
    if (!section["mfa_serial"] || !mfaCodeSourceOf(options) || role_arn) return keysOf(section);
    return keep(name, section, context, () =>
      fromMfaSession({ ...options, source: keysOf(section), profile: name }),
    )(asked);
  }
  if (section["aws_access_key_id"] || section["aws_secret_access_key"]) {
    const missing = section["aws_access_key_id"] ? "aws_secret_access_key" : "aws_access_key_id";
    throw profileError(config, name, `lacks ${missing}`);
  }
  if (web_identity_token_file && role_arn) {
    const provider = keep(name, section, context, () =>
      tokenFileWith(
        {
          ...options,
          webIdentityTokenFile: web_identity_token_file,
          roleArn: role_arn,
          roleSessionName: section["role_session_name"],
        },
        settingsOf(name, section, options),
      ),
    );
    return withSource(await provider(asked), "CREDENTIALS_PROFILE_STS_WEB_ID_TOKEN", "q");
  }
  if (credential_process) {
    const { fromProcess } = await import("./from-process.ts");
    const provider = fromProcess({ ...options, profile: name, timeoutMs: options.processTimeoutMs });
    return withSource(await provider(asked), "CREDENTIALS_PROFILE_PROCESS", "v");
  }
  return (await signIn(name, section, context, namedBy))(asked);
}

async function assumeProfileRole(
  name: string,
  section: SharedConfigSection,
  roleArn: string,
  visited: readonly string[],
  context: Context,
): Promise<AwsCredentialIdentity> {
  const { options, config, asked } = context;
  const { source_profile, credential_source, mfa_serial } = section;
  if (source_profile !== undefined && visited.includes(source_profile)) {
    throw new CredentialsProviderError(
      "ERR_PROFILE_CYCLE",
      `profiles name each other as source_profile in a circle: ${[...visited, source_profile].join(" -> ")}`,
      { profile: name },
    );
  }
  const seconds = durationSeconds(name, section, config);
  // The session is kept until it expires, whatever keys its source returns in the meantime.
  const provider = keep(
    name,
    section,
    context,
    () => {
      const source: CredentialsProvider =
        source_profile === undefined
          ? fromCredentialSource(name, credential_source ?? "", context)
          : (askedBySession) =>
              resolveProfile(
                source_profile,
                [...visited, source_profile],
                { ...context, asked: askedBySession },
                name,
              );
      return assumeRoleWith(
        {
          ...options,
          ...(mfa_serial && !mfaCodeSourceOf(options) && { mfaCodeSource: promptInTerminal }),
          source,
          params: {
            RoleArn: roleArn,
            ...(section["role_session_name"] && { RoleSessionName: section["role_session_name"] }),
            ...(section["external_id"] && { ExternalId: section["external_id"] }),
            ...(seconds !== undefined && { DurationSeconds: seconds }),
            ...(mfa_serial && { SerialNumber: mfa_serial }),
          },
        },
        { ...settingsOf(name, section, options), roleAssumer: options.roleAssumer },
      );
    },
    source_profile === undefined ? "" : sourceText(source_profile, [name], config),
  );
  return withSource(await provider(asked), "CREDENTIALS_PROFILE_SOURCE_PROFILE", "o");
}

/** What a profile contributes as the source of a role: when this changes, the role gets a new session. */
function sourceText(name: string, visited: readonly string[], config: SharedConfig): unknown {
  const section = config.profiles[name] ?? {};
  if (hasKeys(section)) return keysOf(section);
  const { source_profile, sso_session, region: _region, output: _output, ...rest } = section;
  const isOpen = source_profile !== undefined && !visited.includes(source_profile);
  return [
    rest,
    isOpen ? sourceText(source_profile, [...visited, name], config) : source_profile,
    sso_session && config.ssoSessions[sso_session],
  ];
}

/** The call to STS uses the settings of the profile that asks for it. */
function settingsOf(
  profile: string,
  section: SharedConfigSection,
  { filepath, configFilepath, env }: FromIniOptions,
): ProfileSettings {
  return { profile, filepath, configFilepath, env, region: section["region"] };
}

const promptInTerminal: MfaCodeSource = async (request) => {
  const { terminalPrompt } = await import("../sessions/terminal-prompt.ts");
  return terminalPrompt()(request);
};

function fromCredentialSource(
  profile: string,
  name: string,
  { options, config }: Context,
): CredentialsProvider {
  const create = CREDENTIAL_SOURCES.get(name);
  return async (asked) => {
    if (!create) {
      const known = [...CREDENTIAL_SOURCES.keys()].join(", ");
      throw profileError(config, profile, `must have a credential_source that is one of ${known}`);
    }
    try {
      return await create({ ...options.metadata, env: options.env })(asked);
    } catch (cause) {
      if (!(cause instanceof CredentialsProviderError)) throw cause;
      const { code, message } = cause;
      throw profileError(config, profile, `has credential_source = ${name}: ${message}`, { code, cause });
    }
  };
}

const CREDENTIAL_SOURCES: ReadonlyMap<
  string,
  (settings: MetadataRequestOptions & { readonly env?: FromIniOptions["env"] }) => CredentialsProvider
> = new Map([
  ["Environment", fromEnv],
  ["EcsContainer", fromContainerMetadata],
  ["Ec2InstanceMetadata", fromInstanceMetadata],
]);

// As in the AWS SDK, the keys of IAM Identity Center come before login_session.
async function signIn(
  profile: string,
  section: SharedConfigSection,
  context: Context,
  namedBy: string | undefined,
): Promise<CredentialsProvider> {
  const { options, config } = context;
  const { signInProvider } = options;
  const isSso = isSsoProfile(section);
  if (!isSso && !section["login_session"]) throw noSource(config, profile, { namedBy });
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

// Endpoint and region of a client configuration are those of STS, and a function in it is meant for calls to STS.
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

function noSource(
  config: SharedConfig,
  profile: string,
  { namedBy, tryNextLink = false }: { readonly namedBy?: string | undefined; readonly tryNextLink?: boolean },
): CredentialsProviderError {
  const { role_arn, source_profile, credential_source, web_identity_token_file } =
    config.profiles[profile] ?? {};
  const both = source_profile !== undefined && credential_source !== undefined;
  const reason = role_arn
    ? `has role_arn ${both ? "with both source_profile and credential_source" : "without source_profile, credential_source or web_identity_token_file"}`
    : web_identity_token_file
      ? "has web_identity_token_file without role_arn"
      : source_profile || credential_source
        ? `has ${source_profile ? "source_profile" : "credential_source"} without role_arn`
        : "has neither keys, role_arn, credential_process nor a sign-in";
  const named = namedBy === undefined ? "" : `; it is the source_profile of "${namedBy}"`;
  return profileError(config, profile, `${reason}${named}`, { tryNextLink });
}

function hasKeys(section: SharedConfigSection): boolean {
  return !!section["aws_access_key_id"] && !!section["aws_secret_access_key"];
}

function keysOf(section: SharedConfigSection): AwsCredentialIdentity {
  const { aws_credential_scope, aws_account_id } = section;
  // The second is the token's original name.
  const aws_session_token = withoutQuotes(section["aws_session_token"] ?? section["aws_security_token"]);
  return withSource(
    {
      accessKeyId: withoutQuotes(section["aws_access_key_id"]),
      secretAccessKey: withoutQuotes(section["aws_secret_access_key"]),
      ...(aws_session_token && { sessionToken: aws_session_token }),
      ...(aws_credential_scope && { credentialScope: aws_credential_scope }),
      ...(aws_account_id && { accountId: aws_account_id }),
    },
    "CREDENTIALS_PROFILE",
    "n",
  );
}

function durationSeconds(
  profile: string,
  section: SharedConfigSection,
  config: SharedConfig,
): number | undefined {
  const text = section["duration_seconds"];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw profileError(config, profile, "must have a duration_seconds that is a whole number of seconds");
}

function keep(
  name: string,
  section: SharedConfigSection,
  { kept }: Context,
  create: () => CredentialsProvider,
  source: unknown = "",
): CredentialsProvider {
  const key = JSON.stringify([name, section, source]);
  const known = kept.get(key);
  if (known) return known;
  const provider = create();
  // Only the newest session of a profile is kept, so that a changed file does not leave old ones behind.
  for (const other of kept.keys()) if (other.startsWith(`[${JSON.stringify(name)},`)) kept.delete(other);
  kept.set(key, provider);
  return provider;
}

// General INI writers put a value that contains "=" in quotes, as most tokens do at their end. No key or token has quotes of its own.
function withoutQuotes(value = ""): string {
  return value.replace(/^(["'])(.*)\1$/, "$2");
}
