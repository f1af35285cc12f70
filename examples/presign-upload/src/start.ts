import { serve } from "@hono/node-server";
import { type CredentialsProvider, fromAssumeRole } from "@org/sts-client/credentials";
import { createFakeSts, demoUser } from "@org/sts-mock";
import type { Hono } from "hono";

import { createApp } from "./app.ts";
import { createBucket, type StoredObject } from "./bucket.ts";

/** The application and its bucket, on this machine. */
export interface RunningApp {
  readonly url: string;
  readonly bucketUrl: string;
  /** What was uploaded. */
  readonly objects: ReadonlyMap<string, StoredObject>;
  readonly close: () => void;
}

const region = "eu-west-1";
const bucket = "uploads";

/** Starts the application, which signs with a session of a role, and a bucket that knows the session's key. */
export async function startApp(clock?: () => Date): Promise<RunningApp> {
  const fake = createFakeSts({ users: [demoUser], roles: [{ name: "uploader", trustPolicy: "account" }] });
  const credentials: CredentialsProvider = fromAssumeRole({
    source: demoUser.accessKeys[0],
    params: { RoleArn: "arn:aws:iam::123456789012:role/uploader" },
    clientConfig: { region, fetch: (url, init) => fake.fetch(url, init) },
  });
  const storage = createBucket({
    name: bucket,
    region,
    clock,
    findKey: async (accessKeyId) => {
      const session = await credentials();
      return session.accessKeyId === accessKeyId ? session : undefined;
    },
  });
  const bucketServer = await listen(storage.app);
  const app = await listen(createApp({ credentials, region, bucket, bucketUrl: bucketServer.url }));
  return {
    url: app.url,
    bucketUrl: bucketServer.url,
    objects: storage.objects,
    close: () => {
      app.close();
      bucketServer.close();
    },
  };
}

/** Serves on 127.0.0.1. */
export function listen({ fetch }: Hono, port = 0): Promise<{ url: string; close: () => void }> {
  return new Promise((resolve) => {
    const server = serve({ fetch, hostname: "127.0.0.1", port }, (address) => {
      resolve({ url: `http://127.0.0.1:${address.port}`, close: () => server.close() });
    });
  });
}
