/**
 * Links that open the AWS console with temporary credentials.
 *
 * @module @org/sts-signer/console
 */

import type { AwsCredentials } from "../credentials.ts";
import { SignerError } from "../signer-error.ts";
import { findPartition } from "../partition.ts";

/** What {@link createConsoleUrl} needs. */
export interface ConsoleUrlOptions {
  /** Temporary credentials from AssumeRole or GetFederationToken; others are refused. */
  readonly credentials: AwsCredentials;
  /** Makes the one request, to the federation endpoint. */
  readonly fetch: (url: string, init: { readonly headers: Record<string, string> }) => Promise<Response>;
  /** A region of the partition, whose console opens. Default: `us-east-1`. */
  readonly region?: string | undefined;
  /** The console page to open. Default: the start page. */
  readonly destination?: string | undefined;
  /** Where the console sends people when their session has ended. */
  readonly issuer?: string | undefined;
  /**
   * For how many seconds the console stays open, 900 to 43,200. Omit it for credentials from GetFederationToken
   * and from a chained role, whose session lasts as long as they do.
   */
  readonly sessionDurationSeconds?: number | undefined;
}

/**
 * Creates a link that opens the AWS console with temporary credentials. It must be used within 15 minutes, and anyone who has
 * it can sign in.
 *
 * @example
 * import { createConsoleUrl } from "@org/sts-signer/console";
 *
 * const credentials = { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "example", sessionToken: "example" };
 * const fetch = async () => Response.json({ SigninToken: "token" });
 * const url = await createConsoleUrl({ credentials, fetch, destination: "https://console.aws.amazon.com/s3/home" });
 *
 * @throws {@link SignerError} with code `ERR_CREDENTIALS_INVALID` without a session token, `ERR_RECIPE_INPUT_INVALID` when
 * the duration is out of range, `ERR_FEDERATION_REFUSED` when the endpoint returns no token. Errors from `fetch` are rethrown.
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html Custom identity broker}
 */
export async function createConsoleUrl(options: ConsoleUrlOptions): Promise<string> {
  const { credentials, fetch, region = "us-east-1", issuer, sessionDurationSeconds: duration } = options;
  const { accessKeyId: sessionId, secretAccessKey: sessionKey, sessionToken } = credentials;
  if (!sessionId || !sessionKey || !sessionToken) {
    throw new SignerError(
      "ERR_CREDENTIALS_INVALID",
      "credentials: the console takes temporary credentials only",
    );
  }
  if (duration !== undefined && !(duration >= 900 && duration <= 43_200)) {
    throw new SignerError(
      "ERR_RECIPE_INPUT_INVALID",
      `sessionDurationSeconds: expected 900 to 43200, found ${duration}`,
    );
  }
  const { id } = findPartition(region);
  // The only partition whose sign-in has a host for each region is the European one; so far it has one region.
  const signInHost = SIGN_IN_HOSTS[id] ?? "signin.aws.amazon.com";
  const endpoint = `https://${signInHost}/federation`;
  const query = new URLSearchParams({
    Action: "getSigninToken",
    ...(duration !== undefined && { SessionDuration: String(duration) }),
    Session: JSON.stringify({ sessionId, sessionKey, sessionToken }),
  });
  const token = await readToken(
    await fetch(`${endpoint}?${query}`, { headers: { accept: "application/json" } }),
  );
  const start = `https://${signInHost.replace(/^.*signin\./, "console.")}/console/home?region=${region}`;
  const login = new URLSearchParams({
    Action: "login",
    ...(issuer !== undefined && { Issuer: issuer }),
    Destination: options.destination ?? start,
    SigninToken: token,
  });
  return `${endpoint}?${login}`;
}

/** The hosts of the console's sign-in, by partition. */
const SIGN_IN_HOSTS: Readonly<Record<string, string>> = {
  "aws-cn": "signin.amazonaws.cn",
  "aws-us-gov": "signin.amazonaws-us-gov.com",
  "aws-iso": "signin.c2shome.ic.gov",
  "aws-iso-b": "signin.sc2shome.sgov.gov",
  "aws-iso-e": "signin.csphome.adc-e.uk",
  "aws-iso-f": "signin.csphome.hci.ic.gov",
  "aws-eusc": "eusc-de-east-1.signin.amazonaws-eusc.eu",
};

async function readToken(response: Response): Promise<string> {
  // A response that is not JSON contains no token either; it may quote the credentials, so it is not passed on.
  const answer: unknown = response.ok ? await response.json().catch(() => undefined) : undefined;
  const token = answer instanceof Object && "SigninToken" in answer ? answer.SigninToken : undefined;
  if (typeof token === "string" && token !== "") return token;
  throw new SignerError(
    "ERR_FEDERATION_REFUSED",
    `the federation endpoint gave no token: status ${response.status}`,
  );
}

export { SignerError, type SignerErrorCode } from "../signer-error.ts";
