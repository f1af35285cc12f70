import { sleep as defaultSleep } from "../../call/deadline.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";

/** How a metadata service is asked. */
export interface MetadataRequestOptions {
  /** Milliseconds one try may take. Default 1000. */
  readonly timeoutMs?: number | undefined;
  /** Tries after the first that failed for a reason other than a 4xx answer. */
  readonly maxRetries?: number | undefined;
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** Waits between tries. Default a timer. */
  readonly sleep?: ((ms: number) => Promise<void>) | undefined;
}

/**
 * Body of a successful answer.
 *
 * @throws {@link CredentialsProviderError} `ERR_METADATA_UNAVAILABLE`, with the service's own code where it sent
 * one.
 */
export async function getText(
  url: URL,
  options: MetadataRequestOptions & {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
  },
): Promise<string> {
  const {
    timeoutMs = 1000,
    maxRetries = 0,
    fetch: send = globalThis.fetch,
    sleep = defaultSleep,
    method = "GET",
    headers = {},
  } = options;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await send(url, {
        method,
        headers,
        // A redirect could carry the token to a host that was never checked. Workers do not know "error".
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (response.ok) return await response.text();
      throw unavailable(`${url.host} answered ${response.status}${errorCode(await response.text())}`, {
        status: response.status,
      });
    } catch (error) {
      const failure =
        error instanceof CredentialsProviderError ? error : unavailable(`${url.host} did not answer`, error);
      const status = (failure.cause as { status?: number } | undefined)?.status;
      if (attempt >= maxRetries || (status !== undefined && status < 500 && status !== 429)) throw failure;
      await sleep(100 * 2 ** attempt);
    }
  }
}

/** Status of the answer behind an error of {@link getText}; `undefined` when there was none. */
export function answeredStatus(error: unknown): number | undefined {
  if (!(error instanceof CredentialsProviderError)) return undefined;
  // The cause was set above and holds a status only for answers.
  const cause = error.cause as { status?: unknown } | undefined;
  return typeof cause?.status === "number" ? cause.status : undefined;
}

function unavailable(message: string, cause: unknown): CredentialsProviderError {
  return new CredentialsProviderError("ERR_METADATA_UNAVAILABLE", message, { cause, tryNextLink: true });
}

// Container agents put {"code": …} or {"Code": …} into the body; only an identifier is taken over.
function errorCode(body: string): string {
  const code = /"code"\s*:\s*"([\w.-]{1,64})"/i.exec(body)?.[1];
  return code === undefined ? "" : ` (${code})`;
}
