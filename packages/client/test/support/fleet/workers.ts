import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { WorkerOptions, WorkerReport } from "./worker-messages.ts";

/** A host of a fleet in a process of its own. */
export interface Worker {
  /** Resolves when its store is open. */
  readonly ready: Promise<void>;
  /** Lets all its callers ask at once; `force` refuses the session that they have. */
  readonly ask: (how?: "ask" | "force") => Promise<WorkerReport>;
  /** Kills it, as `kill -9` does. */
  readonly kill: () => Promise<void>;
}

// The workers take the sources when the tests do.
const execArgv = process.env["STS_TEST_SOURCE"] === undefined ? [] : ["--conditions=@org/source"];
const program = fileURLToPath(new URL("fleet-worker.ts", import.meta.url));

/** Starts a worker. `answer` stands for the person with the MFA device. */
export function startWorker(
  options: WorkerOptions,
  answer: (serialNumber: string) => Promise<string> = async () => "000000",
): Worker {
  const child = fork(program, [JSON.stringify(options)], { execArgv });
  const listeners = new Set<(report: WorkerReport) => void>();
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.on("message", (message) => {
    const report = message as WorkerReport; // the worker sends nothing else
    if (report.question !== undefined)
      void answer(report.question).then((code) => child.connected && child.send(code));
    else for (const listener of listeners) listener(report);
  });
  const next = (): Promise<WorkerReport> =>
    new Promise((resolve) => {
      const listener = (report: WorkerReport): void => {
        listeners.delete(listener);
        resolve(report);
      };
      listeners.add(listener);
      void exited.then(() => resolve({ failure: "the process ended" }));
    });
  const whenReady = async (first: Promise<WorkerReport>): Promise<void> => {
    const { failure } = await first;
    if (failure !== undefined) throw new Error(failure);
  };
  const ready = whenReady(next());
  // A test that ended early waits for nobody.
  ready.catch(() => undefined);
  return {
    ready,
    ask: (how = "ask") => {
      const reply = next();
      if (child.connected) child.send(how);
      return reply;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
