import type { CredentialsProviderOptions } from "../credentials/provider.ts";
import type { CallContext } from "./call-context.ts";

/** What a provider may need to know about the call that waits for it. The signal is created only when it is read. */
export function askedBy({ deadline }: CallContext): CredentialsProviderOptions {
  return {
    get abortSignal() {
      return deadline.signal;
    },
    pauseTimeLimit: () => deadline.pause(),
  };
}
