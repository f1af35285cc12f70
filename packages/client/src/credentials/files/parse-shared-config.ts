import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";

/** Properties of one section by lower-case name; those of a nested block include its name, as in `s3.max_concurrent_requests`. */
export type SharedConfigSection = Readonly<Record<string, string | undefined>>;

/** A shared configuration file. The tables have no prototype. */
export interface ParsedSharedConfig {
  /** The sections by their header as written, such as `profile dev`. */
  readonly sections: Readonly<Record<string, SharedConfigSection | undefined>>;
  /** What is wrong with a section, by its header: `ERR_CONFIG_MALFORMED`. */
  readonly problems: Readonly<Record<string, CredentialsProviderError | undefined>>;
  /** What is wrong with the file as a whole. */
  readonly problem?: CredentialsProviderError | undefined;
}

/**
 * Parses the AWS shared configuration format as the AWS CLI does.
 *
 * It looks like INI but is not: `=` and `:` both separate, names are case-insensitive, a line that is indented deeper than its
 * property continues it, and a property without a value opens a nested block. `#` and `;` start a comment at the start of a line or
 * after white space, outside quotes, which stay part of the value. General INI parsers split names at dots, unquote values or
 * lose the line number, so none is used. An invalid line is a problem of its section only.
 *
 * @param file - Path used in errors.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html Shared config and credentials files}
 */
export function parseSharedConfig(text: string, file: string): ParsedSharedConfig {
  const sections: Record<string, Record<string, string>> = Object.create(null);
  const problems: Record<string, CredentialsProviderError> = Object.create(null);
  let problem: CredentialsProviderError | undefined;
  let header: string | undefined;
  /** The property that a deeper line belongs to, its indentation, and whether it opened a block. */
  let open: { name: string; depth: number; isBlock: boolean } | undefined;
  /** The property of the block that a line without `=` continues. */
  let nested: string | undefined;
  let number = 0;

  // The line itself may contain a key, so the message says only where it is.
  const note = (reason: string): void => {
    const error = new CredentialsProviderError("ERR_CONFIG_MALFORMED", `${file}:${number}: ${reason}`, {
      file,
      line: number,
    });
    if (header === undefined) problem ??= error;
    else problems[header] ??= error;
  };

  for (const raw of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    number += 1;
    const line = withoutComment(raw).trim();
    const section = header === undefined ? undefined : sections[header];
    if (line === "") {
      // An empty line inside a value is part of it; a comment is not.
      if (raw.trim() === "" && open && !open.isBlock && section) section[open.name] += "\n";
      continue;
    }
    if (line.startsWith("[")) {
      const end = line.indexOf("]");
      header = line.slice(1, end === -1 ? undefined : end).trim();
      sections[header] ??= Object.create(null) as Record<string, string>;
      open = nested = undefined;
      if (end === -1) note("the section has no closing ]");
      continue;
    }
    if (section === undefined) {
      note("text before the first section");
      continue;
    }

    const depth = raw.search(/\S/);
    const [, name = "", value = ""] = /^(.*?)\s*[=:]\s*(.*)$/s.exec(line) ?? [];
    if (open && depth > open.depth) {
      if (!open.isBlock) {
        section[open.name] += `\n${line}`;
      } else if (name !== "" && line.includes("=")) {
        delete section[open.name];
        nested = `${open.name}.${name.toLowerCase()}`;
        section[nested] = value;
      } else if (nested !== undefined) {
        section[nested] += `\n${line}`;
      } else note("expected name = value");
      continue;
    }
    if (name === "") {
      note("expected name = value");
      continue;
    }
    open = { name: name.toLowerCase(), depth, isBlock: value === "" };
    nested = undefined;
    section[open.name] = value;
  }
  for (const section of Object.values(sections))
    for (const name of Object.keys(section)) section[name] = section[name]?.trimEnd() ?? "";
  return { sections: withDefaults(sections), problems, problem };
}

/** `[DEFAULT]` adds its properties to all sections, and is not a section itself. */
function withDefaults(
  sections: Readonly<Record<string, SharedConfigSection>>,
): ParsedSharedConfig["sections"] {
  const { DEFAULT: defaults } = sections;
  if (defaults === undefined) return sections;
  const all: Record<string, SharedConfigSection> = Object.create(null);
  for (const [header, section] of Object.entries(sections))
    if (header !== "DEFAULT") all[header] = Object.assign(Object.create(null), defaults, section);
  return all;
}

// A quote that is never closed is an ordinary character.
function withoutComment(line: string): string {
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index] ?? "";
    if (character === '"' || character === "'") {
      const end = line.indexOf(character, index + 1);
      if (end !== -1) index = end;
    } else if (/[;#]/.test(character) && (index === 0 || /[\s\]]/.test(line[index - 1] ?? ""))) {
      return line.slice(0, index);
    }
  }
  return line;
}
