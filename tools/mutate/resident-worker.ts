// Runs inside vitest's worker, as its runner: instead of the one file that vitest asks for, it runs the tests of one mutant
// after the other until the plugin tells it to stop.
import { resolve } from "node:path";
import { BroadcastChannel } from "node:worker_threads";

import { TestRunner, vi } from "vitest";
import { startTests } from "vitest/internal/browser";

import {
  CHANNEL,
  onMessage,
  post,
  type FileOfTests,
  type MutantRequest,
  type MutantResponse,
} from "./resident-messages.ts";

/** What Stryker's instrumented code reads and counts. */
interface Switches {
  activeMutant: string | undefined;
  hitCount: number | undefined;
  hitLimit: number | undefined;
}

interface TaskLike {
  readonly type: string;
  readonly name: string;
  readonly mode: string;
  readonly tasks?: readonly TaskLike[];
  readonly suite?: TaskLike;
  readonly result?: {
    readonly state: string;
    readonly errors?: readonly { readonly message: string }[];
  };
}

type Internals = TestRunner & { readonly moduleRunner: unknown; _otel: unknown };

const SEPARATOR = " > ";
const TEST_TIMEOUT_MS = 15_000;

/** One run of some tests of one file, which ends with the first that fails. Vitest's main thread hears nothing of it. */
class OneRun extends TestRunner {
  constructor(outer: TestRunner) {
    super(outer.config);
    // `TestRunner` declares neither, and vitest adds both after it has constructed a runner.
    const { moduleRunner, _otel } = outer as Internals;
    Object.assign(this, { moduleRunner, _otel });
  }

  override onAfterRunTask(test: Parameters<TestRunner["onAfterRunTask"]>[0]): void {
    super.onAfterRunTask(test);
    if (test.result?.state === "fail") this.cancel("test-failure");
  }
}

export default class ResidentTestRunner extends TestRunner {
  async onBeforeCollect(): Promise<void> {
    const global = globalThis as unknown as { __stryker__?: Switches };
    const switches = (global.__stryker__ ??= {
      activeMutant: undefined,
      hitCount: undefined,
      hitLimit: undefined,
    });
    // A mutant that lets a promise wait for ever is noticed after this time. No test takes nearly as long.
    this.config.testTimeout = TEST_TIMEOUT_MS;
    const channel = new BroadcastChannel(CHANNEL);
    const requests: (MutantRequest | undefined)[] = [];
    let wake = (): void => undefined;
    onMessage(channel, (request) => {
      // Only the plugin posts to this channel of this process.
      requests.push(request as MutantRequest | undefined);
      wake();
    });
    const strays: unknown[] = [];
    const noteStray = (error: unknown): void => void strays.push(error);
    process.on("unhandledRejection", noteStray);
    process.on("uncaughtException", noteStray);
    const respond = (response: MutantResponse): void => post(channel, response);
    respond({ status: "ready" });
    for (;;) {
      while (requests.length === 0) {
        await new Promise<void>((resolveWait) => {
          wake = resolveWait;
        });
      }
      const request = requests.shift();
      if (request === undefined) break;
      strays.length = 0;
      const durations: Record<string, number> = {};
      const response = await this.#runMutant(request, switches, durations);
      respond(
        response.status === "survived" && strays.length > 0
          ? { status: "unsure", message: `outside of a test: ${String(strays[0])}` }
          : { ...response, durations },
      );
    }
    process.off("unhandledRejection", noteStray);
    process.off("uncaughtException", noteStray);
    channel.close();
    switches.activeMutant = undefined;
    // What follows is the file that vitest asked for.
    this.cancel("test-failure");
  }

  async #runMutant(
    { mutant, hitLimit, files }: MutantRequest,
    switches: Switches,
    durations: Record<string, number>,
  ): Promise<MutantResponse> {
    let hits = 0;
    for (const each of files) {
      Object.assign(switches, { activeMutant: mutant, hitCount: 0, hitLimit });
      const startMs = performance.now();
      const failed = await this.#runFile(each);
      durations[each.file] = performance.now() - startMs;
      hits += switches.hitCount ?? 0;
      switches.activeMutant = undefined;
      if (hitLimit !== undefined && hits > hitLimit) return { status: "timeout" };
      if (failed === undefined) continue;
      Object.assign(switches, { hitCount: undefined, hitLimit: undefined });
      const control = await this.#runFile({
        file: each.file,
        tests: failed.name === undefined ? each.tests : [failed.name],
      });
      return control === undefined
        ? {
            status: "killed",
            killedBy: `${each.file}#${failed.name ?? each.tests[0]}`,
            message: failed.message,
          }
        : { status: "unsure", message: `without the mutant, too: ${failed.name}: ${control.message}` };
    }
    return hits > 0 ? { status: "survived" } : { status: "unsure", message: "it was not reached" };
  }

  async #runFile({ file, tests }: FileOfTests): Promise<{ name?: string; message: string } | undefined> {
    const environment = { ...process.env };
    const folder = process.cwd();
    const escaped = tests.map((name) => name.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&"));
    const specification = {
      filepath: resolve(file),
      // As in Stryker's own runner.
      testNamePattern: new RegExp(`(?:${escaped.join("|")})\\s*$`),
    };
    try {
      const [result] = await startTests([specification], new OneRun(this));
      return result && findFailure(result);
    } finally {
      // As vitest does after each file, and what a failed test may have left.
      vi.resetConfig();
      vi.restoreAllMocks();
      vi.unstubAllGlobals();
      vi.useRealTimers();
      for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
      Object.assign(process.env, environment);
      if (process.cwd() !== folder) process.chdir(folder);
    }
  }
}

/** The first test that failed; without a name if the file or a group did. */
function findFailure(task: TaskLike): { name?: string; message: string } | undefined {
  for (const child of task.tasks ?? []) {
    const failure = findFailure(child);
    if (failure !== undefined) return failure;
  }
  if (task.result?.state !== "fail") return undefined;
  const message = task.result.errors?.[0]?.message ?? "a test failed";
  return task.type === "test" ? { name: nameOf(task), message } : { message };
}

function nameOf(task: TaskLike): string {
  const names: string[] = [];
  for (let each: TaskLike | undefined = task; each !== undefined; each = each.suite) names.unshift(each.name);
  return names.join(SEPARATOR).trim();
}
