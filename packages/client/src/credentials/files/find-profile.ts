import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import type { CredentialsProviderErrorCode } from "../../errors/credentials-provider-error.ts";
import type { SharedConfigSection } from "./parse-shared-config.ts";
import type { SharedConfig } from "./read-shared-config.ts";

/** How an error refers to a profile: by its name, and the files that have it. */
export function profilePlace(config: SharedConfig, name: string): string {
  const paths = config.files.filter(({ profiles }) => profiles.includes(name)).map(({ path }) => path);
  return `profile "${name}"${paths.length > 0 ? ` (${paths.join(", ")})` : ""}`;
}

/**
 * The error for a profile that cannot be used. It names profile and file, and ends a chain's search.
 *
 * @param what - what is wrong, as the predicate of a sentence about the profile
 */
export function profileError(
  config: SharedConfig,
  name: string,
  what: string,
  details: {
    readonly code?: CredentialsProviderErrorCode;
    readonly tryNextLink?: boolean;
    readonly cause?: unknown;
  } = {},
): CredentialsProviderError {
  const { code = "ERR_PROFILE_INVALID", tryNextLink = false, cause } = details;
  const file = config.files.find(({ profiles }) => profiles.includes(name))?.path;
  return new CredentialsProviderError(code, `${profilePlace(config, name)} ${what}`, {
    cause,
    profile: name,
    ...(file !== undefined && { file }),
    tryNextLink,
  });
}

/**
 * Returns the properties of a profile.
 *
 * @param namedBy - Profile that names this one as its source; if given, a chain must not continue.
 * @throws {@link CredentialsProviderError} `ERR_PROFILE_NOT_FOUND` naming the files looked in and the profiles they
 * have; `ERR_CONFIG_UNREADABLE` when one of them cannot be read; `ERR_CONFIG_MALFORMED`.
 */
export function findProfile(config: SharedConfig, name: string, namedBy?: string): SharedConfigSection {
  const section = config.profiles[name];
  // The missing half of a profile could be in the file that cannot be read.
  for (const { problem } of config.files) if (problem) throw problem;
  const problem = config.problems[name];
  if (problem) throw problem;
  // A property without a value has no effect.
  if (section !== undefined)
    return Object.fromEntries(Object.entries(section).filter(([, value]) => value !== ""));
  const places = config.files.map(({ path, exists }) => (exists ? path : `${path} (does not exist)`));
  const known = Object.keys(config.profiles);
  const hint = known.length > 0 ? `; profiles there: ${known.slice(0, 10).join(", ")}` : "";
  throw new CredentialsProviderError(
    "ERR_PROFILE_NOT_FOUND",
    `profile "${name}"${namedBy === undefined ? "" : `, the source_profile of "${namedBy}",`} is neither in ${places.join(" nor in ")}${misnamed(config, name) || hint}`,
    // A missing profile only means that a chain was not set up through files, unless an existing profile
    // asks for it.
    { profile: name, tryNextLink: namedBy === undefined },
  );
}

/** `[profile x]` belongs into the configuration file, `[x]` into the credentials file; people often take one for the other. */
function misnamed({ files }: SharedConfig, name: string): string {
  const headers = [name, `profile ${name}`];
  const at = files.findIndex((file, index) => file.headers.includes(headers[index] ?? ""));
  return at < 0 ? "" : `; ${files[at]?.path} has [${headers[at]}], which must be [${headers[1 - at]}]`;
}
