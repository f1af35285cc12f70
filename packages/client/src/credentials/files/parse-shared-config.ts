import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";

/** Properties of one section; those of a nested block carry its name, as in `s3.max_concurrent_requests`. */
export type SharedConfigSection = Readonly<Record<string, string | undefined>>;

/**
 * The sections of one shared configuration file by their header, such as `profile dev`, in a table without a
 * prototype.
 */
export type ParsedSharedConfig = Readonly<Record<string, SharedConfigSection | undefined>>;

/**
 * Parses the AWS shared configuration format.
 *
 * It looks like INI and is not: `#` and `;` start a comment only at the start of a line or after white space, a
 * property without a value opens a nested block, quotes are part of a value, and an indented line without `=`
 * continues the value above. General INI parsers split names at dots, unquote values or drop the line number, so
 * none is used.
 *
 * @param file - Path used in errors.
 * @throws {@link CredentialsProviderError} `ERR_CONFIG_MALFORMED` with `file` and `line` for a line that is none of
 * these.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html Shared config and credentials files}
 */
export function parseSharedConfig(text: string, file: string): ParsedSharedConfig {
  const sections: Record<string, Record<string, string> | undefined> = Object.create(null);
  let section: Record<string, string> | undefined;
  let block: string | undefined;
  let property: string | undefined;
  let number = 0;

  for (const raw of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    number += 1;
    const line = (raw.split(/(?:^|\s)[;#]/, 1)[0] ?? "").trim();
    if (line === "") continue;
    const indented = /^\s/.test(raw);

    if (line.startsWith("[") && line.endsWith("]")) {
      section = sections[sectionName(line.slice(1, -1).trim())] ??= Object.create(null) as Record<
        string,
        string
      >;
      block = property = undefined;
      continue;
    }
    if (section === undefined)
      fail(line.startsWith("[") ? "the section has no closing ]" : "text before the first section");

    const equals = line.indexOf("=");
    if (equals === -1 && indented && property !== undefined) {
      section[property] += `\n${line}`;
      continue;
    }
    if (line.startsWith("[")) fail("the section has no closing ]");
    if (equals < 1) fail("expected name = value");

    const name = line.slice(0, equals).trim();
    const value = line.slice(equals + 1).trim();
    if (value === "") {
      block = name;
      property = undefined;
      continue;
    }
    if (!indented) block = undefined;
    property = block === undefined ? name : `${block}.${name}`;
    section[property] = value;
  }
  return sections;

  // The line itself may hold a key, so the message says where it is, never what it says.
  function fail(reason: string): never {
    throw new CredentialsProviderError("ERR_CONFIG_MALFORMED", `${file}:${number}: ${reason}`, {
      file,
      line: number,
    });
  }
}

// `[profile "a"]` and `[profile a]` are the same section.
function sectionName(header: string): string {
  return header.replace(/^([\w-]+)\s+(["']?)(.+)\2$/, "$1 $3");
}
