import { execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * Whether there is an AWS CLI that reads `AWS_ENDPOINT_URL`: 1.29, 2.13 or later. An older one would ask AWS itself.
 * Says why not.
 */
export async function canRedirectAwsCli(): Promise<boolean> {
  // With a home of its own, as the tests run it: a version manager's command may be another one then, or none.
  const env = { PATH: process.env["PATH"], PYENV_VERSION: process.env["PYENV_VERSION"], HOME: "/nowhere" };
  const version = await promisify(execFile)("aws", ["--version"], { env }).then(
    ({ stdout, stderr }) => /aws-cli\/(\d+)\.(\d+)/.exec(stdout + stderr),
    () => null,
  );
  const [, major = 0, minor = 0] = (version ?? []).map(Number);
  const canRedirect = major === 1 ? minor >= 29 : major === 2 ? minor >= 13 : major > 2;
  if (!canRedirect) console.warn(`AWS CLI ${version?.[0] ?? "not found"}: tests with the AWS CLI skipped`);
  return canRedirect;
}
