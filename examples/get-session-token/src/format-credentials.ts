import type { Credentials } from "@org/sts-client";

/** Lines for a person: the id, the expiry as a time and as a span, and secrets masked unless `show`. */
export function formatForPeople(
  credentials: Credentials,
  { now, show }: { now: Date; show: boolean },
): string {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials;
  const secret = (text: string): string =>
    show ? text : `${"•".repeat(12)} (${text.length} characters; --show to see it)`;
  return [
    `Access key id      ${AccessKeyId}`,
    `Secret access key  ${secret(SecretAccessKey)}`,
    `Session token      ${secret(SessionToken)}`,
    `Expires            ${Expiration.toISOString()
      .replace("T", " ")
      .replace(/\.\d+Z/, " UTC")}, ${formatSpan(Expiration, now)}`,
  ].join("\n");
}

/** Text for another program: shell exports, JSON, or the output that `credential_process` expects. */
export function formatForPrograms(credentials: Credentials, format: "env" | "json" | "process"): string {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials;
  if (format === "env") {
    return [
      `export AWS_ACCESS_KEY_ID='${AccessKeyId}'`,
      `export AWS_SECRET_ACCESS_KEY='${SecretAccessKey}'`,
      `export AWS_SESSION_TOKEN='${SessionToken}'`,
      `export AWS_CREDENTIAL_EXPIRATION='${Expiration.toISOString()}'`,
    ].join("\n");
  }
  const fields = { AccessKeyId, SecretAccessKey, SessionToken, Expiration };
  return JSON.stringify(format === "process" ? { Version: 1, ...fields } : fields, null, 2);
}

/** "in 11 h 59 min", in whole minutes; "expired" when it is past. */
export function formatSpan(until: Date, now: Date): string {
  const minutes = Math.floor((until.getTime() - now.getTime()) / 60_000);
  if (minutes < 0) return "expired";
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `in ${hours} h ${minutes % 60} min` : `in ${minutes} min`;
}
