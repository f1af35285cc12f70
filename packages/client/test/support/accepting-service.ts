import type { CachedDocument, SessionCache } from "@org/sts-client/credentials";
import { decodeRequest, encodeResponse, operations } from "@org/sts-protocol";

/** A request that the service was sent. */
export interface SentRequest {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** When the sessions of {@link acceptingService} end, counted from its clock. */
const SESSION_MS = 43_200_000;

/** A service that gives a new session for every request, whatever code is in it. */
export function acceptingService(): {
  readonly sent: SentRequest[];
  readonly clock: { now: number };
  readonly send: typeof fetch;
} {
  const sent: SentRequest[] = [];
  const clock = { now: Date.UTC(2030, 0, 1) };
  const send: typeof fetch = async (url, init) => {
    const { operation, input } = await decodeRequest(new Request(url, init), operations);
    sent.push({ operation: operation.name, input: { ...input } });
    const output = {
      Credentials: {
        AccessKeyId: `ASIAIOSFODNN7EXAMP${String(sent.length).padStart(2, "0")}`,
        SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
        SessionToken: "example-session-token",
        Expiration: new Date(clock.now + SESSION_MS),
      },
      AssumedRoleUser: {
        AssumedRoleId: "AROAIOSFODNN7EXAMPLE:me",
        Arn: "arn:aws:sts::123456789012:assumed-role/one/me",
      },
    };
    const { statusCode, headers, body } = encodeResponse(operation, output, { requestId: "request-1" });
    return new Response(body, { status: statusCode, headers });
  };
  return { sent, clock, send };
}

/** A session cache in memory whose documents can be looked at. */
export function memoryCache(
  now: () => number,
): SessionCache & { readonly documents: Map<string, CachedDocument> } {
  const documents = new Map<string, CachedDocument>();
  const turns = new Map<string, Promise<unknown>>();
  return {
    documents,
    read: async (key) => documents.get(key),
    write: async (key, value) => {
      documents.set(key, { value, writtenAt: now() });
    },
    lock: (key, work) => {
      const turn = (turns.get(key) ?? Promise.resolve()).then(work);
      turns.set(
        key,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
}
