import { sleep as defaultSleep, withDeadline } from "../../call/deadline.ts";
import { readBody } from "../../transport/read-body.ts";
import { readRetryAfter } from "../../retry/retry-after.ts";
import { createFetchHandler } from "../../transport/fetch-handler.ts";
import type { HandledResponse, HandlerParameters, RequestHandler } from "../../transport/request-handler.ts";
import type { SharedConfigSection } from "../files/parse-shared-config.ts";
import { parseObject } from "./credential-json.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { isEcho, withoutSecrets } from "../../errors/without-secrets.ts";
import type { CallerClientConfig } from "../provider.ts";
import type { Environment } from "./environment.ts";
import type { ConfiguredSignInEndpoint } from "./sign-in-endpoint.ts";

/** How requests to the sign-in services are made. */
export interface SignInClientConfig extends ConfiguredSignInEndpoint {
  /** Region of the service, instead of the one in the profile. */
  readonly region?: string | undefined;
  /** Attempts per request, the first included. Default: `AWS_MAX_ATTEMPTS`, `max_attempts` in the profile, then 3. */
  readonly maxAttempts?: number | undefined;
  /** Milliseconds one attempt may take, from sending to the last byte. 0: no limit. Default: 10,000. */
  readonly requestTimeout?: number | undefined;
  /** Sends the requests. Default: the calling client's handler, so that its proxy is used too, else `fetch`. */
  readonly requestHandler?: RequestHandler | HandlerParameters | undefined;
  /** The `fetch` to send with. Default: the global one at the time of the call. */
  readonly fetch?: typeof fetch | undefined;
  /** Waits between attempts. Default: a timer. */
  readonly sleep?: ((milliseconds: number, signal: AbortSignal) => Promise<void>) | undefined;
}

/**
 * Fills in the environment's and the profile's settings for requests to any service.
 *
 * @throws {@link CredentialsProviderError} `ERR_OPTION_INVALID` when a number is not valid.
 */
export function withRequestSettings(
  clientConfig: SignInClientConfig,
  section: SharedConfigSection,
  env: Environment,
): SignInClientConfig {
  if (clientConfig.maxAttempts !== undefined) return clientConfig;
  const variable = env["AWS_MAX_ATTEMPTS"];
  const text = variable || section["max_attempts"] || "3";
  if (/^[1-9]\d{0,8}$/.test(text)) return { ...clientConfig, maxAttempts: Number(text) };
  const place = variable ? "AWS_MAX_ATTEMPTS" : "max_attempts";
  throw new CredentialsProviderError("ERR_OPTION_INVALID", `${place} must be a whole number from 1`);
}

/** What {@link sendSignInRequest} needs besides the request. */
export interface SignInTransport {
  /** What the caller configured. */
  readonly clientConfig: SignInClientConfig;
  /** The client that asks for credentials, if there is one. */
  readonly caller: CallerClientConfig | undefined;
  /** Clock in milliseconds since 1970. */
  readonly now: () => number;
  /** Number from 0 up to but not including 1, for jitter. */
  readonly random: () => number;
}

/** One request to a sign-in service. */
export interface SignInRequest {
  /** Where the service is reached; a path in it is put before the request's own. */
  readonly endpoint: URL;
  /** HTTP method. */
  readonly method: "GET" | "POST";
  /** Path of the operation. */
  readonly path: string;
  /** Query parameters. */
  readonly query?: Readonly<Record<string, string>>;
  /** Body, sent as JSON. */
  readonly body?: Readonly<Record<string, string>>;
  /** Headers of one attempt, created for each with the service's own time as far as it is known. */
  readonly headers: (time: number) => Promise<Readonly<Record<string, string>>>;
  /** Whether the headers depend on the time, so that a wrong clock is a reason to retry. */
  readonly isTimed?: boolean;
}

/** A sign-in service's response, successful or not. */
export interface SignInResponse {
  /** HTTP status. */
  readonly status: number;
  /** The body; `undefined` when it is not a JSON object. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
  /** The service's name for the error, from the header or else the body, without the word Exception. */
  readonly code: string | undefined;
  /** The body's `error`, a word such as `invalid_grant`. */
  readonly reason: string | undefined;
}

// Tokens are a few kilobytes long; anything larger is something else.
const MAX_BODY_BYTES = 262_144;
const MAX_CLOCK_ERROR_MS = 60_000;

/**
 * Sends a request until it gets a response that another attempt would not change: network failures, 429 and
 * 5xx are retried with backoff.
 *
 * @throws {@link CredentialsProviderError} `ERR_SIGN_IN_UNAVAILABLE` when the last attempt had no response.
 */
