import { ALGORITHM } from "./canonical.ts";
import { isEqual } from "./constant-time.ts";
import { checkCredentials, type CredentialsSource } from "./credentials.ts";
import { formatDate, parseDate, toBytes } from "./encoding.ts";
import { hashHex } from "./hash.ts";
import { checkOptionNames } from "./options.ts";
import { findPartition } from "./partition.ts";
import type { Platform } from "./platform.ts";
import { formatScope } from "./scope.ts";
import { requireText, SignerError } from "./signer-error.ts";
import { importSigningKey } from "./signing-key.ts";
import { readKey } from "./verify-key.ts";
import type { FindKey } from "./verify-options.ts";

/** A condition on the form: an exact value, the beginning of a value, or the size of the file in bytes. */
export type PostCondition =
  | Readonly<Record<string, string>>
  | readonly ["eq" | "starts-with", field: `$${string}`, value: string]
  | readonly ["content-length-range", minimum: number, maximum: number];

/** Options of {@link CreatePostPolicy}. */
export interface PostPolicyOptions {
  /** Who signs: credentials, or a function that gets them. */
  readonly credentials: CredentialsSource;
  /** The region of the bucket. */
  readonly region: string;
  /** The bucket that receives the upload. */
  readonly bucket: string;
  /** The key of the object. S3 replaces a trailing `${filename}` with the name of the file. */
  readonly key: string;
  /** Further conditions. Every field of the form needs a condition; those in `fields` get one automatically. */
  readonly conditions?: readonly PostCondition[] | undefined;
  /** More fields of the form, such as `acl` or `Content-Type`. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
  /** For how many seconds the form is valid, rounded down. Default: 3,600. */
  readonly expiresIn?: number | undefined;
  /** Where the form is sent. Default: the bucket's own address at AWS. */
  readonly url?: string | undefined;
  /** The signing date. Default: the `clock`. */
  readonly date?: Date | undefined;
  /** Returns the current time if no `date` is given. Default: the system clock. */
  readonly clock?: (() => Date) | undefined;
}

