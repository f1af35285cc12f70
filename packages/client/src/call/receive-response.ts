import {
  decodeResponse,
  loadDecoder,
  type Operation,
  type ResponseDecoder,
  STSServiceException,
} from "@org/sts-protocol";

import type { CallContext } from "./call-context.ts";
import { STSClientError } from "../errors/client-error.ts";
import { learnClockOffset } from "../retry/clock-skew.ts";
import type { STSClientResolvedConfig } from "../config/config.ts";
import { hideSecrets } from "../errors/redact-error.ts";
import type { HandlerOutput } from "./middleware-stack.ts";
import type { Outcome } from "./settle.ts";
import { networkError, readBody } from "../transport/read-body.ts";
import type { HandledRequest, HandledResponse } from "../transport/fetch-handler.ts";

export { finishAttempts } from "../retry/retry-loop.ts";
export { logCall } from "./logging.ts";

/** An answer that has been read. */
export interface ReceivedResponse extends HandledResponse {
  /** The whole body. */
  body: string;
}

/** Loads the decoder with the XML parser where that is wanted. */
export async function loadDecoderFor({
  parseXml,
  responseFormat,
}: STSClientResolvedConfig): Promise<ResponseDecoder | undefined> {
  return parseXml || responseFormat === "json" ? undefined : loadDecoder();
}

/** Reads an answer to its end and learns the service's clock. */
export async function receive(
  { result, error }: Outcome<{ response: HandledResponse }>,
  request: HandledRequest,
  configuration: STSClientResolvedConfig,
  sentAt: number,
): Promise<ReceivedResponse> {
  const host = request.hostname;
  if (!result?.response) {
    const reason = error ?? new TypeError("The request handler gave no answer");
    checkHeaders(request.headers, reason);
    throw configuration.requestHandler.throwsNetworkErrors
      ? networkError(`Could not reach ${host}`, reason)
      : reason;
  }
  const { response } = result;
  const headers: HandledResponse["headers"] = {};
  for (const [name, value] of Object.entries(response.headers)) headers[name.toLowerCase()] = value;
  if (!(await configuration.disableClockSkewCorrection())) {
    configuration.systemClockOffset = learnClockOffset(
      configuration.systemClockOffset,
      headers,
      sentAt,
      configuration.now(),
    );
  }
  return { ...response, headers, body: await readBody(response.body, host, configuration.maxResponseBytes) };
}

/** Some runtimes quote the whole value of a header they refuse, and the session token is one. */
function checkHeaders(headers: HandledRequest["headers"], reason: unknown): void {
  // `fetch` takes white space at the ends away, Node.js does not.
  const isExact = Object(reason).code === "ERR_INVALID_CHAR";
  for (const [name, value] of Object.entries(headers)) {
    if (!/[^\t\x20-\x7e\x80-\xff]/.test(isExact ? value : value.trim())) continue;
    throw new STSClientError(
      "ERR_CONFIG",
      `${name}: the value has a line break or another character that no header can hold; it is not shown, because it may be secret. Look at where the credentials come from`,
    );
  }
}

/** The call that an answer belongs to. */
export interface AnsweredCall extends Pick<CallContext, "operation" | "configuration"> {
  /** The request as it was sent. */
  readonly request: HandledRequest;
  /** The operation's input. */
  readonly input: object;
}

/** Decodes an answer. The answer itself hangs, out of sight, on the output or the error. */
export async function decode(response: unknown, call: AnsweredCall): Promise<HandlerOutput<object>> {
  const attach = <T>(target: T): T =>
    Object.defineProperty(target, "$response", { value: response, configurable: true });
  const { operation, configuration, request } = call;
  try {
    const output = await decodeResponse(
      operation as Operation<object, object>, // the command's output type is that of its operation
      response as ReceivedResponse, // `receive` has made it
      {
        parseXml: configuration.parseXml,
        host: request.hostname,
        // Without it, what the answer needs is loaded, or its absence reported.
        decoder: await configuration.loadDecoder().catch(() => undefined),
      },
    );
    return { response, output: attach(output) };
  } catch (error) {
    const { input } = call;
    const { headers } = request;
    if (error instanceof Error) hideSecrets(error, { members: operation.input, input, headers });
    await addHint(error, call);
    throw attach(error);
  }
}

async function addHint(
  error: unknown,
  { operation, configuration, request, input }: AnsweredCall,
): Promise<void> {
  if (!(error instanceof STSServiceException)) return;
  const { hintFor } = await import("../errors/hints.ts");
  const hint = hintFor(error, {
    operation: operation.name,
    globalEndpoint: operation.globalEndpoint,
    host: request.hostname,
    input,
    headers: request.headers,
    clockOffsetMs: configuration.systemClockOffset,
  });
  if (hint !== undefined) error.hint = hint;
}
