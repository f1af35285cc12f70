// Run as a process of its own: a host of a fleet. The parent says when to ask, stands for the person with the MFA device,
// and may kill it at any moment.
import { fromAssumeRole, fromMfaSession, sharedSession } from "@org/sts-client/credentials";
import type { CredentialsProvider, SessionStore } from "@org/sts-client/credentials";
import { fileStore } from "@org/sts-client/credentials/node";

import { tableKeys } from "./table-keys.ts";
import type { WorkerOptions, WorkerReport } from "./worker-messages.ts";

const options = JSON.parse(process.argv[2] ?? "{}") as WorkerOptions; // the parent wrote it
const { endpoint, kind, callers = 1, leaseMs, storeTimeoutMs, mfaSerial, keys } = options;

const report = (message: WorkerReport): void => void process.send?.(message);

async function openStore(): Promise<SessionStore> {
  if (kind === "file") return fileStore({ directory: options.address });
  if (kind === "dynamodb") {
    const { dynamoDbStore } = await import("@org/sts-client/credentials/dynamodb");
    return dynamoDbStore({
      table: "sessions",
      region: "eu-west-1",
      endpoint: options.address,
      credentials: tableKeys,
    });
  }
  if (kind === "ioredis") {
    const [{ Redis }, { ioredisStore }] = await Promise.all([
      import("ioredis"),
      import("@org/sts-client/credentials/ioredis"),
    ]);
    const client = new Redis(options.address);
    // A store that is down is what some of the tests are about.
    client.on("error", () => undefined);
    return ioredisStore(client);
  }
  const [{ createClient }, { redisStore }] = await Promise.all([
    import("redis"),
    import("@org/sts-client/credentials/redis"),
  ]);
  const client = createClient({ url: options.address });
  client.on("error", () => undefined);
  await client.connect();
  return redisStore(client);
}

const clientConfig = { endpoint, region: "us-east-1" };
const provider: CredentialsProvider = mfaSerial
  ? fromMfaSession({
      source: keys,
      serialNumber: mfaSerial,
      clientConfig,
      mfaCodeProvider: () =>
        new Promise((resolve) => {
          process.once("message", (code) => resolve(String(code)));
          report({ question: mfaSerial });
        }),
    })
  : fromAssumeRole({
      source: keys,
      params: { RoleArn: "arn:aws:iam::123456789012:role/demo" },
      clientConfig,
    });

const counters = { hit: 0, wait: 0, call: 0, fallback: 0, discard: 0 };
const get = sharedSession(provider, {
  store: await openStore(),
  sealingKey: new Uint8Array(32).fill(7),
  ...(leaseMs && { leaseMs }),
  ...(storeTimeoutMs && { storeTimeoutMs }),
  onEvent: (event) => Object.assign(counters, event.counters),
});

report({ ready: true });
process.on("message", (message) => {
  if (message !== "ask" && message !== "force") return;
  const startedAt = Date.now();
  const asked = message === "force" ? { forceRefresh: true } : undefined;
  void Promise.all(Array.from({ length: callers }, () => get(asked)))
    .then((all) =>
      report({
        sessions: [...new Set(all.map(({ accessKeyId }) => accessKeyId))],
        count: all.length,
        tookMs: Date.now() - startedAt,
        counters,
      }),
    )
    .catch((error: unknown) => report({ failure: String(error) }));
});
// Whoever started it is gone.
process.once("disconnect", () => process.exit());