/** A form that uploads one file: send the fields, then the file, as `multipart/form-data`. */
export interface PostPolicy {
  /** Where to send it. */
  readonly url: string;
  /** The fields, in this order; the file comes last, as `file`. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Creates the fields of a form with which a browser uploads one file to S3, and signs the conditions that the form must meet:
 * the same fields and signature as `createPresignedPost` of `@aws-sdk/s3-presigned-post`.
 *
 * @example
 * import { createPostPolicy } from "@org/sts-signer";
 *
 * const { url, fields } = await createPostPolicy({
 *   credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
 *   region: "eu-west-1",
 *   bucket: "uploads",
 *   key: "photos/${filename}",
 *   conditions: [["content-length-range", 1, 10_000_000]],
 *   expiresIn: 600,
 * });
 * const form = new FormData();
 * for (const [name, value] of Object.entries(fields)) form.set(name, value);
 * form.set("file", new Blob(["content"]), "photo.jpg");
 * await fetch(url, { method: "POST", body: form });
 *
 * @throws {@link SignerError} when the options cannot be signed.
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html POST policy}
 */
export type CreatePostPolicy = (options: PostPolicyOptions) => Promise<PostPolicy>;

/** Binds {@link CreatePostPolicy} to a hash. */
export function bindCreatePostPolicy({ hash }: Platform): CreatePostPolicy {
  return async function createPostPolicy(options) {
    checkOptionNames(options, CREATE_NAMES);
    const { credentials: source, region, bucket, key, conditions = [], expiresIn = 3600 } = options;
    const credentials = checkCredentials(typeof source === "function" ? await source() : source);
    const { accessKeyId, sessionToken } = credentials;
    requireText(region, "region", "ERR_SCOPE_INVALID");
    if (!bucket || !key) throw new SignerError("ERR_OPTION_INVALID", `${bucket ? "key" : "bucket"} missing`);
    const seconds = Math.floor(expiresIn);
    if (!(seconds >= 1 && seconds <= 604_800))
      throw new SignerError("ERR_EXPIRES_IN_INVALID", "expiresIn: expected 1 to 604800 seconds");
    const signingDate = options.date ?? options.clock?.() ?? new Date();
    if (!(+signingDate >= 0)) throw new SignerError("ERR_DATE_INVALID", "date invalid");
    if (credentials.expiration && credentials.expiration < signingDate)
      throw new SignerError("ERR_CREDENTIALS_EXPIRED", "credentials expired before the signing date");
    const date = formatDate(signingDate);
    const scope = formatScope({ date: date.slice(0, 8), region, service: "s3" });
    const fields: Record<string, string> = {
      ...options.fields,
      bucket,
      "X-Amz-Algorithm": ALGORITHM,
      "X-Amz-Credential": `${accessKeyId}/${scope}`,
      "X-Amz-Date": date,
      ...(sessionToken && { "X-Amz-Security-Token": sessionToken }),
    };
    const keyCondition: PostCondition = key.endsWith(FILENAME)
      ? ["starts-with", "$key", key.slice(0, -FILENAME.length)]
      : { key };
    const all = [
      ...conditions,
      ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
      keyCondition,
    ];
    // Duplicate conditions are written once.
    const distinct = [...new Set(all.map((condition) => JSON.stringify(condition)))].join(",");
    const expiration = new Date(+signingDate + seconds * 1000).toISOString().replace(/\.\d+/, "");
    const policy = encodeBase64(`{"expiration":"${expiration}","conditions":[${distinct}]}`);
    const signature = await hashHex(hash, policy, await importSigningKey({ hash, credentials, scope }));
    return {
      url: options.url ?? addressOf(bucket, region),
      fields: { ...fields, key, Policy: policy, "X-Amz-Signature": signature },
    };
  };
}

const FILENAME = "${filename}";
const CREATE_NAMES = /^(?:credentials|region|bucket|key|conditions|fields|expiresIn|url|date|clock)$/;
const CHECK_NAMES = /^(?:findKey|bucket|contentLength|region|now|clock|maxSkewSeconds)$/;

/** What a server requires of a form. */
export interface CheckPostPolicyOptions {
  /** Finds the key for an access key id; `undefined` when there is none. `checkPostPolicy` rethrows what it throws. */
  readonly findKey: FindKey;
  /** The bucket that the form was sent to. */
  readonly bucket: string;
  /** The size of the file in bytes. Without it the limits are returned, for the caller to enforce. */
  readonly contentLength?: number | undefined;
  /** The region or regions to accept. Default: any. */
  readonly region?: string | readonly string[] | undefined;
  /** The current time. Default: the `clock`. */
  readonly now?: Date | undefined;
  /** Returns the current time if there is no `now`. Default: the system clock. */
  readonly clock?: (() => Date) | undefined;
  /** How far in the future the signing date may be, in seconds. Default: 300. */
  readonly maxSkewSeconds?: number | undefined;
}

/**
 * Why a form was refused.
 *
 * | reason | meaning |
 * | --- | --- |
 * | `malformed` | a field is missing, duplicate or invalid, or the policy is not a policy |
 * | `too-large` | more than 65,536 characters of fields |
 * | `unsupported-algorithm` | not `AWS4-HMAC-SHA256` |
 * | `wrong-region` | the scope's region is not accepted |
 * | `wrong-day` | the scope's day is not that of the signing date |
 * | `not-yet-valid`, `expired` | signed in the future, or after the policy's expiration |
 * | `unknown-key` | `findKey` found no key |
 * | `wrong-session-token` | the token is not the key's |
 * | `wrong-signature` | the policy was not signed with this key |
 * | `condition-failed` | a field does not meet the policy's condition |
 * | `field-not-covered` | a field that the policy does not mention |
 */
export type PostPolicyFailureReason =
  | "malformed"
  | "too-large"
  | "unsupported-algorithm"
  | "wrong-region"
  | "wrong-day"
  | "not-yet-valid"
  | "expired"
  | "unknown-key"
  | "wrong-session-token"
  | "wrong-signature"
  | "condition-failed"
  | "field-not-covered";

/** The result of {@link CheckPostPolicy}. */
export type PostPolicyCheck =
  | {
      /** True: the form is signed and meets its conditions. */
      readonly ok: true;
      /** Who signed it. */
      readonly accessKeyId: string;
      /** The region in the scope. */
      readonly region: string;
      /** The key of the object, with `${filename}` as it was sent. */
      readonly key: string;
      /** When the form expires. */
      readonly expires: Date;
      /** The smallest and largest size of the file in bytes, if the policy limits it. */
      readonly contentLengthRange: readonly [minimum: number, maximum: number] | undefined;
    }
  | {
      /** False: do not store anything. */
      readonly ok: false;
      /** Why, as a stable string. */
      readonly reason: PostPolicyFailureReason;
      /** Why, in one line for a log. Contains no token and no field's value. */
      readonly message: string;
    };

/**
 * Checks a form as S3 does before it stores the file: the signature of the policy, its expiration and its conditions, one of
 * which must cover each field.
 *
 * Takes the fields before the file, as an object, a `FormData` or a list of pairs. Never throws because of their contents.
 *
 * @example
 * import { checkPostPolicy } from "@org/sts-signer";
 *
 * const findKey = () => ({ secretAccessKey: "example" });
 * const check = await checkPostPolicy({ key: "photo.jpg" }, { findKey, bucket: "uploads" });
 * if (!check.ok) console.log(check.reason); // malformed
 *
 * @throws what `findKey` throws.
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html POST policy}
 */
export type CheckPostPolicy = (
  fields: Readonly<Record<string, unknown>> | Iterable<readonly [string, unknown]>,
  options: CheckPostPolicyOptions,
) => Promise<PostPolicyCheck>;

/** Binds {@link CheckPostPolicy} to a hash. */
export function bindCheckPostPolicy({ hash }: Platform): CheckPostPolicy {
  return async function checkPostPolicy(given, options) {
    checkOptionNames(options, CHECK_NAMES);
    const read = readForm(given);
    if ("reason" in read) return read;
    const { fields, find } = read;
    if (find("x-amz-algorithm") !== ALGORITHM)
      return fail("unsupported-algorithm", `x-amz-algorithm: expected ${ALGORITHM}`);
    const [, accessKeyId, scope = "", day, region = ""] =
      /^([\w+=,.@-]{1,256})\/((\d{8})\/([^/\s]{1,128})\/s3\/aws4_request)$/.exec(find("x-amz-credential")) ??
      [];
    if (accessKeyId === undefined)
      return fail(
        "malformed",
        "x-amz-credential: expected an access key id, day, region, s3 and aws4_request",
      );
    if (options.region !== undefined && ![options.region].flat().includes(region))
      return fail("wrong-region", `the scope's region is ${region}`);
    const date = find("x-amz-date");
    const time = parseDate(date);
    if (time === undefined) return fail("malformed", "x-amz-date: expected a form such as 20150830T123600Z");
    if (day !== date.slice(0, 8))
      return fail("wrong-day", `the scope's day is ${day}, the signing date ${date}`);
    const now = +(options.now ?? options.clock?.() ?? new Date());
    // Written so that an invalid `now` refuses.
    if (!(time - now <= 1000 * (options.maxSkewSeconds ?? 300)))
      return fail("not-yet-valid", `signed at ${date}`);

    const token = find("x-amz-security-token");
    const claim = { region, service: "s3", date: new Date(time), sessionToken: token || undefined };
    const { secretAccessKey, sessionToken = "" } = readKey(await options.findKey(accessKeyId, claim));
    if (!secretAccessKey) return fail("unknown-key", "there is no such access key id");
    if (!isEqual(token, sessionToken))
      return fail("wrong-session-token", "the session token is not the key's");
    const credentials = { accessKeyId, secretAccessKey };
    const signature = await hashHex(
      hash,
      find("policy"),
      await importSigningKey({ hash, credentials, scope }),
    );
    if (!isEqual(find("x-amz-signature"), signature))
      return fail("wrong-signature", "the policy was not signed with this key");

    const policy = readPolicy(find("policy"));
    if (policy === undefined)
      return fail("malformed", "policy: expected base64 of JSON with expiration and conditions");
    if (!(now <= policy.expiration)) return fail("expired", "the policy has expired");
    const refused = checkConditions(policy, fields, options);
    if (refused) return refused;
    return {
      ok: true,
      accessKeyId,
      region,
      key: find("key"),
      expires: new Date(policy.expiration),
      contentLengthRange: policy.range,
    };
  };
}

type Failure = Extract<PostPolicyCheck, { readonly ok: false }>;

interface Form {
  /** Values by lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  /** The value of a field, empty if there is none. */
  readonly find: (name: string) => string;
}

function readForm(given: unknown): Form | Failure {
  try {
    const fields = new Map<string, string>();
    let size = 0;
    const isList = Symbol.iterator in (given as object);
    for (const [name, value] of isList
      ? (given as Iterable<[string, unknown]>)
      : Object.entries(given as object)) {
      const key = name.toLowerCase();
      // The file comes after the fields, and what follows it does not count.
      if (key === "file") break;
      if (typeof value !== "string" || fields.has(key))
        return fail("malformed", "a field twice, or not of text");
      size += name.length + value.length;
      if (size > MAX_FIELDS) return fail("too-large", `more than ${MAX_FIELDS} characters of fields`);
      fields.set(key, value);
    }
    return { fields, find: (name) => fields.get(name) ?? "" };
  } catch {
    return fail("malformed", "the fields cannot be read");
  }
}

interface Policy {
  readonly expiration: number;
  readonly conditions: readonly {
    readonly name: string;
    readonly value: string;
    readonly isPrefix: boolean;
  }[];
  readonly range: readonly [number, number] | undefined;
}

/** Reads a policy; `undefined` when it is not one. */
function readPolicy(text: string): Policy | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const { expiration, conditions } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const found: { name: string; value: string; isPrefix: boolean }[] = [];
    let range: [number, number] | undefined;
    const add = (name: unknown, value: unknown, isPrefix = false): void => {
      if (typeof name !== "string" || typeof value !== "string") throw new TypeError("no condition");
      found.push({ name: name.toLowerCase(), value, isPrefix });
    };
    for (const condition of conditions as readonly unknown[]) {
      if (!Array.isArray(condition)) {
        for (const [name, value] of Object.entries(condition as object)) add(name, value);
        continue;
      }
      const [kind, first, second] = condition as readonly unknown[];
      const operator = String(kind).toLowerCase();
      if (operator === "content-length-range") {
        const [minimum, maximum] = [Number(first), Number(second)];
        if (!(minimum >= 0 && maximum >= minimum)) return undefined;
        range = range ? [Math.max(range[0], minimum), Math.min(range[1], maximum)] : [minimum, maximum];
      } else if ((operator === "eq" || operator === "starts-with") && String(first).startsWith("$"))
        add(String(first).slice(1), second, operator === "starts-with");
      else return undefined;
    }
    const time = typeof expiration === "string" ? Date.parse(expiration) : Number.NaN;
    return Number.isNaN(time) ? undefined : { expiration: time, conditions: found, range };
  } catch {
    return undefined;
  }
}

