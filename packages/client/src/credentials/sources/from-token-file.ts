import { readFile } from "node:fs/promises";

import { withSource } from "./credential-source.ts";
import { withOwnerOf } from "../cache/shared/session-owner.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { processEnvironment } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { webTokenWith } from "../sessions/from-web-token.ts";
import type { ProfileSettings } from "../sessions/sts-session.ts";
import type { FromWebTokenOptions } from "../sessions/from-web-token.ts";
import type { CredentialsProvider } from "../provider.ts";

/** Options of {@link fromTokenFile}. */
export interface FromTokenFileOptions extends Omit<FromWebTokenOptions, "webIdentityToken" | "roleArn"> {
  /** File with the token. Default `AWS_WEB_IDENTITY_TOKEN_FILE`. */
  readonly webIdentityTokenFile?: string | undefined;
  /** ARN of the role. Default `AWS_ROLE_ARN`. */
  readonly roleArn?: string | undefined;
  /** Name of the session. Default `AWS_ROLE_SESSION_NAME`, else generated from the time. */
  readonly roleSessionName?: string | undefined;
  /** Variables to read instead of those of the process. */
  readonly env?: Environment | undefined;
}

/**
 * Credentials of a role, from a token file that something else keeps current, as on EKS with IAM roles for service
 * accounts.
 *
 * The file is read again for each session.
 *
 * @throws `CredentialsProviderError` `ERR_CREDENTIALS_NOT_CONFIGURED` when file or role is not named,
 * `ERR_TOKEN_UNAVAILABLE` when the file is missing, unreadable or empty; whatever the client throws.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/access-assume-role-web.html Web identity}
 */
export function fromTokenFile(options: FromTokenFileOptions = {}): CredentialsProvider {
  return tokenFileWith(options, { env: options.env });
}

/** Like {@link fromTokenFile}, with the settings of a profile. */
export function tokenFileWith(options: FromTokenFileOptions, settings: ProfileSettings): CredentialsProvider {
  let kept: { readonly key: string; readonly provider: CredentialsProvider } | undefined;
  const getProvider = (): { readonly provider: CredentialsProvider; readonly isFromVariable: boolean } => {
    const env = options.env ?? processEnvironment();
    const file = options.webIdentityTokenFile ?? env["AWS_WEB_IDENTITY_TOKEN_FILE"];
    const roleArn = options.roleArn ?? env["AWS_ROLE_ARN"];
    if (!file || !roleArn) {
      throw new CredentialsProviderError(
        "ERR_CREDENTIALS_NOT_CONFIGURED",
        `${file ? "" : "AWS_WEB_IDENTITY_TOKEN_FILE"}${file || roleArn ? "" : " and "}${roleArn ? "" : "AWS_ROLE_ARN"} not set`,
        // A role without a token file may be meant for something else; a token file without its role is an error.
        { tryNextLink: !file },
      );
    }
    const roleSessionName = options.roleSessionName ?? env["AWS_ROLE_SESSION_NAME"];
    // A session belongs to the current values of the variables.
    const key = JSON.stringify([file, roleArn, roleSessionName]);
    if (kept?.key !== key) {
      const provider = webTokenWith(
        {
          ...options,
          roleArn,
          ...(roleSessionName && { roleSessionName }),
          webIdentityToken: () => readToken(file),
        },
        settings,
      );
      kept = { key, provider };
    }
    return { provider: kept.provider, isFromVariable: file === env["AWS_WEB_IDENTITY_TOKEN_FILE"] };
  };
  return withOwnerOf(
    async (asked) => {
      const { provider, isFromVariable } = getProvider();
      const identity = await provider(asked);
      return isFromVariable ? withSource(identity, "CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN", "h") : identity;
    },
    () => getProvider().provider,
  );
}

async function readToken(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new CredentialsProviderError(
      "ERR_TOKEN_UNAVAILABLE",
      `the web identity token file ${file} cannot be read`,
      {
        cause,
        file,
      },
    );
  });
  if (text.trim() !== "") return text;
  throw new CredentialsProviderError(
    "ERR_TOKEN_UNAVAILABLE",
    `the web identity token file ${file} is empty`,
    { file },
  );
}
