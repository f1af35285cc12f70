import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import type { CredentialsProviderErrorDetails } from "../../errors/credentials-provider-error.ts";
import type { AwsCredentialIdentity } from "../provider.ts";

/**
 * Parses JSON that may contain keys. Returns `undefined` for anything but an object: the parser's own error would
 * quote the text.
 */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
    // An object that is not null can be read by any key; an array fails because it lacks the members.
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads credentials from JSON with the member names that AWS uses outside STS.
 *
 * @param origin - What produced the JSON, as the subject of an error message.
 * @param required - Members that must be there as text.
 * @throws {@link CredentialsProviderError} `ERR_CREDENTIALS_MALFORMED` naming the missing member.
 */
export function identityFromJson(
  json: Readonly<Record<string, unknown>> | undefined,
  origin: string,
  required: readonly string[],
  details: CredentialsProviderErrorDetails = {},
): AwsCredentialIdentity {
  const malformed = (message: string): CredentialsProviderError =>
    new CredentialsProviderError("ERR_CREDENTIALS_MALFORMED", message, details);
  if (json === undefined) throw malformed(`${origin} did not return a JSON object`);
  const text = (name: string): string | undefined => {
    const value = json[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const missing = required.filter((name) => text(name) === undefined);
  if (missing.length > 0) {
    // Metadata services state there why they have no credentials; anything but an identifier could be anything.
    const reason = /^(?!Success$)[\w.-]{1,64}$/.exec(text("Code") ?? "")?.[0];
    throw malformed(`${origin} returned JSON without ${missing.join(", ")}${reason ? ` (${reason})` : ""}`);
  }

  const expiration = json["Expiration"] === null ? undefined : json["Expiration"];
  // Whatever the format: credentials with an unreadable expiration would be kept for good.
  const expiresAt = typeof expiration === "string" ? parseIso8601(expiration) : Number.NaN;
  if (expiration !== undefined && Number.isNaN(expiresAt)) {
    throw malformed(`${origin} returned an Expiration that is not a date`);
  }
  const sessionToken = text("SessionToken") ?? text("Token");
  const accountId = text("AccountId");
  const credentialScope = text("CredentialScope");
  return {
    accessKeyId: text("AccessKeyId") ?? "",
    secretAccessKey: text("SecretAccessKey") ?? "",
    ...(sessionToken && { sessionToken }),
    ...(expiration !== undefined && { expiration: new Date(expiresAt) }),
    ...(accountId && { accountId }),
    ...(credentialScope && { credentialScope }),
  };
}

/** Reads a date of ISO 8601, also one without separators or minutes of its offset, which `Date.parse` refuses. */
function parseIso8601(text: string): number {
  return Date.parse(
    text
      .replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/, "$1-$2-$3T$4:$5:$6")
      .replace(/(T.*[+-]\d\d):?(\d\d)?$/, (_, start: string, minutes = "00") => `${start}:${minutes}`),
  );
}
