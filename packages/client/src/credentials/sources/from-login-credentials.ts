import { join } from "node:path";

import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import {
  createSignInFile,
  formatSignInDate,
  isLifetime,
  parseSignInDate,
  signInCommand,
  textMember,
} from "../cache/sign-in-cache.ts";
import type { SignIn } from "../cache/sign-in-cache.ts";
import { findProfile } from "../files/find-profile.ts";
import type { SharedConfigSection } from "../files/parse-shared-config.ts";
import { homeDirectory, readSharedConfig, selectedProfile } from "../files/read-shared-config.ts";
import type { SharedConfig, SharedConfigOptions } from "../files/read-shared-config.ts";
import type {
  AwsCredentialIdentity,
  CallerClientConfig,
  CredentialsProvider,
  CredentialsProviderOptions,
} from "../provider.ts";
import { withSource } from "./credential-source.ts";
import { createDpopProof } from "./dpop.ts";
import { processEnvironment } from "./environment.ts";
import { resolveSignInEndpoint } from "./sign-in-endpoint.ts";
import { operationPath, sendSignInRequest, withRequestSettings } from "./sign-in-request.ts";
import type { SignInClientConfig, SignInResponse } from "./sign-in-request.ts";

/** Options of {@link fromLoginCredentials}. */
export interface FromLoginCredentialsOptions extends SharedConfigOptions {
  /** Profile with the `login_session`. Default: the calling client's, else `AWS_PROFILE`, else `default`. */
  readonly profile?: string | undefined;
  /**
   * How requests to the sign-in service are made. A region stored with the sign-in overrides the one given here.
   * Default: the profile's region, the calling client's, `AWS_REGION`, `AWS_DEFAULT_REGION`.
   */
  readonly clientConfig?: SignInClientConfig | undefined;
  /** Called when a renewed sign-in could not be stored. It is used all the same. Default `process.emitWarning`. */
  readonly onWriteError?: ((error: Error) => void) | undefined;
  /** Clock in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Number from 0 up to but not including 1, for jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * Credentials of a person who signed in with `aws login`, from a profile with `login_session`.
 *
 * They are valid for a quarter of an hour and kept in `~/.aws/login/cache` (`AWS_LOGIN_CACHE_DIRECTORY`), which is read at
 * each call. In their last five minutes they are renewed with a proof of the key that is stored with them (DPoP), and
 * written back before another program that uses this package can renew them: each renewal needs the previous one's refresh
 * token. The AWS CLI takes no such lock. If the folder is not writable, nothing is renewed.
 *
 * @throws `CredentialsProviderError` `ERR_SIGN_IN_REQUIRED` with the command to run, `ERR_SIGN_IN_REFUSED` when
 * the person may not renew, `ERR_SIGN_IN_UNAVAILABLE`, `ERR_CREDENTIALS_NOT_CONFIGURED` when
 * the profile has no `login_session`, `ERR_PROFILE_NOT_FOUND`, `ERR_PROFILE_INVALID`, `ERR_OPTION_INVALID`,
 * `ERR_CONFIG_UNREADABLE`, `ERR_LOCK_TIMEOUT`.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html Login credentials}
 */
export function fromLoginCredentials(options: FromLoginCredentialsOptions = {}): CredentialsProvider {
  let kept: { readonly key: string; readonly provider: CredentialsProvider } | undefined;
  return async (asked) => {
    const config = await readSharedConfig(options);
    const name = selectedProfile(options.profile ?? asked?.callerClientConfig?.profile, options.env);
    const section = findProfile(config, name);
    const session = section["login_session"];
    if (!session) {
      throw new CredentialsProviderError(
        "ERR_CREDENTIALS_NOT_CONFIGURED",
        `profile "${name}" has no login_session`,
        { profile: name },
      );
    }
    const key = JSON.stringify([name, section, config.services]);
    if (kept?.key !== key) {
      const profile: LoginProfile = { name, session, section, services: config.services };
      kept = { key, provider: createProvider(profile, await signInPath(session, options), options) };
    }
    return kept.provider(asked);
  };
}

interface LoginProfile {
  readonly name: string;
  readonly session: string;
  readonly section: SharedConfigSection;
  readonly services: SharedConfig["services"];
}

const REFRESH_WINDOW_MS = 300_000;
const RETRY_DELAY_MS = 30_000;

function createProvider(
  profile: LoginProfile,
  path: string,
  options: FromLoginCredentialsOptions,
): CredentialsProvider {
  const { now = Date.now, onWriteError } = options;
  const file = createSignInFile({ path, whenReadOnly: "refuse", onWriteError });
  let last: string | undefined;
  let pausedUntil = 0;

  const load = async (asked: CredentialsProviderOptions | undefined): Promise<AwsCredentialIdentity> => {
    const context: LoginContext = { profile, path, options, caller: asked?.callerClientConfig };
    const held = identityOf(await file.read(), context);
    // A forced refresh rejects the keys that were returned last, not those that another program has fetched since.
    const refused = asked?.forceRefresh === true ? (last ?? held.accessKeyId) : undefined;
    const isFresh = ({ accessKeyId, expiration }: LoginIdentity): boolean =>
      accessKeyId !== refused && expiration.getTime() - now() > REFRESH_WINDOW_MS;
    const isAlive = held.accessKeyId !== refused && held.expiration.getTime() > now();
    if (isFresh(held) || (isAlive && now() < pausedUntil)) return held;
    try {
      const renewed = await file.renew(
        (signIn) => isFresh(identityOf(signIn, context)),
        (signIn) => refresh(signIn, context),
      );
      return identityOf(renewed, context);
    } catch (error) {
      // What the service says about the person counts immediately; everything else may pass.
      const isFinal = error instanceof CredentialsProviderError && /REQUIRED|REFUSED/.test(error.code);
      if (!isAlive || isFinal) throw error;
      pausedUntil = now() + RETRY_DELAY_MS;
      return held;
    }
  };
  return async (asked) => {
    const identity = await load(asked);
    last = identity.accessKeyId;
    return withSource(identity, "CREDENTIALS_LOGIN", "AD");
  };
}

interface LoginContext {
  readonly profile: LoginProfile;
  readonly path: string;
  readonly options: FromLoginCredentialsOptions;
  readonly caller: CallerClientConfig | undefined;
}

interface LoginIdentity extends AwsCredentialIdentity {
  readonly expiration: Date;
}

async function signInPath(session: string, options: FromLoginCredentialsOptions): Promise<string> {
  const env = options.env ?? processEnvironment();
  const home = homeDirectory(env);
  const directory = env["AWS_LOGIN_CACHE_DIRECTORY"] || "~/.aws/login/cache";
  if (home === undefined && directory.startsWith("~/")) {
    throw new CredentialsProviderError(
      "ERR_SIGN_IN_REQUIRED",
      "there is no home directory, and so no sign-in in ~/.aws/login/cache: set HOME or AWS_LOGIN_CACHE_DIRECTORY",
    );
  }
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(session.trim()));
  const name = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return join(
    directory.replace(/^~(?=\/)/, () => home ?? "~"),
    `${name}.json`,
  );
}

