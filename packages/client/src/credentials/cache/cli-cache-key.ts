import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { formatPythonJson } from "./python-json.ts";

/**
 * Name under which the AWS CLI caches a role's session, without the `.json`.
 *
 * @param input - Members of AssumeRole as the user gave them: leave out a `RoleSessionName` that we generated, as
 * the CLI leaves out its own. `TokenCode` is ignored.
 * @throws {@link CredentialsProviderError} `ERR_OPTION_INVALID` when `Policy` is not JSON.
 */
export function assumeRoleCacheKey(input: Readonly<Record<string, unknown>>): Promise<string> {
  const { TokenCode: _, Policy: policy, ...members } = input;
  return sha1Hex(
    formatPythonJson(
      { ...members, ...(policy !== undefined && { Policy: parsePolicy(policy) }) },
      { sortKeys: true },
    ),
  );
}

/** Lower-case hexadecimal SHA-1 of UTF-8 text. It names files; nothing depends on it for security. */
export async function sha1Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function parsePolicy(policy: unknown): unknown {
  try {
    return JSON.parse(String(policy));
  } catch (cause) {
    throw new CredentialsProviderError(
      "ERR_OPTION_INVALID",
      "Policy is not JSON, so its session cannot be cached",
      { cause },
    );
  }
}
