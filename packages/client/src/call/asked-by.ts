import type { CredentialsProviderOptions } from "../credentials/provider.ts";
import type { CallContext } from "./call-context.ts";

/** What a provider may need to know of the call that waits for it. The signal is made only when it is looked at. */
export function askedBy({ deadline }: CallContext): CredentialsProviderOptions {
  return {
    get abortSignal() {
      return deadline.signal;
    },
    pauseTimeLimit: () => deadline.pause(),
  };
}
