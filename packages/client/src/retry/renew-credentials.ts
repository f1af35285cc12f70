import type { CallContext } from "../call/call-context.ts";
import type { AwsCredentialIdentity } from "../credentials/provider.ts";

/**
 * Gets other credentials to replace those that the service has just refused; `undefined` if there are
 * none. However many calls were refused with one key, their provider is called for one new session, and it asks nobody for
 * a code.
 */
export async function renewCredentials(context: CallContext): Promise<AwsCredentialIdentity | undefined> {
  const { signedWith, configuration, deadline } = context;
  if (!signedWith) return undefined;
  const { accessKeyId, sessionToken } = signedWith;
  try {
    const renewed = await configuration.credentials({
      abortSignal: deadline.signal,
      pauseTimeLimit: () => deadline.pause(),
      forceRefresh: true,
      rejectedKeyId: accessKeyId,
    });
    const isOther = renewed.accessKeyId !== accessKeyId || renewed.sessionToken !== sessionToken;
    return isOther ? renewed : undefined;
  } catch {
    return undefined; // the service's refusal says more
  }
}
