// What the action runs: gets the session, and passes it to the following steps of the job.
import { appendFileSync } from "node:fs";

import { fromGitHubActions } from "@org/sts-client/credentials";

const { ROLE_ARN = "", REGION = "", DURATION_SECONDS, GITHUB_ENV = "", GITHUB_OUTPUT = "" } = process.env;

try {
  const provider = fromGitHubActions({
    roleArn: ROLE_ARN,
    durationSeconds: Number(DURATION_SECONDS),
    clientConfig: { region: REGION },
  });
  const { accessKeyId, secretAccessKey, sessionToken = "", expiration, accountId = "" } = await provider();
  // First of all, so that no later line of the log shows them.
  for (const secret of [accessKeyId, secretAccessKey, sessionToken]) console.log(`::add-mask::${secret}`);
  write(GITHUB_ENV, {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
  });
  write(GITHUB_OUTPUT, { "account-id": accountId, expiration: expiration?.toISOString() ?? "" });
} catch (error) {
  const { name, message, hint } = Object(error) as { name?: string; message?: string; hint?: string }; // only read
  console.log(`::error::${escapeData([`${name}: ${message}`, hint].filter(Boolean).join(". "))}`);
  process.exitCode = 1;
}

function write(file: string, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    // A line break would begin another variable.
    if (/[\r\n]/.test(value)) throw new Error(`${name} has a line break`);
    appendFileSync(file, `${name}=${value}\n`);
  }
}

// As GitHub's runner reads the text of a command.
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
