import { plainRequest, type Reading, ReadingError, type SigningHints } from "./plain-request.ts";
import { splitShellWords } from "./shell-words.ts";

/** Options that have a value and change what is sent. */
const KNOWN: Readonly<Record<string, string>> = {
  "-X": "method",
  "--request": "method",
  "-H": "header",
  "--header": "header",
  "-d": "data",
  "--data": "data",
  "--data-ascii": "data",
  "--data-raw": "raw",
  "--data-binary": "binary",
  "--data-urlencode": "urlencode",
  "--json": "json",
  "-A": "user-agent",
  "--user-agent": "user-agent",
  "-e": "referer",
  "--referer": "referer",
  "-b": "cookie",
  "--cookie": "cookie",
  "-u": "user",
  "--user": "user",
  "--url": "url",
  "--aws-sigv4": "sigv4",
  "-F": "form",
  "--form": "form",
  "-T": "upload",
  "--upload-file": "upload",
};

/** Other options that have a value, which must not be taken for an address. */
const IGNORED_WITH_VALUE =
  /^(?:-[oxmwcEKyYCQrtPz]|--(?:output|proxy|max-time|connect-timeout|write-out|cookie-jar|cert|key|cacert|config|retry(?:-delay|-max-time)?|resolve|connect-to|interface|limit-rate|proxy-user|ciphers|output-dir|noproxy|stderr|trace(?:-ascii)?|unix-socket|range))$/;

/**
 * Reads a curl command, as people write it and as browsers copy it.
 *
 * @throws {@link ReadingError} for what the page cannot know, such as the content of a file.
 */
export function readCurl(text: string): Reading {
  const words = splitShellWords(text).slice(1);
  const headers: [string, string][] = [];
  const data: string[] = [];
  const notes: string[] = [];
  const addresses: string[] = [];
  let method: string | undefined;
  let isGet = false;
  let isJson = false;
  const signing: { -readonly [Name in keyof SigningHints]: SigningHints[Name] } = {};
  for (const [option, value] of readOptions(words)) {
    const kind = KNOWN[option];
    if (kind === undefined) {
      if (option === "-G" || option === "--get") isGet = true;
      else if (option === "-I" || option === "--head") method ??= "HEAD";
      else if (option === "") addresses.push(value);
    } else if (kind === "method") method = value;
    else if (kind === "url") addresses.push(value);
    else if (kind === "header") headers.push(...readHeader(value));
    else if (kind === "user") Object.assign(signing, readUser(value));
    else if (kind === "sigv4") Object.assign(signing, readScope(value));
    else if (kind === "form" || kind === "upload")
      throw new ReadingError(
        `${option} sends a file or a form, which this page cannot see. Give the body with --data-raw instead`,
      );
    else if (kind === "user-agent" || kind === "referer" || kind === "cookie") headers.push([kind, value]);
    else {
      if (kind !== "raw" && value.startsWith("@"))
        throw new ReadingError(
          `${option} ${value} is a file, which this page cannot see. Put its text in place of ${value}`,
        );
      isJson ||= kind === "json";
      data.push(
        kind === "urlencode" ? urlencode(value) : kind === "data" ? value.replaceAll(/[\r\n]/g, "") : value,
      );
    }
  }
  const [address, another] = addresses;
  if (address === undefined) throw new ReadingError("the curl command has no address");
  if (another !== undefined) notes.push(`Only the first address was read; "${another}" was left out.`);
  const body = data.join(isJson ? "" : "&");
  const has = (name: string): boolean => headers.some(([given]) => given.toLowerCase() === name);
  if (data.length > 0 && !isGet && !has("content-type")) {
    const type = isJson ? "application/json" : "application/x-www-form-urlencoded";
    headers.push(["content-type", type]);
    notes.push(`curl sends content-type: ${type} unless you set another.`);
  }
  const target = isGet && body !== "" ? `${address}${address.includes("?") ? "&" : "?"}${body}` : address;
  const request = plainRequest({
    method: method ?? (data.length > 0 && !isGet ? "POST" : "GET"),
    address: /^[a-z][a-z\d+.-]*:\/\//i.test(target) ? target : `http://${target}`,
    headers,
    body: isGet ? "" : body,
  });
  return { kind: "curl command", request, notes, signing };
}

// Options with their values; an address has the option `""`.
function* readOptions(words: readonly string[]): Generator<[option: string, value: string]> {
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith("-") || word === "-") yield ["", word];
    else if (word.startsWith("--")) {
      const hasValue = word in KNOWN || IGNORED_WITH_VALUE.test(word);
      yield [word, hasValue ? takeValue(word, rest) : ""];
    } else {
      // Letters stand together, and the last may have its value behind it: `-sXPOST`.
      for (let index = 1; index < word.length; index += 1) {
        const option = `-${word[index] ?? ""}`;
        const hasValue = option in KNOWN || IGNORED_WITH_VALUE.test(option);
        const attached = word.slice(index + 1);
        yield [option, hasValue ? attached || takeValue(option, rest) : ""];
        if (hasValue) break;
      }
    }
  }
}

function takeValue(option: string, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined) throw new ReadingError(`${option} has no value`);
  return value;
}

function readHeader(text: string): [string, string][] {
  const [, name, sign, value] = /^([^:;]+)([:;])\s*([^]*)$/.exec(text) ?? [];
  // `Name:` takes a header away, `Name;` sends an empty one.
  if (name === undefined || (sign === ":" && value === "")) return [];
  return [[name.trim(), (value ?? "").trimEnd()]];
}

function readUser(user: string): SigningHints {
  const [accessKeyId = "", ...secret] = user.split(":");
  return { accessKeyId, secretAccessKey: secret.join(":") };
}

/** The value of `--aws-sigv4`: two providers, then region and service where they are given. */
function readScope(text: string): SigningHints {
  const [, , region, service] = text.split(":");
  return { ...(region && { region }), ...(service && { service }) };
}

function urlencode(text: string): string {
  const [, name, value = ""] = /^([^=]*)=([^]*)$/.exec(text) ?? [undefined, "", text];
  return name ? `${name}=${encodeURIComponent(value)}` : encodeURIComponent(value);
}
