import { sleep as defaultSleep } from "../../call/deadline.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { isEcho, withoutSecrets } from "../../errors/without-secrets.ts";

/** How requests to a metadata service are made. */
export interface MetadataRequestOptions {
  /** Milliseconds one attempt may take. Default 1000. */
  readonly timeoutMs?: number | undefined;
  /** Retries after failures that may pass: status 429 or 5xx, or an incomplete response. Default 3. */
  readonly maxRetries?: number | undefined;
  /** Sends the requests. Default: a connection without a proxy where the runtime allows it, else the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** Waits between attempts. Default a timer. */
  readonly sleep?: ((ms: number) => Promise<void>) | undefined;
}

/** One request of {@link getText}. */
export interface TextRequest extends MetadataRequestOptions {
  /** HTTP method. Default `GET`. */
  readonly method?: string;
  /** Headers. Their values are secret: none appears in an error. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether to retry when the service cannot be reached. Default `true`; `false` where the service may not exist at all. */
  readonly retriesUnreachable?: boolean;
  /** Ends the request; the promise rejects with the signal's reason. */
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Returns the body of a successful response.
 *
 * @throws {@link CredentialsProviderError} `ERR_METADATA_UNAVAILABLE`, with the service's own code where it sent
 * one; `ERR_OPTION_INVALID` for an address with a user name or password and `ERR_TOKEN_UNAVAILABLE` for a token that no
 * header can contain, both before anything is sent.
 */
export async function getText(url: URL, request: TextRequest): Promise<string> {
  const { maxRetries = 3, sleep = defaultSleep, retriesUnreachable = true, abortSignal } = request;
  checkRequest(url, request);
  for (let attempt = 0; ; attempt += 1) {
    abortSignal?.throwIfAborted();
    try {
      return await sendOnce(url, request);
    } catch (error) {
      abortSignal?.throwIfAborted();
      const failure =
        error instanceof CredentialsProviderError
          ? error
          : unavailable(`${url.host} did not respond`, withoutSecrets(error, secretsOf(request)));
      const status = answeredStatus(failure);
      const mayPass =
        status === undefined ? retriesUnreachable : status >= 500 || status === 429 || status < 300;
      if (attempt >= maxRetries || !mayPass) throw failure;
      await sleep(100 * 2 ** attempt);
    }
  }
}

async function sendOnce(url: URL, request: TextRequest): Promise<string> {
  const {
    timeoutMs = 1000,
    fetch: send = globalThis.fetch,
    method = "GET",
    headers = {},
    abortSignal,
  } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await send(url, {
    method,
    headers,
    // A redirect could carry the token to a host that was never checked. Workers do not know "error".
    redirect: "manual",
    signal: abortSignal ? AbortSignal.any([abortSignal, timeout]) : timeout,
  });
  const { status } = response;
  let text;
  try {
    text = await response.text();
  } catch (error) {
    const cause = withoutSecrets(error, secretsOf(request));
    throw unavailable(`the response of ${url.host} broke off`, Object.assign(Object(cause), { status }));
  }
  if (response.ok) return text;
  throw unavailable(`${url.host} responded with ${status}${errorCode(text, secretsOf(request))}`, { status });
}

// A runtime that refuses a request quotes it: the password in the address, the token in the header.
function checkRequest(url: URL, { headers = {} }: TextRequest): void {
  if (url.username !== "" || url.password !== "") {
    throw new CredentialsProviderError(
      "ERR_OPTION_INVALID",
      `the address of ${url.host} holds a user name or a password, which such a request cannot send: take it out`,
    );
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!/[^\t\x20-\x7e\x80-\xff]/.test(value.trim())) continue;
    throw new CredentialsProviderError(
      "ERR_TOKEN_UNAVAILABLE",
      `the token for ${url.host} has a line break or another character that no header (${name}) can hold; it is not shown, because it is secret`,
    );
  }
}

function secretsOf({ headers = {} }: TextRequest): readonly string[] {
  return Object.values(headers).flatMap((value) => [value, value.replace(/^\w+ /, "")]);
}

/** Status of the response behind an error of {@link getText}; `undefined` when there was none. */
export function answeredStatus(error: unknown): number | undefined {
  if (!(error instanceof CredentialsProviderError)) return undefined;
  // The cause was set above and holds a status only for responses.
  const cause = error.cause as { status?: unknown } | undefined;
  return typeof cause?.status === "number" ? cause.status : undefined;
}

function unavailable(message: string, cause: unknown): CredentialsProviderError {
  return new CredentialsProviderError("ERR_METADATA_UNAVAILABLE", message, { cause });
}

// Container agents put {"code": …} or {"Code": …} into the body; it is shown only if it is an identifier.
function errorCode(body: string, secrets: readonly string[]): string {
  const code = /"code"\s*:\s*"([\w.-]{1,64})"/i.exec(body)?.[1];
  return code === undefined || isEcho(code, secrets) ? "" : ` (${code})`;
}
