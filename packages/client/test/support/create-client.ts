import { GetSessionTokenCommand, STSClient, type STSClientConfig } from "@org/sts-client";

import {
  credentials,
  fakeFetch,
  fakeTime,
  type FakeTime,
  type Reply,
  type SeenRequest,
} from "./fake-service.ts";

/** A client, what the fake service in front of it saw, and the time that it waited. */
export interface ClientAndService {
  readonly client: STSClient;
  readonly seen: SeenRequest[];
  readonly time: FakeTime;
}

/** Creates a client whose requests get one reply after the other, and the last one for good. */
export function createClient(
  replies: readonly Reply[],
  config: STSClientConfig = {},
  startMs?: number,
): ClientAndService {
  const time = fakeTime(startMs);
  const { fetch, seen } = fakeFetch(...replies);
  const client = new STSClient({ region: "eu-west-1", credentials, fetch, ...time.options, ...config });
  return { client, seen, time };
}

/** A command that may be sent again. */
export const command = (): GetSessionTokenCommand => new GetSessionTokenCommand({});

/** A command with a code that may be sent once. */
export const commandWithCode = (): GetSessionTokenCommand =>
  new GetSessionTokenCommand({ SerialNumber: "arn:aws:iam::123456789012:mfa/user", TokenCode: "123456" });

/** What `fetch` of Node.js throws when the system reports a code. */
export const fetchFailed = (code: string): Error =>
  new TypeError("fetch failed", { cause: Object.assign(new Error(`example ${code}`), { code }) });
