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
    Number.isNaN(new Date(expiration).getTime()) ||
    typeof lifeMs !== "number" ||
    !(lifeMs > 0)
  )
    return undefined;
  const { credentialScope, accountId, $source } = members;
  return {
    identity: {
      accessKeyId,
      secretAccessKey,
      sessionToken,
      expiration: new Date(expiration),
      ...(isText(credentialScope) && { credentialScope }),
      ...(isText(accountId) && { accountId }),
      ...(typeof $source === "object" && $source !== null && { $source }),
    },
    lifeMs,
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
