import type { AssumeRoleRequest } from "@org/sts-protocol";

import type { AssumeRoleCommandOutput } from "../../commands/assume-role.ts";
import { assumeRoleCacheKey } from "../cache/cli-cache-key.ts";
import { isRoleSession } from "../sources/credential-source.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { memoize } from "../cache/memoize.ts";
import { checkMfaSerial, createUsedMfaCodes, mfaCodeSourceOf, mfaDeviceKey } from "./mfa-code.ts";
import type { MfaCodeOptions, MfaCodeProvider, MfaCodeSource } from "./mfa-code.ts";
import type { AwsCredentialIdentity, CredentialsProvider, CredentialsProviderOptions } from "../provider.ts";
import { shareSession } from "../cache/session-cache.ts";
import type { SessionCache, SessionResult } from "../cache/session-cache.ts";
import { ownedByParameters, withOwner } from "../cache/shared/session-owner.ts";
import { clientOnDemand } from "./client-on-demand.ts";
import { createStsSession, identityFromResponse, resolveIdentity, warningsOf } from "./sts-session.ts";
import type { ProfileSettings, StsSessionOptions, RoleAssumer } from "./sts-session.ts";

/** Options of {@link fromAssumeRole}. */
export interface FromAssumeRoleOptions extends StsSessionOptions, MfaCodeOptions {
  /** Input of AssumeRole. `RoleSessionName` is optional. */
  readonly params: Omit<AssumeRoleRequest, "RoleSessionName" | "TokenCode"> & {
    /** Name of the session, 2 to 64 characters. Default: generated from the time. */
    readonly RoleSessionName?: string | undefined;
  };
  /**
   * Credentials that may assume the role. Default: `masterCredentials`, `clientConfig.credentials`, the default
   * credentials.
   */
  readonly source?: AwsCredentialIdentity | CredentialsProvider | undefined;
  /** The AWS SDK's name for `source`. */
  readonly masterCredentials?: AwsCredentialIdentity | CredentialsProvider | undefined;
  /** Gets the code when `params.SerialNumber` is set; called with the serial number alone, as by the AWS SDK. */
  readonly mfaCodeProvider?: MfaCodeProvider | undefined;
  /**
   * Keeps the session between runs; `diskCache()` shares it with the AWS CLI. As in the CLI, a stored session is found
   * whoever assumes the role. Default: none.
   */
  readonly cache?: SessionCache | undefined;
}

/**
 * A role's credentials, refreshed before they expire, for any number of clients.
 *
 * To build a chain of any length, pass one provider as the `source` of the next. The session of a role assumed by a role
 * lasts an hour at most; if the source is known to be a role, asking for more fails before anything is sent.
 * If several roles require MFA, use {@link fromMfaSession} as their common source: it asks for a code
 * once.
 *
 * @throws {@link CredentialsProviderError} `ERR_ROLE_CHAIN_DURATION`, `ERR_MFA_CODE_REQUIRED`,
 * `ERR_MFA_CODE_INVALID`, `ERR_MFA_CODE_REJECTED`, `ERR_MFA_SERIAL_INVALID`, `ERR_MFA_SERIAL_REJECTED`; whatever
 * the source and the client throw.
 * @example
 * import { STSClient } from "@org/sts-client";
 * import { fromAssumeRole, fromMfaSession } from "@org/sts-client/credentials";
 *
 * const source = fromMfaSession({ profile: "me" });
 * const credentials = fromAssumeRole({ source, params: { RoleArn: "arn:aws:iam::123456789012:role/deploy" } });
 * const client = new STSClient({ region: "eu-west-1", credentials });
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html AssumeRole}
 */
export function fromAssumeRole(options: FromAssumeRoleOptions): CredentialsProvider {
  return assumeRoleWith(options);
}

