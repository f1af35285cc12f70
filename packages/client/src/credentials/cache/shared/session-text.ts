import { parseObject } from "../../sources/credential-json.ts";
import type { AwsCredentialIdentity } from "../../provider.ts";

/** A session as it is shared. */
export interface SessionText {
  /** In the clients' form, with `expiration`. */
  readonly identity: AwsCredentialIdentity & { readonly expiration: Date };
  /** Its lifetime when it arrived, in milliseconds. */
  readonly lifeMs: number;
}

/** Writes a session as the text that is sealed. */
export function writeSessionText({ identity, lifeMs }: SessionText): string {
  const { expiration, ...members } = identity;
  return JSON.stringify({ ...members, expiration: expiration.getTime(), lifeMs });
}

/** Reads what {@link writeSessionText} wrote; `undefined` for anything else. */
export function readSessionText(text: string): SessionText | undefined {
  const members = parseObject(text) ?? {};
  const { accessKeyId, secretAccessKey, sessionToken, expiration, lifeMs } = members;
  if (
    !isText(accessKeyId) ||
    !isText(secretAccessKey) ||
    !isText(sessionToken) ||
    typeof expiration !== "number" ||
    !(Math.abs(expiration) <= LATEST_MS) ||
    typeof lifeMs !== "number" ||
    !(lifeMs > 0)
  )
    return undefined;
  const identity = { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiration) };
  const { credentialScope, accountId, $source } = members;
  if (isText(credentialScope)) Object.assign(identity, { credentialScope });
  if (isText(accountId)) Object.assign(identity, { accountId });
  if (typeof $source === "object" && $source !== null) Object.assign(identity, { $source });
  return { identity, lifeMs };
}

/** The last moment that a `Date` can be. */
const LATEST_MS = 8.64e15;

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
