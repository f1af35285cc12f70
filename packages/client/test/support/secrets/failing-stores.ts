import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { type SessionStore, sharedSession } from "@org/sts-client/credentials";
import { dynamoDbStore } from "@org/sts-client/credentials/dynamodb";
import { ioredisStore } from "@org/sts-client/credentials/ioredis";
import { diskCache } from "@org/sts-client/credentials/node";

import { NOW, type Path, callerKeys, home, now, secrets } from "./secrets.ts";
import { mishaps } from "./hostile-services.ts";

export const session = { ...callerKeys, expiration: new Date(NOW + 3_600_000) };

/** A provider that a store fails under: the store's trouble is told to the logger and to listeners, and the call succeeds. */
export const storePaths: Path[] = (
  [
    [
      "Redis that quotes the command in clear",
      () =>
        ioredisStore({
          eval: async (...parameters: unknown[]) =>
            Promise.reject(
              Object.assign(new Error(`ERR ${parameters.slice(2).join(" ")}`), {
                command: { name: "eval", args: parameters },
              }),
            ),
        }),
    ],
    [
      "Redis that is full, and quotes what it was to store",
      () =>
        ioredisStore({
          eval: async (_script: string, ...parameters: unknown[]) => {
            if (parameters.some((parameter) => String(parameter).includes("mkd")))
              throw Object.assign(new Error(`OOM ${parameters.join(" ")}`), {
                command: { name: "eval", args: parameters },
              });
            return parameters.length > 3 ? "1" : ["", "", "", "", String(NOW / 1000), "0"];
          },
        }),
    ],
    ...mishaps(["secretAccessKey", "sessionToken"]).map(([what, send]): [string, () => SessionStore] => [
      `DynamoDB, ${what}`,
      () =>
        dynamoDbStore({ table: "sessions", region: "eu-west-1", credentials: callerKeys, fetch: send, now }),
    ]),
  ] satisfies [string, () => SessionStore][]
).map(([name, create]) => ({
  name: `a shared session in ${name}`,
  fail: async ({ print, publish, logger }) => {
    const provider = sharedSession(async () => session, {
      store: print(create()),
      key: "test",
      unsealed: true,
      logger,
      onEvent: publish,
      now,
    });
    await print(provider)();
    return undefined;
  },
}));

export const cachePaths: Path[] = [
  {
    name: "a disk cache that cannot be written",
    fail: async ({ publish, print }) => {
      const directory = join(home, "cache-file");
      await mkdir(dirname(directory), { recursive: true });
      await writeFile(directory, secrets.sessionToken);
      const cache = print(diskCache({ directory, onWriteError: publish }));
      await cache.write("key", { ...session });
      return cache.read("key").catch((error: unknown) => error);
    },
  },
  {
    name: "a disk cache whose document is no JSON",
    fail: async ({ publish, print }) => {
      const directory = join(home, "cache-rubbish");
      await mkdir(directory, { mode: 0o700 });
      await writeFile(join(directory, "key.json"), `{"SecretAccessKey":"${secrets.secretAccessKey}`, {
        mode: 0o600,
      });
      return print(diskCache({ directory, onWriteError: publish })).read("key");
    },
  },
];
