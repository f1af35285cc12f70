import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { createSigner } from "@org/sts-signer";
import dynalite from "dynalite";

import { tableKeys } from "./table-keys.ts";

/** Whether a Redis server can be started here; `redis-server` is Debian's package, `valkey-server` the other one. */
export const redisProgram: string | undefined = ["redis-server", "valkey-server"].find(
  (program) => spawnSync(program, ["--version"]).status === 0,
);
if (redisProgram === undefined) {
  console.warn("Neither redis-server nor valkey-server is installed: tests with Redis are skipped.");
}

/** A Redis server of its own, without persistence. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** The process. */
  readonly process: () => ChildProcess;
  /** Starts it again, empty, on the same port. */
  readonly restart: () => Promise<void>;
  /** Ends it, also when it is paused. */
  readonly stop: () => Promise<void>;
}

/** Starts a Redis server on a free port of 127.0.0.1. */
export async function startRedis(...parameters: string[]): Promise<RedisServer> {
  const port = await freePort();
  let child = await start(port, parameters);
  const onExit = (): void => void child.kill("SIGKILL");
  process.once("exit", onExit);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    process: () => child,
    stop: async () => {
      process.off("exit", onExit);
      await stop();
    },
    restart: async () => {
      await stop();
      child = await start(port, parameters);
    },
  };
}

async function start(port: number, parameters: readonly string[]): Promise<ChildProcess> {
  const argv = [
    "--port",
    `${port}`,
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    ...parameters,
  ];
  const child = spawn(redisProgram ?? "redis-server", argv, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of child.stdout) if (/ready to accept connections/i.test(String(line))) break;
  child.stdout.resume();
  return child;
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A DynamoDB server with a table. */
export interface DynamoDbServer {
  readonly endpoint: string;
  readonly table: string;
  /** Makes a call of its own. */
  readonly call: (operation: string, input: object) => Promise<Record<string, unknown>>;
  readonly stop: () => Promise<void>;
}

/** Starts a DynamoDB server in this process on a free port of 127.0.0.1, with the table `sessions`. */
export async function startDynamoDb(): Promise<DynamoDbServer> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const endpoint = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  const table = "sessions";
  const signer = createSigner({ credentials: tableKeys, region: "eu-west-1", service: "dynamodb" });
  const call = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const response = await fetch(
      ...(await signer.sign(endpoint, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": `DynamoDB_20120810.${operation}`,
        },
        body: JSON.stringify({ TableName: table, ...input }),
      })),
    );
    return (await response.json()) as Record<string, unknown>; // every response of DynamoDB is an object
  };
  await call("CreateTable", {
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  for (let tries = 0; tries < 100; tries += 1) {
    const { Table } = await call("DescribeTable", {});
    if ((Table as { TableStatus?: string } | undefined)?.TableStatus === "ACTIVE") break;
    await sleep(10);
  }
  return {
    endpoint,
    table,
    call,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
