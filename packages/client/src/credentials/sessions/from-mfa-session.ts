import { sha1Hex } from "../cache/cli-cache-key.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import type { Environment } from "../sources/environment.ts";
import { memoize } from "../cache/memoize.ts";
import { ownedBy, sourceOf, withOwner } from "../cache/shared/session-owner.ts";
import { checkMfaSerial, createUsedMfaCodes, mfaCodeSourceOf, mfaDeviceKey } from "./mfa-code.ts";
import type { MfaCodeOptions, MfaCodeProvider, MfaCodeSource } from "./mfa-code.ts";
import type { SharedConfigSection } from "../files/parse-shared-config.ts";
import type { AwsCredentialIdentity, CredentialsProvider, CredentialsProviderOptions } from "../provider.ts";
import { shareSession } from "../cache/session-cache.ts";
import type { SessionCache, SessionResult } from "../cache/session-cache.ts";
import { clientOnDemand } from "./client-on-demand.ts";
import { createStsSession, identityFromResponse, resolveIdentity, warningsOf } from "./sts-session.ts";
import type { StsSession, StsSessionOptions } from "./sts-session.ts";

/** Options of {@link fromMfaSession}. */
export interface FromMfaSessionOptions extends StsSessionOptions, MfaCodeOptions {
  /** Long-term credentials of the IAM user. Default: `clientConfig.credentials`, else the keys in the profile. */
  readonly source?: AwsCredentialIdentity | CredentialsProvider | undefined;
  /** The user's MFA device: ARN, or serial number of a hardware token. Default: `mfa_serial` of the profile. */
  readonly serialNumber?: string | undefined;
  /**
   * Gets the code; called with the device's name alone. Default: a question on the terminal, if there is one.
   */
  readonly mfaCodeProvider?: MfaCodeProvider | undefined;
  /**
   * Lifetime of the session in seconds, 900 to 129 600. Default: `duration_seconds` of the profile, else 43 200 (twelve
   * hours).
   */
  readonly durationSeconds?: number | undefined;
  /**
   * Profile with keys, `mfa_serial` and `region`. Default: the calling client's, else `AWS_PROFILE`, else
   * `default`.
   */
  readonly profile?: string | undefined;
  /** Credentials file. Default `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/credentials`. */
  readonly filepath?: string | undefined;
  /** Configuration file. Default `AWS_CONFIG_FILE`, else `~/.aws/config`. */
  readonly configFilepath?: string | undefined;
  /** Variables to read instead of those of the process. */
  readonly env?: Environment | undefined;
  /** Keeps the session between runs and shares it between processes; `diskCache()` creates one. Default: none. */
  readonly cache?: SessionCache | undefined;
}

/**
 * A session of an IAM user who has proved possession of an MFA device, from GetSessionToken.
 *
 * One code gets one session, which all callers share: all callers of the provider in this process, and with a
 * `cache` all processes of the user. As the `source` of {@link fromAssumeRole} it opens any number of roles without
 * another code. A code is never sent twice. A failure is not stored.
 *
 * @throws {@link CredentialsProviderError} `ERR_MFA_SERIAL_REQUIRED`, `ERR_MFA_SERIAL_INVALID`,
 * `ERR_MFA_SERIAL_REJECTED`, `ERR_MFA_CODE_REQUIRED`, `ERR_MFA_CODE_INVALID`, `ERR_MFA_CODE_REJECTED`,
 * `ERR_OPTION_INVALID` when the source's credentials are temporary, `ERR_LOCK_TIMEOUT`; whatever the source and the
 * client throw.
 * @example
 * import { fromMfaSession } from "@org/sts-client/credentials";
 *
 * const credentials = fromMfaSession({
 *   source: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
 *   serialNumber: "arn:aws:iam::123456789012:mfa/me",
 *   mfaCodeProvider: async (serial) => prompt(`Code of ${serial}`) ?? "",
 * });
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html GetSessionToken}
 */
