import { join } from "node:path";

import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { sha1Hex } from "../cache/cli-cache-key.ts";
import { textMember } from "../cache/sign-in-cache.ts";
import { memoize } from "../cache/memoize.ts";
import { homeDirectory, readSharedConfig, selectedProfile } from "../files/read-shared-config.ts";
import type { SharedConfigOptions } from "../files/read-shared-config.ts";
import type { AwsCredentialIdentity, CredentialsProvider } from "../provider.ts";
import { withSource } from "./credential-source.ts";
import { processEnvironment } from "./environment.ts";
import { resolveSignInEndpoint } from "./sign-in-endpoint.ts";
import { sendSignInRequest, withRequestSettings } from "./sign-in-request.ts";
import type {
  SignInClientConfig,
  SignInRequest,
  SignInResponse,
  SignInTransport,
} from "./sign-in-request.ts";
import { resolveSsoSettings } from "./sso-settings.ts";
import type { SsoParameters, SsoSettings } from "./sso-settings.ts";
import { createSsoTokens } from "./sso-token.ts";
import type { SsoTokens } from "./sso-token.ts";

/** Options of {@link fromSSO}. */
export interface FromSSOOptions extends SharedConfigOptions, SsoParameters {
  /** Profile with the `sso_*` keys. Default: the calling client's, else `AWS_PROFILE`, else `default`. */
  readonly profile?: string | undefined;
  /** How requests to the portal and its token service are made. */
  readonly clientConfig?: SignInClientConfig | undefined;
  /** Called when a renewed sign-in could not be stored. It is used all the same. Default `process.emitWarning`. */
  readonly onWriteError?: ((error: Error) => void) | undefined;
  /** Milliseconds before expiry at which new credentials are fetched. Default 300 000; see `memoize`. */
  readonly refreshWindowMs?: number | undefined;
  /** Milliseconds before expiry at which every caller waits for them. Default 60 000; see `memoize`. */
  readonly mandatoryWindowMs?: number | undefined;
  /** Clock in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Number from 0 up to but not including 1, for jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * Credentials of a role in the access portal of IAM Identity Center, for a person who signed in with
 * `aws sso login`.
 *
 * The sign-in is read from `~/.aws/sso/cache`, where the AWS CLI and the SDKs keep it. With an `sso-session` it is
 * renewed in its last five minutes and written back, under a lock that all programs with this package respect; the
 * AWS CLI takes none. A sign-in in the older form, without a session, cannot be renewed. Settings given in code are
 * used instead of the profile, never mixed with it.
 *
 * @throws `CredentialsProviderError` `ERR_SIGN_IN_REQUIRED` with the command to run, `ERR_SIGN_IN_REFUSED` when
 * the portal does not give this person the role, `ERR_SIGN_IN_UNAVAILABLE`, `ERR_CREDENTIALS_NOT_CONFIGURED`,
 * `ERR_PROFILE_INVALID`, `ERR_PROFILE_NOT_FOUND`, `ERR_OPTION_INVALID`, `ERR_CREDENTIALS_MALFORMED`,
 * `ERR_CONFIG_UNREADABLE`, `ERR_LOCK_TIMEOUT`.
 * @example
 * import { STSClient } from "@org/sts-client";
 * import { fromSSO } from "@org/sts-client/credentials/node";
 *
 * const client = new STSClient({ region: "eu-west-1", credentials: fromSSO({ profile: "dev" }) });
 *
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html IAM Identity Center}
 */
export function fromSSO(options: FromSSOOptions = {}): CredentialsProvider {
  // Credentials belong to the profile as it was when they were fetched.
  let kept: { readonly key: string; readonly provider: CredentialsProvider } | undefined;
  return async (asked) => {
    const name = selectedProfile(options.profile ?? asked?.callerClientConfig?.profile, options.env);
    const settings = resolveSsoSettings(options, await readSharedConfig(options), name);
    const key = JSON.stringify(settings);
    if (kept?.key !== key) kept = { key, provider: createProvider(settings, options) };
    return kept.provider(asked);
  };
}

function createProvider(settings: SsoSettings, options: FromSSOOptions): CredentialsProvider {
  const { now = Date.now, random = Math.random } = options;
  const env = options.env ?? processEnvironment();
  let tokens: Promise<SsoTokens> | undefined;
  return memoize(async (asked) => {
    const clientConfig = withRequestSettings(options.clientConfig ?? {}, settings.section, env);
    const transport: SignInTransport = { clientConfig, now, random, caller: asked?.callerClientConfig };
    const common = { clientConfig, section: settings.section, services: settings.services, env };
    const regionOrigin = `sso_region of ${settings.origin}`;
    const endpoint = resolveSignInEndpoint("sso", {
      ...common,
      region: clientConfig.region ?? settings.region,
      regionOrigin,
    });
    const tokenEndpoint = resolveSignInEndpoint("sso_oidc", {
      ...common,
      region: settings.region,
      regionOrigin,
    });
    tokens ??= signInPath(settings, options).then((path) =>
      createSsoTokens({ path, settings, tokenEndpoint, now, onWriteError: options.onWriteError }),
    );
    const { current, afterRefusal } = await tokens;
    const send = (token: string): Promise<SignInResponse> =>
      sendSignInRequest(roleRequest(token, endpoint, settings), transport);
    const token = await current(transport);
    let response = await send(token);
    if (response.status === 401) {
      // Signed out elsewhere, or signed in again: the file may be newer.
      response = await send(await afterRefusal(token, transport));
    }
    const identity = identityOf(response, endpoint, settings);
    return settings.session === undefined
      ? withSource(identity, "CREDENTIALS_SSO_LEGACY", "u")
      : withSource(identity, "CREDENTIALS_SSO", "s");
  }, options);
}

async function signInPath({ session, startUrl }: SsoSettings, options: FromSSOOptions): Promise<string> {
  const home = homeDirectory(options.env);
  if (home === undefined) {
    throw new CredentialsProviderError(
      "ERR_SIGN_IN_REQUIRED",
      "there is no home directory, and so no sign-in in ~/.aws/sso/cache: set HOME",
    );
  }
  return join(home, ".aws", "sso", "cache", `${await sha1Hex(session ?? startUrl)}.json`);
}

function roleRequest(token: string, endpoint: URL, { accountId, roleName }: SsoSettings): SignInRequest {
  return {
    endpoint,
    method: "GET",
    path: "/federation/credentials",
    query: { role_name: roleName, account_id: accountId },
    headers: async () => ({ "x-amz-sso_bearer_token": token }),
  };
}

function identityOf(response: SignInResponse, { host }: URL, settings: SsoSettings): AwsCredentialIdentity {
  const { status, json, code } = response;
  const { origin, accountId, roleName, command, profile } = settings;
  const details = profile === undefined ? {} : { profile };
  const said = `${status}${code === undefined ? "" : ` ${code}`}`;
  if (status === 401) {
    throw new CredentialsProviderError(
      "ERR_SIGN_IN_REQUIRED",
      `the sign-in of ${origin} has ended (${host} responded ${said}): run ${command}`,
      details,
    );
  }
  if (status === 429 || status >= 500 || (status >= 300 && status < 400)) {
    throw new CredentialsProviderError(
      "ERR_SIGN_IN_UNAVAILABLE",
      `${host} responded ${said} when asked for the role of ${origin}; try again later`,
      details,
    );
  }
  if (status !== 200) {
    throw new CredentialsProviderError(
      "ERR_SIGN_IN_REFUSED",
      `${host} responded ${said} when asked for the role "${roleName}" in account ${accountId} of ${origin}: ` +
        "check sso_account_id and sso_role_name, and whether the person signed in has been assigned the role",
      details,
    );
  }
  // The members are checked one by one; anything but an object has none of them.
  const credentials = (json?.["roleCredentials"] ?? {}) as Readonly<Record<string, unknown>>;
  const accessKeyId = textMember(credentials, "accessKeyId");
  const secretAccessKey = textMember(credentials, "secretAccessKey");
  const sessionToken = textMember(credentials, "sessionToken");
  const { expiration } = credentials;
  const isDate = typeof expiration === "number" && !Number.isNaN(new Date(expiration).getTime());
  if (!accessKeyId || !secretAccessKey || !sessionToken || !isDate || expiration <= 0) {
    throw new CredentialsProviderError(
      "ERR_CREDENTIALS_MALFORMED",
      `${host} responded without accessKeyId, secretAccessKey, sessionToken or expiration for ${origin}`,
      details,
    );
  }
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration: new Date(expiration),
    accountId,
  };
}
