// Runs a fleet twice, first each process on its own and then with a shared session, and draws the calls to STS.
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { createFakeSts } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";

import { drawCalls } from "./draw-calls.ts";
import type { Run } from "./draw-calls.ts";
import type { HostOptions } from "./host.ts";
import { fastNow } from "./time.ts";
import type { FastTime } from "./time.ts";

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "12" },
    hours: { type: "string", default: "4" },
    speed: { type: "string", default: "200" },
    redis: { type: "string" },
    output: { type: "string", default: "fleet.svg" },
  },
});
const processes = Number(values.processes);
const hours = Number(values.hours);
const speed = Number(values.speed);

async function runFleet(title: string, isShared: boolean, directory: string): Promise<Run> {
  const time: FastTime = { startedAt: Date.now(), speed };
  const fake = createFakeSts({
    clock: { now: () => fastNow(time) },
    // In accelerated time, a request takes minutes.
    maxSkewSeconds: 7200,
  });
  const server = await startStsServer({ sts: fake });
  const children: ChildProcess[] = [];
  try {
    const options: HostOptions = { endpoint: server.url, isShared, redisUrl: values.redis, directory, time };
    for (let index = 0; index < processes; index += 1)
      children.push(fork(join(import.meta.dirname, "host.ts"), [JSON.stringify(options)]));
    await Promise.all(children.map((child) => nextMessage(child)));
    // Starting processes takes longer than hours do here, so the hours begin when all of them are there.
    const startsAt = fastNow(time);
    for (const child of children) child.send({ untilMs: startsAt + hours * HOUR_MS });
    const reports = await Promise.all(children.map((child) => nextMessage(child)));
    const failures = reports.reduce((sum, { failures = 0 }) => sum + failures, 0);
    const minutes = fake.calls().map((call) => (call.time.getTime() - startsAt) / 60_000);
    console.log(`${title}: ${minutes.length} calls to STS, ${failures} failures`);
    return { title, minutes };
  } finally {
    for (const child of children) child.kill();
    await server.close();
  }
}

const HOUR_MS = 3_600_000;
interface Report {
  readonly failures?: number;
}

function nextMessage(child: ChildProcess): Promise<Report> {
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(Object(message) as Report)); // hosts send nothing else
    child.once("exit", () => reject(new Error("a host ended before it reported")));
  });
}

const directory = await mkdtemp(join(tmpdir(), "fleet-"));
try {
  const runs = [
    await runFleet(`${processes} processes, each on its own`, false, directory),
    await runFleet(`${processes} processes, one shared session`, true, directory),
  ];
  await writeFile(values.output, drawCalls(runs, hours * 60));
  console.log(`The picture is in ${values.output}`);
} finally {
  await rm(directory, { recursive: true, force: true });
}
