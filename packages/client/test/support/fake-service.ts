import type { ClientMetadata, STSClientConfig } from "@org/sts-client";
import { encodeFault, encodeResponse, GetSessionToken, STSServiceException } from "@org/sts-protocol";

/** What the fake service saw. */
export interface SeenRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
  init: RequestInit;
}

/** An answer, or what `fetch` throws, or a promise of one. */
export type Reply = Response | Error | ((request: SeenRequest) => Response | Promise<Response>);

/** A `fetch` that gives one reply after the other, and the last one for good. */
export function fakeFetch(...replies: Reply[]): { fetch: typeof fetch; seen: SeenRequest[] } {
  const seen: SeenRequest[] = [];
  const fake = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
    const request = {
      url: String(url),
      headers: init.headers as Record<string, string>,
      body: String(init.body),
      init,
    };
    const reply = replies[Math.min(seen.length, replies.length - 1)];
    seen.push(request);
    if (reply instanceof Error) throw reply;
    if (typeof reply === "function") return reply(request);
    if (!reply) throw new Error("the fake service has no reply");
    return reply.clone();
  };
  return { fetch: fake, seen };
}

export const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "SECRET-KEY-MARK" };

/** A clock that stands still but for the waits between attempts, which it records. */
export interface FakeTime {
  nowMs: number;
  readonly waits: number[];
  /** What the client takes. */
  readonly options: Required<Pick<STSClientConfig, "now" | "random" | "sleep">>;
}

export function fakeTime(startMs: number = Date.UTC(2030, 0, 1)): FakeTime {
  const time: FakeTime = {
    nowMs: startMs,
    waits: [],
    options: {
      now: () => time.nowMs,
      random: () => 0.999_999,
      sleep: async (milliseconds: number, signal: AbortSignal) => {
        signal.throwIfAborted();
        time.waits.push(milliseconds);
        time.nowMs += milliseconds;
      },
    },
  };
  return time;
}

export const sessionCredentials = {
  AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
  SecretAccessKey: "SECRET-ANSWER-MARK",
  SessionToken: "SESSION-TOKEN-MARK",
  Expiration: new Date("2030-01-01T12:00:00Z"),
};

/** A successful answer of GetSessionToken. */
export function success(headers: Record<string, string> = {}): Response {
  const { body, ...answer } = encodeResponse(
    GetSessionToken,
    { Credentials: sessionCredentials },
    { requestId: "request-1" },
  );
  return new Response(body, { status: 200, headers: { ...answer.headers, ...headers } });
}

/** A failure by code. */
export function fault(
  name: string,
  httpStatusCode: number,
  headers: Record<string, string> = {},
  message = "example",
): Response {
  const error = new STSServiceException({
    name,
    Code: name,
    message,
    $metadata: { httpStatusCode },
    $fault: httpStatusCode < 500 ? "client" : "server",
  });
  const { body, ...answer } = encodeFault(error, { requestId: "request-2" });
  return new Response(body, { status: httpStatusCode, headers: { ...answer.headers, ...headers } });
}

/** What the tests look at in an error. */
export interface Reason extends Error {
  readonly code: string;
  readonly $metadata: ClientMetadata;
}

/** A rejection's reason, whatever it is. */
export async function reasonOf(promise: Promise<unknown>): Promise<Reason> {
  try {
    await promise;
  } catch (error) {
    return error as Reason;
  }
  throw new Error("expected a rejection");
}