function identityOf(signIn: SignIn | undefined, { profile, path }: LoginContext): LoginIdentity {
  if (signIn === undefined) throw signInRequired({ profile, path }, `there is no sign-in in ${path}`);
  const keys = accessTokenOf(signIn);
  const accessKeyId = textMember(keys, "accessKeyId");
  const secretAccessKey = textMember(keys, "secretAccessKey");
  const sessionToken = textMember(keys, "sessionToken");
  const expiresAt = parseSignInDate(keys["expiresAt"]);
  if (!accessKeyId || !secretAccessKey || !sessionToken || Number.isNaN(expiresAt)) {
    throw signInRequired(
      { profile, path },
      `accessToken in ${path} lacks accessKeyId, secretAccessKey, sessionToken or an expiresAt that is a date`,
    );
  }
  // The session is an ARN, whose fifth part is the account.
  const accountId = textMember(keys, "accountId") ?? profile.session.split(":")[4];
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration: new Date(expiresAt),
    ...(accountId && { accountId }),
  };
}

function accessTokenOf(signIn: SignIn): SignIn {
  const keys = signIn["accessToken"];
  // The members are checked one by one; anything but an object has none of them.
  return typeof keys === "object" && keys !== null ? (keys as SignIn) : {};
}

async function refresh(signIn: SignIn, context: LoginContext): Promise<SignIn> {
  const { profile, path, options, caller } = context;
  const { now = Date.now, random = Math.random } = options;
  const env = options.env ?? processEnvironment();
  const clientConfig = withRequestSettings(options.clientConfig ?? {}, profile.section, env);
  const clientId = textMember(signIn, "clientId");
  const refreshToken = textMember(signIn, "refreshToken");
  const dpopKey = textMember(signIn, "dpopKey");
  if (!clientId || !refreshToken || !dpopKey) {
    throw signInRequired(
      { profile, path },
      `the sign-in of profile "${profile.name}" cannot be renewed: ${path} lacks clientId, refreshToken or dpopKey`,
    );
  }
  const region = await regionOf(signIn, context);
  const endpoint = resolveSignInEndpoint("signin", {
    region,
    regionOrigin: `the region for the sign-in of profile "${profile.name}"`,
    clientConfig,
    section: profile.section,
    services: profile.services,
    env,
  });
  const claims = { method: "POST", url: `${endpoint.origin}${operationPath(endpoint, TOKEN_PATH)}` };
  const response = await sendSignInRequest(
    {
      endpoint,
      method: "POST",
      path: TOKEN_PATH,
      body: { clientId, grantType: "refresh_token", refreshToken },
      isTimed: true,
      headers: async (time) => ({
        dpop: await createDpopProof(dpopKey, { ...claims, time }).catch((cause: unknown) => {
          const what = `dpopKey in ${path} is not a P-256 private key in PEM`;
          throw signInRequired({ profile, path }, what, cause);
        }),
      }),
    },
    { clientConfig, caller, now, random },
  );

  const keys = accessTokenOf(response.json ?? {});
  const { accessKeyId, secretAccessKey, sessionToken } = Object.fromEntries(
    ["accessKeyId", "secretAccessKey", "sessionToken"].map((name) => [name, textMember(keys, name)]),
  );
  if (response.status !== 200 || !accessKeyId || !secretAccessKey || !sessionToken)
    throw refreshFailure(response, { profile, path, region, host: endpoint.host });
  const seconds = response.json?.["expiresIn"];
  const lifeMs = isLifetime(seconds) ? seconds * 1000 : DEFAULT_LIFE_MS;
  return {
    ...signIn,
    accessToken: {
      ...accessTokenOf(signIn),
      accessKeyId,
      secretAccessKey,
      sessionToken,
      expiresAt: formatSignInDate(now() + lifeMs),
    },
    refreshToken: textMember(response.json ?? {}, "refreshToken") ?? refreshToken,
  };
}