export async function sendSignInRequest(
  request: SignInRequest,
  transport: SignInTransport,
): Promise<SignInResponse> {
  const { clientConfig, now, random } = transport;
  const { maxAttempts = 3, requestTimeout = 10_000, sleep = defaultSleep } = clientConfig;
  const handler = chooseHandler(transport);
  let offset = 0;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await sendOnce(request, { handler, timeoutMs: requestTimeout, time: now() + offset });
    const clockError = serverOffset(outcome, now());
    if (request.isTimed && offset === 0 && isRefusal(outcome) && Math.abs(clockError) > MAX_CLOCK_ERROR_MS) {
      offset = clockError;
      continue;
    }
    const retryable = outcome instanceof Error || outcome.status === 429 || outcome.status >= 500;
    if (!retryable || attempt >= maxAttempts) {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    }
    const delay = Math.max(random() * backoffLimit(outcome, attempt), askedDelay(outcome, now()));
    await sleep(Math.min(MAX_DELAY_MS, delay), new AbortController().signal);
  }
}

interface Received extends SignInResponse {
  readonly headers: Readonly<Record<string, string>>;
}

type Outcome = Received | CredentialsProviderError;

interface AttemptOptions {
  readonly handler: RequestHandler;
  readonly timeoutMs: number;
  readonly time: number;
}

async function sendOnce(
  { endpoint, method, path, query, body, headers }: SignInRequest,
  { handler, timeoutMs, time }: AttemptOptions,
): Promise<Outcome> {
  const made = await headers(time);
  const { host } = endpoint;
  const secrets = [...Object.values(made), ...Object.entries(body ?? {}).flatMap(secretOf)];
  try {
    return await withDeadline(
      { timeoutMs, timeoutError: () => new Error(`no response within ${timeoutMs} ms`) },
      async (abortSignal) => {
        const { response } = await handler.handle(
          {
            method,
            protocol: endpoint.protocol,
            hostname: endpoint.hostname,
            port: endpoint.port === "" ? undefined : Number(endpoint.port),
            path: operationPath(endpoint, path),
            query: { ...query },
            headers: { host, accept: "application/json", ...(body && JSON_TYPE), ...made },
            ...(body && { body: JSON.stringify(body) }),
          },
          { abortSignal },
        );
        const text = await readBody(response.body, {
          headers: response.headers,
          maxBytes: MAX_BODY_BYTES,
          what: `the response of ${host}`,
          secretsOf: () => secrets,
        });
        return received(response, text, secrets);
      },
    );
  } catch (error) {
    const cause = withoutSecrets(error, secrets);
    const reason = cause instanceof Error ? `: ${cause.message}` : "";
    return new CredentialsProviderError("ERR_SIGN_IN_UNAVAILABLE", `${host} did not respond${reason}`, {
      cause,
    });
  }
}

// The other two are the same for everybody.
function secretOf([name, value]: readonly [string, string]): readonly string[] {
  return name === "clientId" || name === "grantType" ? [] : [value];
}

/** Path of an operation at an endpoint that may itself have a path. */
export function operationPath(endpoint: URL, path: string): string {
  return endpoint.pathname.replace(/\/$/, "") + path;
}

const JSON_TYPE = { "content-type": "application/json" };

function chooseHandler({ clientConfig, caller }: SignInTransport): RequestHandler {
  const { requestHandler, fetch } = clientConfig;
  if (requestHandler && "handle" in requestHandler) return requestHandler;
  if (fetch) return createFetchHandler(fetch);
  const theirs = caller?.requestHandler;
  // The services do not support the HTTP/2 that some clients use.
  return theirs && !theirs.metadata?.handlerProtocol.startsWith("h2") ? theirs : createFetchHandler();
}

function received(
  { statusCode: status, headers }: HandledResponse,
  text: string,
  secrets: readonly string[],
): Received {
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const json = parseObject(text);
  const word = (value: unknown): string | undefined => {
    const found = identifier(value);
    return found === undefined || isEcho(found, secrets) ? undefined : found;
  };
  const code = word(lower["x-amzn-errortype"]) ?? word(json?.["__type"] ?? json?.["code"]);
  return {
    status,
    headers: lower,
    json,
    code: code?.replace(/(?:Exception|Error)$/, ""),
    reason: word(json?.["error"]),
  };
}

// `UnauthorizedException:http://…` and `com.amazonaws#UnauthorizedException`; free text may quote what was sent.
function identifier(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  return /^(?:[\w.]+#)?([\w.-]{1,64})(?=$|:)/.exec(value)?.[1];
}

function isRefusal(outcome: Outcome): boolean {
  return !(outcome instanceof Error) && outcome.status >= 400 && outcome.status < 500;
}

function serverOffset(outcome: Outcome, now: number): number {
  const offset = outcome instanceof Error ? NaN : Date.parse(outcome.headers["date"] ?? "") - now;
  return Number.isNaN(offset) ? 0 : offset;
}

const MAX_DELAY_MS = 20_000;

function backoffLimit(outcome: Outcome, attempt: number): number {
  const isThrottled = !(outcome instanceof Error) && outcome.status === 429;
  return (isThrottled ? 1000 : 100) * 2 ** (attempt - 1);
}

function askedDelay(outcome: Outcome, now: number): number {
  const asked = outcome instanceof Error ? undefined : readRetryAfter(outcome.headers, now);
  return asked === undefined ? 0 : asked.getTime() - now;
}
