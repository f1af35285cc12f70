import type { OperationSchema } from "@org/sts-protocol";

import type { ClientMetadata } from "../errors/client-error.ts";

/** What a subscriber of the channel `@org/sts-client:send` gets. It has no inputs and outputs, because they may contain secrets. */
export interface CallEvent {
  /** Always `STSClient`. */
  readonly clientName: string;
  /** Such as `GetSessionTokenCommand`. */
  readonly commandName: string;
  /** What is known about the exchange; present once the call has succeeded. */
  readonly result?: ClientMetadata;
  /** Why the call failed; present once it has failed. */
  readonly error?: unknown;
}

/** Whether anybody listens to Node's tracing channel `@org/sts-client:send`. */
export function isTraced(): boolean {
  return CHANNEL?.hasSubscribers === true;
}

/**
 * Makes a call, and tells the subscribers of the tracing channel when it begins and when it ends.
 *
 * @see {@link https://nodejs.org/api/diagnostics_channel.html#class-tracingchannel TracingChannel}
 */
export async function traceCall<Output extends { readonly $metadata: ClientMetadata }>(
  { constructor }: object,
  call: () => Promise<Output>,
): Promise<Output> {
  let output: Output | undefined;
  const { operation } = constructor as unknown as { readonly operation: OperationSchema }; // of the command's class
  const event: CallEvent = { clientName: "STSClient", commandName: `${operation.name}Command` };
  await CHANNEL?.tracePromise(async () => (output = await call()).$metadata, event);
  return output as Output; // there, or the call has failed
}

/** The part of Node's `TracingChannel` that is used here. */
interface Channel {
  readonly hasSubscribers: boolean;
  tracePromise<T>(run: () => Promise<T>, event: object): Promise<T>;
}

const CHANNEL: Channel | undefined = /* @__PURE__ */ findChannel();

// Not imported, because browsers have no such module.
function findChannel(): Channel | undefined {
  const { process } = globalThis as {
    process?: {
      getBuiltinModule?: (name: string) => { tracingChannel?: (name: string) => Channel } | undefined;
    };
  }; // what there is of it depends on the runtime
  return process?.getBuiltinModule?.("node:diagnostics_channel")?.tracingChannel?.("@org/sts-client:send");
}