const TOKEN_PATH = "/v1/token";
// The lifetime that AWS documents, if a response does not state it.
const DEFAULT_LIFE_MS = 900_000;

async function regionOf(signIn: SignIn, { profile, options, caller }: LoginContext): Promise<string> {
  const env = options.env ?? processEnvironment();
  const region =
    textMember(signIn, "signInRegion") ??
    options.clientConfig?.region ??
    profile.section["region"] ??
    // A client without a region rejects.
    ((await caller?.region?.().catch(() => undefined)) || env["AWS_REGION"] || env["AWS_DEFAULT_REGION"]);
  if (region) return region;
  throw new CredentialsProviderError(
    "ERR_PROFILE_INVALID",
    `profile "${profile.name}" has a login_session and no region: add the region you signed in to`,
    { profile: profile.name },
  );
}

interface RefreshPlace {
  readonly profile: LoginProfile;
  readonly path: string;
  readonly region: string;
  readonly host: string;
}

function refreshFailure(
  { status, code, reason }: SignInResponse,
  { profile, path, region, host }: RefreshPlace,
): CredentialsProviderError {
  const { name } = profile;
  const said = [status, code, reason].filter(Boolean).join(" ");
  const ended = reason === undefined ? undefined : ENDED[reason];
  if (ended !== undefined) return signInRequired({ profile, path }, `${ended} (${host} responded ${said})`);
  const details = { profile: name, file: path };
  if (reason === "INSUFFICIENT_PERMISSIONS") {
    return new CredentialsProviderError(
      "ERR_SIGN_IN_REFUSED",
      `the person signed in for profile "${name}" may not renew the sign-in (${host} responded ${said}): ` +
        "attach the policy SignInLocalDevelopmentAccess, or allow signin:CreateOAuth2Token",
      details,
    );
  }
  if (code === "AccessDenied" || status === 401 || status === 403) {
    const what = `the sign-in of profile "${name}" is no longer accepted (${host} responded ${said})`;
    return signInRequired({ profile, path }, what);
  }
  const hint =
    status === 400 ? `; the region asked was ${region}, and it must be the one of the sign-in` : "";
  return new CredentialsProviderError(
    "ERR_SIGN_IN_UNAVAILABLE",
    `the sign-in of profile "${name}" could not be renewed: ${host} responded ${status === 200 ? "without keys" : said}${hint}. ` +
      `If that does not pass, run ${commandOf(profile)}`,
    details,
  );
}

const ENDED: Readonly<Record<string, string | undefined>> = {
  TOKEN_EXPIRED: "the sign-in has ended: it lasts twelve hours at most",
  AUTHCODE_EXPIRED: "the sign-in was not completed in time",
  USER_CREDENTIALS_CHANGED: "the password has changed since the sign-in",
};

function signInRequired(
  { profile, path }: { readonly profile: LoginProfile; readonly path: string },
  what: string,
  cause?: unknown,
): CredentialsProviderError {
  return new CredentialsProviderError("ERR_SIGN_IN_REQUIRED", `${what}: run ${commandOf(profile)}`, {
    profile: profile.name,
    file: path,
    ...(cause !== undefined && { cause }),
  });
}

function commandOf({ name }: LoginProfile): string {
  return signInCommand("aws login", "--profile", name);
}
