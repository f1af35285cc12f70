import { fork } from "node:child_process";
import type { ChildProcess, ForkOptions } from "node:child_process";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

/** What a worker got. */
export interface WorkerResult {
  readonly results: readonly string[];
  readonly warnings: readonly string[];
}

/** Which processes to start. */
export interface SignInWorkers {
  readonly count: number;
  readonly kind: "sso" | "login";
  readonly home: string;
  readonly endpoint: string;
  /** Such as the user they run as. */
  readonly options?: ForkOptions;
}

const source = process.env["STS_TEST_SOURCE"] === undefined ? [] : ["--conditions=@org/source"];

/** Starts processes that ask for the same credentials at the same moment, and collects what each of them got. */
export async function runSignInWorkers({
  count,
  kind,
  home,
  endpoint,
  options = {},
}: SignInWorkers): Promise<WorkerResult[]> {
  const worker = fileURLToPath(new URL("sign-in-worker.ts", import.meta.url));
  const children: ChildProcess[] = [];
  const results: WorkerResult[] = [];
  let ready = 0;
  const listen = (message: WorkerResult | { readonly ready: true }): void => {
    if ("results" in message) return void results.push(message);
    ready += 1;
    if (ready === count) for (const child of children) child.send("start");
  };
  const exits = Array.from({ length: count }, () => {
    const child = fork(worker, [kind, home, endpoint], { execArgv: source, ...options });
    children.push(child);
    onTestFinished(() => void child.kill("SIGKILL"));
    child.on("message", (message) => listen(message as WorkerResult)); // the worker sends nothing else
    return new Promise((resolve) => child.once("exit", resolve));
  });
  await Promise.all(exits);
  return results;
}
