import type { CredentialsProviderOptions } from "../credentials/provider.ts";
import type { CallContext } from "./call-context.ts";
import { defineAbortSignal } from "./deadline.ts";

/** What a provider may need to know about the call that waits for it. The signal is created only when it is read. */
export function askedBy({ deadline }: CallContext): CredentialsProviderOptions {
  return defineAbortSignal({ pauseTimeLimit: () => deadline.pause() }, () => deadline.signal);
}
