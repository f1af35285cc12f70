import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { signInCommand } from "../cache/sign-in-cache.ts";
import { findProfile } from "../files/find-profile.ts";
import type { SharedConfigSection } from "../files/parse-shared-config.ts";
import type { SharedConfig } from "../files/read-shared-config.ts";
import { SSO_KEYS, isSsoProfile } from "./is-sso-profile.ts";

/** A profile's settings given in code, under the AWS SDK's names. */
export interface SsoParameters {
  /** Address of the access portal, `sso_start_url` of a profile. */
  readonly ssoStartUrl?: string | undefined;
  /** Name of the `sso-session` section, `sso_session` of a profile. */
  readonly ssoSession?: string | undefined;
  /** Twelve-digit account of the role, `sso_account_id` of a profile. */
  readonly ssoAccountId?: string | undefined;
  /** Region of IAM Identity Center, `sso_region` of a profile. */
  readonly ssoRegion?: string | undefined;
  /** Name of the permission set or role, `sso_role_name` of a profile. */
  readonly ssoRoleName?: string | undefined;
}

/** What is known about a role in the access portal and the sign-in for it. */
export interface SsoSettings {
  /** How an error refers to it: `profile "dev"`. */
  readonly origin: string;
  /** The profile, if one names the role. */
  readonly profile: string | undefined;
  /** Name of the `sso-session` section; absent in the older form, whose sign-ins cannot be renewed. */
  readonly session: string | undefined;
  /** Address of the access portal. */
  readonly startUrl: string;
  /** Region of IAM Identity Center. */
  readonly region: string;
  /** Account of the role. */
  readonly accountId: string;
  /** Name of the role. */
  readonly roleName: string;
  /** The command that signs a person in. */
  readonly command: string;
  /** The selected profile, for the endpoint. */
  readonly section: SharedConfigSection;
  /** The `services` sections, for the endpoint. */
  readonly services: SharedConfig["services"];
}

/**
 * Finds what is needed to get a role's credentials from the access portal: from code if any of it is given there,
 * else from the profile. With a session, its section gives the portal's address and region.
 *
 * @throws {@link CredentialsProviderError} `ERR_CREDENTIALS_NOT_CONFIGURED` when the profile has none of the keys,
 * `ERR_PROFILE_INVALID` (`ERR_OPTION_INVALID` for what was given in code) when something is missing, contradicts the
 * session or cannot be right; `ERR_PROFILE_NOT_FOUND`.
 */
export function resolveSsoSettings(
  parameters: SsoParameters & { readonly profile?: string | undefined },
  config: SharedConfig,
  name: string,
): SsoSettings {
  const given: SharedConfigSection = {
    sso_session: parameters.ssoSession || undefined,
    sso_start_url: parameters.ssoStartUrl || undefined,
    sso_region: parameters.ssoRegion || undefined,
    sso_account_id: parameters.ssoAccountId || undefined,
    sso_role_name: parameters.ssoRoleName || undefined,
  };
  const isInCode = isSsoProfile(given);
  const own = isInCode ? given : findProfile(config, name);
  const profile = isInCode ? parameters.profile : name;
  const origin = isInCode ? "fromSSO" : `profile "${name}"`;
  const invalid = (message: string): CredentialsProviderError =>
    new CredentialsProviderError(
      isInCode ? "ERR_OPTION_INVALID" : "ERR_PROFILE_INVALID",
      `${origin} ${message}`,
      { ...(profile !== undefined && { profile }) },
    );
  if (!isSsoProfile(own)) {
    throw new CredentialsProviderError(
      "ERR_CREDENTIALS_NOT_CONFIGURED",
      `${origin} does not sign in through IAM Identity Center: it has no sso_session, sso_account_id and sso_role_name`,
      { profile: name },
    );
  }

  const session = own["sso_session"];
  // In code, the section is optional if its contents are given there too.
  const isWhole = isInCode && own["sso_start_url"] !== undefined && own["sso_region"] !== undefined;
  const shared =
    session === undefined
      ? {}
      : isWhole
        ? (config.ssoSessions[session] ?? {})
        : findSession(session, config, invalid);
  for (const key of SSO_KEYS) {
    const [ours, theirs] = [own[key], shared[key]];
    if (ours !== undefined && theirs !== undefined && ours !== theirs)
      throw invalid(`has another ${key} than its sso-session "${session}": remove it from one of them`);
  }
  const values: SharedConfigSection = { ...shared, ...definedOf(own) };
  const missing = SSO_KEYS.filter((key) => key !== "sso_session" && !values[key]);
  if (missing.length > 0) {
    const where = missing.some((key) => key === "sso_start_url" || key === "sso_region");
    const hint = where && session !== undefined ? ` (nor has its sso-session "${session}")` : "";
    throw invalid(`lacks ${missing.map((key) => spelled(key, isInCode)).join(", ")}${hint}`);
  }
  const accountId = values["sso_account_id"] ?? "";
  if (!/^\d{12}$/.test(accountId))
    throw invalid(`has an ${spelled("sso_account_id", isInCode)} that is not twelve digits`);
  return {
    origin,
    profile,
    session,
    startUrl: values["sso_start_url"] ?? "",
    region: values["sso_region"] ?? "",
    accountId,
    roleName: values["sso_role_name"] ?? "",
    command:
      profile === undefined
        ? signInCommand("aws sso login", "--sso-session", session)
        : signInCommand("aws sso login", "--profile", profile),
    section: config.profiles[name] ?? {},
    services: config.services,
  };
}

function findSession(
  name: string,
  config: SharedConfig,
  invalid: (message: string) => CredentialsProviderError,
): SharedConfigSection {
  const section = config.ssoSessions[name];
  if (section !== undefined) return section;
  for (const { problem } of config.files) if (problem) throw problem;
  const known = Object.keys(config.ssoSessions);
  const hint = known.length > 0 ? `; sessions there: ${known.slice(0, 10).join(", ")}` : "";
  throw invalid(
    `names the sso_session "${name}", but ${config.files[0]?.path ?? "the configuration file"} has no section [sso-session ${name}]${hint}`,
  );
}

function spelled(key: (typeof SSO_KEYS)[number], isInCode: boolean): string {
  return isInCode ? key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()) : key;
}

function definedOf(section: SharedConfigSection): SharedConfigSection {
  return Object.fromEntries(Object.entries(section).filter(([, value]) => value !== undefined));
}
