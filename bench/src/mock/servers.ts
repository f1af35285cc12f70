// One server per process, named on the command line: `node servers.ts bare|least|canned|strict` prints the port it listens at.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

import { createFakeSts, createStsMock } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";

import { createLeastServer } from "./least-server.ts";

/**
 * What answers: the mock in either mode, a server that reads the request and sends a fixed answer of the same size, or one
 * that does the least that a strict server must do.
 */
export type ServerKind = "bare" | "least" | "canned" | "strict";

/** What a process has used since it started. */
export interface Usage {
  /** Memory that it occupies now. */
  readonly residentMegabytes: number;
  /** Processor time of the main thread in microseconds, without that of the garbage collector's helpers. */
  readonly threadMicros: number;
  /** Time in which the event loop ran code. */
  readonly activeMs: number;
  /** Time in which the event loop waited. */
  readonly idleMs: number;
}

/** A server in a process of its own. */
export interface RunningServer {
  readonly port: number;
  /** What its process has used so far. */
  usage(): Promise<Usage>;
  stop(): void;
}

/** Starts a server that shares no event loop with the callers. */
export async function startServer(kind: ServerKind): Promise<RunningServer> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), kind], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout?.once("data", (data: Buffer) => {
      resolve(Number(data.toString()));
    });
    child.once("exit", (code) => {
      reject(new Error(`the ${kind} server ended with ${code}`));
    });
  });
  return {
    port,
    usage: async () => {
      child.send("usage");
      const [usage] = (await once(child, "message")) as [Usage]; // sent by `reportUsage`
      return usage;
    },
    stop: () => {
      child.kill();
    },
  };
}

async function listen(kind: string): Promise<number> {
  if (kind === "canned" || kind === "strict") {
    const sts = kind === "strict" ? createFakeSts({ maxCalls: 100 }) : createStsMock({ maxCalls: 100 });
    return (await startStsServer({ sts })).port;
  }
  const server = kind === "least" ? createLeastServer() : await createBareServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port; // listens at a TCP port
}

async function createBareServer(): Promise<Server> {
  const body = await sampleAnswer();
  return createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, {
        "content-type": "text/xml",
        "content-length": String(Buffer.byteLength(body)),
      });
      response.end(body);
    });
  });
}

async function sampleAnswer(): Promise<string> {
  const url = "https://sts.amazonaws.com/?Action=GetSessionToken&Version=2011-06-15";
  return await (await createStsMock({ responses: "realistic" }).fetch(url)).text();
}

function reportUsage(): void {
  const { user, system } = process.threadCpuUsage();
  const { active, idle } = performance.eventLoopUtilization();
  const usage: Usage = {
    residentMegabytes: process.memoryUsage.rss() / 1e6,
    threadMicros: user + system,
    activeMs: active,
    idleMs: idle,
  };
  process.send?.(usage);
}

if (import.meta.main) {
  process.on("message", reportUsage);
  console.log(await listen(process.argv[2] ?? ""));
}
