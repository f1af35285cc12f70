import { readFile } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { processEnvironment } from "../sources/environment.ts";
import type { Environment } from "../sources/environment.ts";
import { parseSharedConfig } from "./parse-shared-config.ts";
import type { ParsedSharedConfig, SharedConfigSection } from "./parse-shared-config.ts";

/** Where the shared files are, and which profile to use. */
export interface SharedConfigOptions {
  /** Credentials file. Default `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/credentials`. */
  readonly filepath?: string | undefined;
  /** Configuration file. Default `AWS_CONFIG_FILE`, else `~/.aws/config`. */
  readonly configFilepath?: string | undefined;
  /** Variables to read instead of those of the process. */
  readonly env?: Environment | undefined;
}

/** The contents of the two shared files, merged. A property without a value is an empty text. */
export interface SharedConfig {
  /** Profiles by name. If both files have a property, the credentials file's is used. */
  readonly profiles: Readonly<Record<string, SharedConfigSection | undefined>>;
  /** `ERR_CONFIG_MALFORMED` of the profiles that contain an invalid line; the providers throw it. */
  readonly problems: Readonly<Record<string, CredentialsProviderError | undefined>>;
  /** `[services NAME]` sections by name; nested properties read `sts.endpoint_url`. */
  readonly services: Readonly<Record<string, SharedConfigSection | undefined>>;
  /** `[sso-session NAME]` sections by name. */
  readonly ssoSessions: Readonly<Record<string, SharedConfigSection | undefined>>;
  /** The two files, configuration file first. */
  readonly files: readonly SharedConfigFile[];
}

/** One of the two files. */
export interface SharedConfigFile {
  /** Where it is expected. */
  readonly path: string;
  /** Whether it exists. */
  readonly exists: boolean;
  /** Names of the profiles it has. */
  readonly profiles: readonly string[];
  /** Headers of all its sections, as written. */
  readonly headers: readonly string[];
  /**
   * `ERR_CONFIG_UNREADABLE` when it exists but cannot be read, and then counts as empty; `ERR_CONFIG_MALFORMED` when it has
   * text before its first section.
   */
  readonly problem?: CredentialsProviderError | undefined;
}

/**
 * Reads `~/.aws/config` and `~/.aws/credentials` as the AWS SDKs do. A file that does not exist is empty.
 *
 * A file that cannot be read counts as empty too, with a note in `files`: a container often runs with the home directory
 * of another user and needs nothing from it. An invalid line is a problem of its profile only, with file and
 * line. Providers that need the profile throw the noted problem. Nothing is cached between calls.
 *
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html Location of the shared files}
 */
export async function readSharedConfig(options: SharedConfigOptions = {}): Promise<SharedConfig> {
  const env = options.env ?? processEnvironment();
  const paths = sharedConfigPaths(options, env);
  const [config, credentials] = await Promise.all([
    readSections(paths.config),
    readSections(paths.credentials),
  ]);

  const configured = profilesOf(config.sections);
  const profiles = table(configured);
  for (const [name, section] of Object.entries(credentials.sections)) {
    profiles[name] = { ...profiles[name], ...section };
  }
  return {
    profiles,
    problems: table(profilesOf(config.problems), credentials.problems),
    services: collect(config.sections, "services"),
    ssoSessions: collect(config.sections, "sso-session"),
    files: [
      {
        path: paths.config,
        exists: config.exists,
        profiles: Object.keys(configured),
        headers: Object.keys(config.sections),
        problem: config.problem,
      },
      {
        path: paths.credentials,
        exists: credentials.exists,
        profiles: Object.keys(credentials.sections),
        headers: Object.keys(credentials.sections),
        problem: credentials.problem,
      },
    ],
  };
}

/** Name of the selected profile: the given one, else `AWS_PROFILE`, else `default`. */
export function selectedProfile(
  profile: string | undefined,
  env: Environment = processEnvironment(),
): string {
  return profile || env["AWS_PROFILE"] || "default";
}

/** The user's home directory, found as the AWS SDKs find it; `undefined` where the runtime does not say. */
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
  // Without a home directory the path keeps its ~ and is not looked up: anyone could have put a file in the working
  // directory.
  const expand = (path: string): string =>
    home !== undefined && path.startsWith("~/") ? join(home, path.slice(2)) : path;
  return {
    config: expand(options.configFilepath ?? (env["AWS_CONFIG_FILE"] || "~/.aws/config")),
    credentials: expand(options.filepath ?? (env["AWS_SHARED_CREDENTIALS_FILE"] || "~/.aws/credentials")),
  };
}

/** A table without a prototype, so that no name is special. */
function table<T>(
  ...parts: readonly Readonly<Record<string, T | undefined>>[]
): Record<string, T | undefined> {
  return Object.assign(Object.create(null), ...parts) as Record<string, T | undefined>; // of the parts, and nothing else
}

interface ReadFile extends ParsedSharedConfig {
  readonly exists: boolean;
}

const NO_FILE: ReadFile = { sections: {}, problems: {}, exists: false };

async function readSections(path: string): Promise<ReadFile> {
  if (path.startsWith("~/")) return NO_FILE;
  let text;
  try {
    text = await readText(path);
  } catch (cause) {
    // Errors of node:fs carry their code as a string; Deno's have a name.
    const { code, name } = cause as { code?: string; name?: string };
    if (code === "ENOENT" || code === "ENOTDIR") return NO_FILE;
    const problem = new CredentialsProviderError(
      "ERR_CONFIG_UNREADABLE",
      `${path} cannot be read (${code ?? name})`,
      { cause, file: path, tryNextLink: true },
    );
    return { ...NO_FILE, exists: true, problem };
  }
  return { ...parseSharedConfig(text, path), exists: true };
}

// Not `node:fs/promises`: every program reads these files first, and on Node.js 26 that module loads 14 others.
function readText(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    readFile(path, "utf8", (error, text) => {
      if (error) reject(error);
      else resolve(text);
    });
  });
}

/** The profiles in the configuration file. Of `[default]` and `[profile default]` the later one counts. */
function profilesOf<T extends object>(
  sections: Readonly<Record<string, T | undefined>>,
): Record<string, T | undefined> {
  const profiles = collect(sections, "profile");
  const isLast = Object.keys(sections).findLast((header) => /^(profile\s+)?(["']?)default\2$/.test(header));
  if (isLast === "default") profiles["default"] = sections["default"];
  return profiles;
}

function collect<T extends object>(
  sections: Readonly<Record<string, T | undefined>>,
  kind: string,
): Record<string, T | undefined> {
  const found: Record<string, T | undefined> = Object.create(null);
  for (const [header, section] of Object.entries(sections)) {
    // A name of several words must be quoted: without quotes the AWS CLI has no such section.
    const [, word, , quoted, plain] = /^([\w-]+)\s+(?:(["'])(.+)\2|(\S+))$/.exec(header) ?? [];
    const name = quoted ?? plain;
    if (word === kind && name !== undefined && section) found[name] = merge(found[name], section);
  }
  return found;
}

// Errors are not merged; the properties of a section are.
function merge<T extends object>(first: T | undefined, second: T): T {
  return first === undefined ? second : first instanceof Error ? first : { ...first, ...second };
}