function checkConditions(
  { conditions, range }: Policy,
  fields: ReadonlyMap<string, string>,
  { bucket, contentLength }: CheckPostPolicyOptions,
): Failure | undefined {
  const covered = new Set(["policy", "x-amz-signature"]);
  for (const { name, value, isPrefix } of conditions) {
    covered.add(name);
    const actual = name === "bucket" ? bucket : (fields.get(name) ?? "");
    // In a list of content types, each must have the prefix.
    const parts =
      isPrefix && name === "content-type" ? actual.split(",").map((part) => part.trim()) : [actual];
    if (!parts.every((part) => (isPrefix ? part.startsWith(value) : part === value)))
      return fail("condition-failed", `the field ${name} does not hold what the policy demands`);
  }
  for (const name of fields.keys())
    if (!covered.has(name) && !name.startsWith("x-ignore-"))
      return fail("field-not-covered", `no condition mentions the field ${name}`);
  if (fields.has("bucket") && fields.get("bucket") !== bucket)
    return fail("condition-failed", "the field bucket is not the bucket that the form was sent to");
  const [minimum, maximum] = range ?? [0, Number.POSITIVE_INFINITY];
  return contentLength === undefined || (contentLength >= minimum && contentLength <= maximum)
    ? undefined
    : fail("condition-failed", "the file is smaller or larger than content-length-range allows");
}

const MAX_FIELDS = 65_536;

function fail(reason: PostPolicyFailureReason, message: string): Failure {
  return { ok: false, reason, message };
}

function addressOf(bucket: string, region: string): string {
  const host = `s3.${region}.${findPartition(region).dnsSuffix}`;
  // A certificate for `*.s3…` does not cover a name with a dot in place of the star.
  return bucket.includes(".") ? `https://${host}/${bucket}` : `https://${bucket}.${host}/`;
}

function encodeBase64(text: string): string {
  return btoa(Array.from(toBytes(text), (byte) => String.fromCharCode(byte)).join(""));
}
