import { fileURLToPath } from "node:url";
import type { BroadcastChannel } from "node:worker_threads";

/** The vitest runner that stays: an option of vitest, so a path. */
export const RESIDENT_WORKER: string = fileURLToPath(new URL("resident-worker.ts", import.meta.url));

/** What the plugin and the worker talk over, inside one process. */
export const CHANNEL = "resident-mutants";

/** The tests of one file that reach a mutant. */
export interface FileOfTests {
  /** Relative to the working directory. */
  readonly file: string;
  /** Full names. */
  readonly tests: readonly string[];
}

export interface MutantRequest {
  readonly mutant: string;
  readonly hitLimit: number | undefined;
  readonly files: readonly FileOfTests[];
}

export type MutantResponse = (
  | { readonly status: "ready" | "survived" | "timeout" }
  | { readonly status: "killed"; readonly killedBy: string; readonly message: string }
  | { readonly status: "unsure"; readonly message: string }
) & {
  /** How long each file took that was run, in milliseconds. */
  readonly durations?: Readonly<Record<string, number>>;
};

/** Sends a message to the other end. */
export function post(channel: BroadcastChannel, message: MutantRequest | MutantResponse | undefined): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
  channel.postMessage(message);
}

/** Calls a function with each message from the other end. */
export function onMessage(channel: BroadcastChannel, receive: (message: unknown) => void): void {
  channel.addEventListener("message", (event: unknown) =>
    receive((event as { readonly data: unknown }).data),
  );
}