export function fromMfaSession(options: FromMfaSessionOptions = {}): CredentialsProvider {
  const { cache, now = Date.now } = options;
  const codes = createUsedMfaCodes(cache);
  let setup: Promise<Setup> | undefined;
  let share: ReturnType<typeof shareSession> | undefined;
  let clockOffset: (() => number) | undefined;

  const getSetup = (asked: CredentialsProviderOptions | undefined): Promise<Setup> => {
    setup ??= prepare(options, asked).then(
      (made) => {
        ({ clockOffset } = made);
        return made;
      },
      (error: unknown) => {
        setup = undefined;
        throw error;
      },
    );
    return setup;
  };

  const load = async (asked: CredentialsProviderOptions | undefined): Promise<AwsCredentialIdentity> => {
    const { source, serial, durationSeconds, getClient, clockOffset } = await getSetup(asked);
    const credentials = await resolveIdentity(source, asked);
    if (credentials.sessionToken !== undefined) {
      throw new CredentialsProviderError(
        "ERR_OPTION_INVALID",
        "an MFA session is made from the long-term keys of an IAM user, and the source's credentials are temporary",
      );
    }
    const request = async (): Promise<SessionResult> => {
      const codeSource = mfaCodeSourceOf(options) ?? (await terminalPrompt(serial));
      const client = await getClient(asked);
      const { GetSessionTokenCommand } = await import("../../commands/get-session-token.ts");
      const response = await codes.use({ source: codeSource, serialNumber: serial, asked }, (TokenCode) =>
        client.send(
          new GetSessionTokenCommand({ DurationSeconds: durationSeconds, SerialNumber: serial, TokenCode }),
          // The keys that the cache key names: they may have changed since the last time.
          { abortSignal: asked?.abortSignal, credentials },
        ),
      );
      return { response, identity: identityFromResponse(response, "GetSessionToken", FEATURE, serial) };
    };
    share ??= shareSession(cache, FEATURE, now, clockOffset);
    return share({
      key: await sha1Hex(`GetSessionToken ${credentials.accessKeyId} ${serial} ${durationSeconds ?? ""}`),
      lockKey: await mfaDeviceKey(serial),
      asked,
      request,
    });
  };
  const provider = memoize(load, {
    ...options,
    clockOffset: () => clockOffset?.() ?? 0,
    ...warningsOf(options),
  });
  return withOwner(
    provider,
    ownedBy({
      session: async (asked) => {
        const { serial, durationSeconds } = await getSetup(asked);
        return ["GetSessionToken", serial, durationSeconds];
      },
      source: async (asked) => sourceOf((await getSetup(asked)).source, asked),
      endpoint: options.clientConfig?.endpoint,
      getClient: async (asked) => (await getSetup(asked)).getClient(asked),
    }),
  );
}

const FEATURE = ["CREDENTIALS_STS_SESSION_TOKEN", "m"] as const;

interface Setup extends StsSession {
  readonly source: AwsCredentialIdentity | CredentialsProvider;
  readonly serial: string;
  readonly durationSeconds: number | undefined;
}

async function prepare(
  options: FromMfaSessionOptions,
  asked: CredentialsProviderOptions | undefined,
): Promise<Setup> {
  const given = options.source ?? options.clientConfig?.credentials;
  const profile = given && options.serialNumber ? undefined : await readProfile(options, asked);
  const serial = options.serialNumber ?? profile?.section["mfa_serial"];
  if (!serial) {
    throw new CredentialsProviderError(
      "ERR_MFA_SERIAL_REQUIRED",
      `no MFA device is named: pass serialNumber, or set mfa_serial in ${profile ? `profile "${profile.name}"` : "a profile"}. ` +
        "aws iam list-mfa-devices lists a user's devices",
    );
  }
  checkMfaSerial(serial);
  const source = given ?? keysOf(profile?.name ?? "", profile?.section ?? {});
  const seconds = profile?.section["duration_seconds"];
  return {
    source,
    serial,
    durationSeconds: options.durationSeconds ?? (seconds === undefined ? undefined : Number(seconds)),
    ...createStsSession(options, source, {
      profile: profile?.name ?? options.profile,
      filepath: options.filepath,
      configFilepath: options.configFilepath,
      env: options.env,
      region: profile?.section["region"],
      ...clientOnDemand,
    }),
  };
}

async function readProfile(
  options: FromMfaSessionOptions,
  asked: CredentialsProviderOptions | undefined,
): Promise<{ readonly name: string; readonly section: SharedConfigSection } | undefined> {
  const { nodeSources } = await import("#node-sources");
  if (nodeSources) return nodeSources.profile(options.profile ?? asked?.callerClientConfig?.profile, options);
  throw new CredentialsProviderError(
    options.serialNumber ? "ERR_CREDENTIALS_NOT_CONFIGURED" : "ERR_MFA_SERIAL_REQUIRED",
    "there are no profiles in this runtime: pass source and serialNumber",
  );
}

function keysOf(profile: string, section: SharedConfigSection): AwsCredentialIdentity {
  const accessKeyId = section["aws_access_key_id"];
  const secretAccessKey = section["aws_secret_access_key"];
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  throw new CredentialsProviderError(
    "ERR_PROFILE_INVALID",
    `profile "${profile}" lacks aws_access_key_id or aws_secret_access_key: put the user's keys there or pass source`,
    { profile },
  );
}

async function terminalPrompt(serial: string): Promise<MfaCodeSource> {
  const { nodeSources } = await import("#node-sources");
  if (nodeSources) return nodeSources.terminalPrompt();
  throw new CredentialsProviderError(
    "ERR_MFA_CODE_REQUIRED",
    `an MFA code of ${serial} is needed: pass mfaCodeProvider`,
  );
}
