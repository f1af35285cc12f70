import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { processEnvironment } from "../sources/environment.ts";
import type { Environment } from "../sources/environment.ts";
import { parseSharedConfig } from "./parse-shared-config.ts";
import type { ParsedSharedConfig, SharedConfigSection } from "./parse-shared-config.ts";

/** Where the shared files are and which profile is meant. */
export interface SharedConfigOptions {
  /** Credentials file. Default `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/credentials`. */
  readonly filepath?: string | undefined;
  /** Configuration file. Default `AWS_CONFIG_FILE`, else `~/.aws/config`. */
  readonly configFilepath?: string | undefined;
  /** Variables to read instead of those of the process. */
  readonly env?: Environment | undefined;
}

/** What the two shared files say together. */
export interface SharedConfig {
  /** Profiles by name. Where both files have a property, the credentials file's is taken. */
  readonly profiles: Readonly<Record<string, SharedConfigSection | undefined>>;
  /** `[services NAME]` sections by name; nested properties read `sts.endpoint_url`. */
  readonly services: Readonly<Record<string, SharedConfigSection | undefined>>;
  /** `[sso-session NAME]` sections by name. */
  readonly ssoSessions: Readonly<Record<string, SharedConfigSection | undefined>>;
  /** The two files, configuration file first. */
  readonly files: readonly SharedConfigFile[];
}

/** One of the two files. */
export interface SharedConfigFile {
  /** Where it is looked for. */
  readonly path: string;
  /** Whether there is one. */
  readonly exists: boolean;
  /** Names of the profiles it has. */
  readonly profiles: readonly string[];
  /** `ERR_CONFIG_UNREADABLE` when it exists and cannot be read; it then counts as empty. */
  readonly problem?: CredentialsProviderError | undefined;
}

/**
 * Reads `~/.aws/config` and `~/.aws/credentials` as the AWS SDKs do. A file that does not exist is empty.
 *
 * A file that cannot be read is empty too, with a note in `files`: a container often runs with the home directory
 * of another user and needs nothing from it. The providers that do need a profile throw the noted problem. Nothing
 * is remembered between calls.
 *
 * @throws `CredentialsProviderError` `ERR_CONFIG_MALFORMED` with file and line when a line makes no sense.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html Location of the shared files}
 */
export async function readSharedConfig(options: SharedConfigOptions = {}): Promise<SharedConfig> {
  const env = options.env ?? processEnvironment();
  const paths = sharedConfigPaths(options, env);
  const [config, credentials] = await Promise.all([
    readSections(paths.config),
    readSections(paths.credentials),
  ]);

  const profiles = collect(config.sections, "profile");
  const defaults = config.sections["default"];
  if (defaults !== undefined && profiles["default"] === undefined) profiles["default"] = defaults;
  const configured = Object.keys(profiles);
  for (const [name, section] of Object.entries(credentials.sections)) {
    profiles[name] = { ...profiles[name], ...section };
  }
  return {
    profiles,
    services: collect(config.sections, "services"),
    ssoSessions: collect(config.sections, "sso-session"),
    files: [
      { path: paths.config, exists: config.exists, profiles: configured, problem: config.problem },
      {
        path: paths.credentials,
        exists: credentials.exists,
        profiles: Object.keys(credentials.sections),
        problem: credentials.problem,
      },
    ],
  };
}

/** Name of the profile in force: the given one, else `AWS_PROFILE`, else `default`. */
export function selectedProfile(
  profile: string | undefined,
  env: Environment = processEnvironment(),
): string {
  return profile || env["AWS_PROFILE"] || "default";
}

/** The user's home directory, found the way the AWS SDKs find it; `undefined` where nobody may know it. */
export function homeDirectory(env: Environment = processEnvironment()): string | undefined {
  const { HOME, USERPROFILE, HOMEPATH, HOMEDRIVE = "C:" } = env;
  if (HOME || USERPROFILE) return HOME || USERPROFILE;
  if (HOMEPATH) return `${HOMEDRIVE}${HOMEPATH}`;
  try {
    return homedir();
  } catch {
    return undefined; // Deno without --allow-sys
  }
}

function sharedConfigPaths(
  options: SharedConfigOptions,
  env: Environment,
): { config: string; credentials: string } {
  const home = homeDirectory(env);
  // Without a home the path keeps its ~ and is not looked for: in the working directory anyone could have put a
  // file.
  const expand = (path: string): string =>
    home !== undefined && path.startsWith("~/") ? join(home, path.slice(2)) : path;
  return {
    config: expand(options.configFilepath ?? (env["AWS_CONFIG_FILE"] || "~/.aws/config")),
    credentials: expand(options.filepath ?? (env["AWS_SHARED_CREDENTIALS_FILE"] || "~/.aws/credentials")),
  };
}

interface ReadFile {
  readonly sections: ParsedSharedConfig;
  readonly exists: boolean;
  readonly problem?: CredentialsProviderError;
}

async function readSections(path: string): Promise<ReadFile> {
  if (path.startsWith("~/")) return { sections: {}, exists: false };
  let text;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    // Errors of node:fs carry their code as a string; Deno's have a name.
    const { code, name } = cause as { code?: string; name?: string };
    if (code === "ENOENT" || code === "ENOTDIR") return { sections: {}, exists: false };
    const problem = new CredentialsProviderError(
      "ERR_CONFIG_UNREADABLE",
      `${path} cannot be read (${code ?? name})`,
      { cause, file: path, tryNextLink: true },
    );
    return { sections: {}, exists: true, problem };
  }
  return { sections: parseSharedConfig(text, path), exists: true };
}

function collect(
  sections: ParsedSharedConfig,
  prefix: string,
): Record<string, SharedConfigSection | undefined> {
  const found: Record<string, SharedConfigSection | undefined> = Object.create(null);
  for (const [header, section] of Object.entries(sections)) {
    if (header.startsWith(`${prefix} `)) found[header.slice(prefix.length + 1)] = section;
  }
  return found;
}
