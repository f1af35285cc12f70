import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { createFakeSts, demoUser } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";

import { userKeys } from "../../support/sts-world.ts";

const SERIAL = "arn:aws:iam::123456789012:mfa/demo";
const source = process.env["STS_TEST_SOURCE"] === undefined ? [] : ["--conditions=@org/source"];

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sts-processes-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

type Message = {
  readonly ready?: true;
  readonly ask?: string;
  readonly keys?: string[];
  readonly failed?: string;
};

test("an MFA session in several processes takes one code and one call for 50 callers in each of 4 processes", async () => {
  const fake = createFakeSts({ users: [demoUser] });
  const server = await startStsServer({ sts: fake });
  const worker = fileURLToPath(new URL("../../support/mfa-worker.ts", import.meta.url));
  const keys: string[] = [];
  const failures: string[] = [];
  let codes = 0;
  let ready = 0;
  const children: ChildProcess[] = [];
  const listen = (child: ChildProcess) => async (message: Message) => {
    if (message.ready) ready += 1;
    // Everybody starts at the same moment.
    if (message.ready && ready === 4) for (const one of children) one.send("start");
    if (message.failed) failures.push(message.failed);
    keys.push(...(message.keys ?? []));
    if (message.ask) {
      codes += 1;
      child.send(await fake.mfaCode(message.ask));
    }
  };
  const exits = Array.from({ length: 4 }, () => {
    const argv = [server.url, directory, SERIAL, userKeys.accessKeyId, userKeys.secretAccessKey];
    const child = fork(worker, argv, { execArgv: source });
    children.push(child);
    onTestFinished(() => void child.kill("SIGKILL"));
    child.on("message", (message) => void listen(child)(message as Message));
    return new Promise((resolve) => child.once("exit", resolve));
  });
  await Promise.all(exits);
  await server.close();

  expect(failures).toEqual([]);
  expect(keys).toHaveLength(200);
  expect(new Set(keys).size).toBe(1);
  expect(codes).toBe(1);
  expect(fake.calls().map(({ operation }) => operation)).toEqual(["GetSessionToken"]);
}, 60_000);