/** Like {@link fromAssumeRole}, with the settings of a profile. */
export function assumeRoleWith(
  options: FromAssumeRoleOptions,
  settings?: ProfileSettings,
): CredentialsProvider {
  const { params, cache, now = Date.now } = options;
  const source = options.source ?? options.masterCredentials ?? options.clientConfig?.credentials;
  const { getClient, askSource, clockOffset } = createStsSession(options, source, {
    ...settings,
    ...clientOnDemand,
  });
  const codes = createUsedMfaCodes(cache);
  const share = shareSession(cache, FEATURE, now, clockOffset);
  const serial = params.SerialNumber;
  // The AWS SDK's name, which policies and reports look for.
  const sessionName = (): string => `aws-sdk-js-${now()}`;

  const request = async (asked: CredentialsProviderOptions | undefined): Promise<SessionResult> => {
    const client = await getClient(asked);
    const { AssumeRoleCommand } = await import("../../commands/assume-role.ts");
    const assume = (TokenCode?: string): Promise<AssumeRoleCommandOutput> =>
      client.send(
        new AssumeRoleCommand({
          ...params,
          RoleSessionName: params.RoleSessionName ?? sessionName(),
          ...(TokenCode !== undefined && { TokenCode }),
        }),
        { abortSignal: asked?.abortSignal },
      );
    const response = await (serial
      ? codes.use({ source: codeSource(options, serial), serialNumber: serial, asked }, assume)
      : assume());
    return {
      response,
      identity: identityFromResponse(response, "AssumeRole", FEATURE, response.AssumedRoleUser?.Arn),
    };
  };

  const assumeBy = async (
    roleAssumer: RoleAssumer,
    asked: CredentialsProviderOptions | undefined,
  ): Promise<AwsCredentialIdentity> => {
    const keys = await (source ? resolveIdentity(source, asked) : askSource(asked));
    const assume = (TokenCode?: string): Promise<AwsCredentialIdentity> =>
      roleAssumer(keys, {
        ...params,
        RoleSessionName: params.RoleSessionName ?? sessionName(),
        ...(TokenCode !== undefined && { TokenCode }),
      });
    return serial
      ? codes.use({ source: codeSource(options, serial), serialNumber: serial, asked }, assume)
      : assume();
  };

  const provider = memoize(
    async (asked) => {
      if (serial) checkMfaSerial(serial);
      if (settings?.roleAssumer) return assumeBy(settings.roleAssumer, asked);
      if (source && (params.DurationSeconds ?? 0) > 3600) await checkChain(source, asked);
      return share({
        key: cache ? await assumeRoleCacheKey({ ...params }) : "",
        lockKey: serial && (await mfaDeviceKey(serial)),
        asked,
        // The AWS CLI stores sessions of identity tokens under the same key, but they belong to another identity.
        isOurs: (stored) => stored["SubjectFromWebIdentityToken"] === undefined,
        // A broken source is reported before a person is asked. Under the device's lock it would wait for
        // itself if it is a session of the same device.
        prepare: () => askSource(asked),
        request: () => request(asked),
      });
    },
    { ...options, clockOffset, ...warningsOf(options) },
  );
  const endpoint = options.clientConfig?.endpoint;
  return withOwner(
    provider,
    ownedByParameters({ operation: "AssumeRole", parameters: params, source, endpoint, getClient }),
  );
}

const FEATURE = ["CREDENTIALS_STS_ASSUME_ROLE", "i"] as const;

function codeSource(options: FromAssumeRoleOptions, serial: string): MfaCodeSource {
  const source = mfaCodeSourceOf(options);
  if (source) return source;
  throw new CredentialsProviderError(
    "ERR_MFA_CODE_REQUIRED",
    `the role asks for a code of ${serial}: pass mfaCodeProvider, or mfaCodeSource: terminalPrompt() or totp({ secret })`,
  );
}

async function checkChain(
  source: AwsCredentialIdentity | CredentialsProvider,
  asked: CredentialsProviderOptions | undefined,
): Promise<void> {
  if (!isRoleSession(await resolveIdentity(source, asked))) return;
  throw new CredentialsProviderError(
    "ERR_ROLE_CHAIN_DURATION",
    "a role assumed with the credentials of a role lasts 3600 seconds at most: lower DurationSeconds or leave it out",
  );
}
