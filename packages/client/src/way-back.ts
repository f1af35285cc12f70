import { decodeResponse, loadXmlParser, type Operation, type OperationSchema } from "@org/sts-protocol";

import { learnClockOffset } from "./clock-skew.ts";
import type { STSClientResolvedConfig } from "./config.ts";
import type { HandlerOutput } from "./middleware-stack.ts";
import type { Outcome } from "./outcome.ts";
import { networkError, readBody } from "./read-body.ts";
import type { HandledResponse } from "./transmit.ts";

export { finishAttempts } from "./finish-attempts.ts";
export { logCall } from "./logging.ts";

/** An answer that has been read. */
export interface ReceivedResponse extends HandledResponse {
  /** The whole body. */
  body: string;
}

/** Starts loading the XML parser, which decoding would wait for. */
export function prepare({ parseXml, responseFormat }: STSClientResolvedConfig): void {
  // Who needs it will see why it could not be loaded.
  if (!parseXml && responseFormat !== "json") loadXmlParser().catch(() => {});
}

/** Reads an answer to its end and learns the service's clock. */
export async function receive(
  { result, error }: Outcome<{ response: HandledResponse }>,
  host: string,
  configuration: STSClientResolvedConfig,
  sentAt: number,
): Promise<ReceivedResponse> {
  if (!result)
    throw configuration.requestHandler.throwsNetworkErrors
      ? networkError(`Could not reach ${host}`, error)
      : error;
  const { response } = result;
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
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

/** Decodes an answer. The answer itself hangs, out of sight, on the output or the error. */
export async function decode(
  response: unknown,
  host: string,
  operation: OperationSchema,
  { parseXml }: STSClientResolvedConfig,
): Promise<HandlerOutput<object>> {
  const attach = <T>(target: T): T =>
    Object.defineProperty(target, "$response", { value: response, configurable: true });
  try {
    const output = await decodeResponse(
      operation as Operation<object, object>, // the command's output type is that of its operation
      response as ReceivedResponse, // `receive` has made it
      { parseXml, host },
    );
    return { response, output: attach(output) };
  } catch (error) {
    throw attach(error);
  }
}
