import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { parseObject } from "./credential-json.ts";
import { processEnvironment } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { fromWebToken } from "../sessions/from-web-token.ts";
import type { FromWebTokenOptions } from "../sessions/from-web-token.ts";
import { getText } from "./get-text.ts";
import type { MetadataRequestOptions } from "./get-text.ts";
import type { CredentialsProvider } from "../provider.ts";

/** Options of {@link fromGitHubActions}. */
export interface FromGitHubActionsOptions
  extends Omit<FromWebTokenOptions, "webIdentityToken">, MetadataRequestOptions {
  /** Audience that the role's trust policy requires. Default `sts.amazonaws.com`. */
  readonly audience?: string | undefined;
  /** Variables to read instead of those of the process. */
  readonly env?: Environment | undefined;
}

/**
 * Credentials of a role in a GitHub Actions job, without stored keys. The job needs `permissions: id-token: write`.
 *
 * A new identity token is requested for each session, so a job may outlast a session.
 *
 * @throws {@link CredentialsProviderError} `ERR_CREDENTIALS_NOT_CONFIGURED` outside such a job,
 * `ERR_TOKEN_UNAVAILABLE` when GitHub returns no token; whatever the client throws.
 * @see {@link https://docs.github.com/en/actions/concepts/security/openid-connect OpenID Connect in GitHub Actions}
 */
export function fromGitHubActions(options: FromGitHubActionsOptions): CredentialsProvider {
  const env = options.env ?? processEnvironment();
  const run = env["GITHUB_RUN_ID"];
  return fromWebToken({
    ...options,
    roleSessionName: options.roleSessionName ?? `GitHubActions${run ? `-${run}` : ""}`,
    webIdentityToken: () => requestToken(options, env),
  });
}

async function requestToken(options: FromGitHubActionsOptions, env: Environment): Promise<string> {
  const address = env["ACTIONS_ID_TOKEN_REQUEST_URL"];
  const bearer = env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
  if (!address || !bearer || !URL.canParse(address)) {
    throw new CredentialsProviderError(
      "ERR_CREDENTIALS_NOT_CONFIGURED",
      "ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN are not set: give the job permissions: id-token: write",
    );
  }
  const url = new URL(address);
  url.searchParams.set("audience", options.audience ?? "sts.amazonaws.com");
  const text = await getText(url, {
    timeoutMs: options.timeoutMs ?? 10_000,
    maxRetries: options.maxRetries,
    fetch: options.fetch,
    sleep: options.sleep,
    headers: { authorization: `bearer ${bearer}`, accept: "application/json" },
  }).catch((cause: unknown) => {
    throw new CredentialsProviderError(
      "ERR_TOKEN_UNAVAILABLE",
      "GitHub did not give the job an identity token",
      { cause },
    );
  });
  const token = parseObject(text)?.["value"];
  if (typeof token === "string" && token !== "") return token;
  throw new CredentialsProviderError("ERR_TOKEN_UNAVAILABLE", "GitHub's response holds no identity token");
}
