import type { AwsCredentialIdentity } from "@org/sts-client/credentials";

/** The variables that AWS's tools read credentials from. */
export function toEnvironment(credentials: AwsCredentialIdentity): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
    ...(expiration && { AWS_CREDENTIAL_EXPIRATION: expiration.toISOString() }),
  };
}

/** Prints credentials for a shell, for a program, or as a `credential_process` for AWS's tools. */
export function formatCredentials(
  credentials: AwsCredentialIdentity,
  format: "env" | "powershell" | "fish" | "json" | "process",
): string {
  const variables = Object.entries(toEnvironment(credentials));
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
  const members = {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration?.toISOString(),
  };
  switch (format) {
    case "env":
      return variables
        .map(([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`)
        .join("\n");
    case "powershell":
      return variables.map(([name, value]) => `$Env:${name} = '${value.replaceAll("'", "''")}'`).join("\n");
    case "fish":
      return variables
        .map(([name, value]) => `set -gx ${name} '${value.replaceAll(/[\\']/g, String.raw`\$&`)}'`)
        .join("\n");
    case "json":
      return JSON.stringify(members, null, 2);
    case "process":
      return JSON.stringify({ Version: 1, ...members });
  }
}

/** "in 11 h 59 min", in whole minutes. */
export function formatTimeLeft(until: Date, now = new Date()): string {
  const minutes = Math.max(0, Math.floor((+until - +now) / 60_000));
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `in ${hours} h ${minutes % 60} min` : `in ${minutes} min`;
}
