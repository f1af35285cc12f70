// One host of the fleet, run by main.ts in a separate process.
import { fromAssumeRole, sharedSession } from "@org/sts-client/credentials";
import type { SessionStore } from "@org/sts-client/credentials";
import { fileStore } from "@org/sts-client/credentials/node";
import { redisStore } from "@org/sts-client/credentials/redis";
import { createClient } from "redis";

import { fastNow, fastSleep, fastStore } from "./time.ts";
import type { FastTime } from "./time.ts";

/** How main.ts starts a host, as JSON. */
export interface HostOptions {
  readonly endpoint: string;
  readonly isShared: boolean;
  readonly redisUrl: string | undefined;
  readonly directory: string;
  readonly time: FastTime;
}

const options = JSON.parse(process.argv[2] ?? "{}") as HostOptions; // main.ts wrote it
const { endpoint, isShared, redisUrl, directory, time } = options;
const now = (): number => fastNow(time);

// What an application does: one provider, kept.
const provider = fromAssumeRole({
  source: {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  },
  params: { RoleArn: "arn:aws:iam::123456789012:role/demo" },
  clientConfig: { endpoint, region: "us-east-1", now },
  now,
});
const credentials = isShared
  ? sharedSession(provider, {
      store: await openStore(),
      sealingKey: new Uint8Array(32).fill(1),
      // Everything below is needed because time runs fast here: ten seconds are a few real milliseconds.
      now,
      sleep: (ms, signal) => fastSleep(time, ms, signal),
      leaseMs: 300_000,
      waitTimeoutMs: 3_600_000,
      storeTimeoutMs: 10_000,
    })
  : provider;

// Otherwise loaded at the first call, which takes minutes of accelerated time.
await import("@org/sts-client");
process.send?.("ready");
const { untilMs } = await new Promise<{ untilMs: number }>((resolve) => {
  process.once("message", (message) => resolve(Object(message) as { untilMs: number })); // main.ts sends nothing else
});
let failures = 0;
while (now() < untilMs) {
  await credentials().catch(() => (failures += 1));
  await fastSleep(time, 60_000 * (0.5 + Math.random()));
}
process.send?.({ failures });
process.exit();

async function openStore(): Promise<SessionStore> {
  if (redisUrl === undefined) return fileStore({ directory, now });
  const client = createClient({ url: redisUrl });
  client.on("error", (error) => console.error(error));
  await client.connect();
  return fastStore(time, redisStore(client));
}
