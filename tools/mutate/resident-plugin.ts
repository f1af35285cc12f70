// A test runner for Stryker that is many times faster than its own one for vitest, which starts a worker and loads every
// module again for each mutant. This one keeps one worker, in which only the test files are evaluated again.
//
// State that outlives a test could make a later result wrong. Hence Stryker's own runner decides whenever there is doubt:
// the test that noticed a mutant does not pass without it, the mutant was not reached, something failed outside a test, or
// the mutant is in code that runs when a module is loaded.
import { BroadcastChannel } from "node:worker_threads";

import {
  CHANNEL,
  onMessage,
  post,
  type FileOfTests,
  type MutantRequest,
  type MutantResponse,
  RESIDENT_WORKER,
} from "./resident-messages.ts";
import { isSampled } from "./sample.ts";

interface MutantRunOptions {
  readonly activeMutant: {
    readonly id: string;
    readonly fileName: string;
    readonly mutatorName: string;
    readonly replacement: string;
    /** Lines and columns begin at 0. */
    readonly location: { readonly start: { readonly line: number; readonly column: number } };
  };
  readonly mutantActivation: "runtime" | "static";
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
}

interface Project {
  readonly config: { runner: string | undefined; setupFiles: string[]; testNamePattern: RegExp | undefined };
}

/** The parts of Stryker's runner that are used; `ctx` is its vitest. */
interface OwnRunner {
  readonly ctx: {
    readonly projects: readonly Project[];
    readonly config: { related: unknown };
    start(files: readonly string[]): Promise<unknown>;
  };
  capabilities(): unknown;
  init(): Promise<void>;
  dryRun(options: unknown): Promise<unknown>;
  mutantRun(options: MutantRunOptions): Promise<unknown>;
  dispose(): Promise<void>;
}

interface Logger {
  info(message: string): void;
}

class ResidentRunner {
  readonly #own: OwnRunner;
  readonly #logger: Logger;
  #worker: ResidentWorker | undefined;
  /** How many mutants each file of tests noticed, and how long that took: what notices the most in the least time goes first. */
  readonly #noticed = new Map<string, { count: number; ms: number }>();

  constructor(own: OwnRunner, logger: Logger) {
    this.#own = own;
    this.#logger = logger;
  }

  capabilities(): unknown {
    return this.#own.capabilities();
  }

  async init(): Promise<void> {
    await this.#own.init();
  }

  async dryRun(options: unknown): Promise<unknown> {
    await this.#close();
    return this.#own.dryRun(options);
  }

  async mutantRun(options: MutantRunOptions): Promise<unknown> {
    const { activeMutant, hitLimit, mutantActivation, testFilter = [] } = options;
    if (!isInSample(activeMutant)) return { status: "error", errorMessage: "not in the sample" };
    if (mutantActivation === "runtime" && testFilter.length > 0) {
      this.#worker ??= await ResidentWorker.start(this.#own, fileOf(testFilter[0] ?? ""));
      const files = this.#sortFiles(testFilter);
      const response = await this.#worker.run({ mutant: activeMutant.id, hitLimit, files });
      for (const [file, ms] of Object.entries(response.durations ?? {})) this.#recordOf(file).ms += ms;
      if (response.status === "timeout") return { status: "timeout", reason: "hit limit reached" };
      if (response.status === "killed") {
        const { killedBy, message } = response;
        this.#recordOf(fileOf(killedBy)).count += 1;
        return {
          status: "killed",
          killedBy: [killedBy],
          failureMessage: message,
          nrOfTests: testFilter.length,
        };
      }
      if (response.status === "survived") return { status: "survived", nrOfTests: testFilter.length };
      const reason = response.status === "unsure" ? response.message : response.status;
      this.#logger.info(`Stryker's own runner decides about mutant ${activeMutant.id}: ${reason}`);
    }
    await this.#close();
    return this.#own.mutantRun(options);
  }

  async dispose(): Promise<void> {
    await this.#close();
    await this.#own.dispose();
  }

  #sortFiles(testIds: readonly string[]): readonly FileOfTests[] {
    const byFile = new Map<string, string[]>();
    for (const id of testIds) {
      const file = fileOf(id);
      byFile.set(file, [...(byFile.get(file) ?? []), id.slice(file.length + 1)]);
    }
    const rate = (file: string): number => {
      const { count, ms } = this.#recordOf(file);
      // As if each had noticed one in a tenth of a second: a file that was never tried gets its turn.
      return (count + 1) / (ms + 100);
    };
    return [...byFile]
      .map(([file, tests]) => ({ file, tests }))
      .sort((one, other) => rate(other.file) - rate(one.file));
  }

  #recordOf(file: string): { count: number; ms: number } {
    let record = this.#noticed.get(file);
    if (record === undefined) this.#noticed.set(file, (record = { count: 0, ms: 0 }));
    return record;
  }

  async #close(): Promise<void> {
    await this.#worker?.close();
    this.#worker = undefined;
  }
}

/** A vitest run that never ends on its own: see resident-worker.ts. */
class ResidentWorker {
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #restore: () => void;
  #ended: Promise<unknown> = Promise.resolve();
  #answer: (response: MutantResponse) => void = () => undefined;

  private constructor(own: OwnRunner) {
    const { projects } = own.ctx;
    const before = projects.map(({ config }) => ({ ...config }));
    for (const { config } of projects) {
      config.runner = RESIDENT_WORKER;
      config.testNamePattern = undefined;
      // Stryker's switches to one mutant when the worker starts.
      config.setupFiles = config.setupFiles.filter((file) => !file.includes("stryker-setup"));
    }
    own.ctx.config.related = undefined;
    this.#restore = () => {
      for (const [index, { config }] of projects.entries()) {
        config.runner = before[index]?.runner;
        config.setupFiles = before[index]?.setupFiles ?? [];
      }
    };
    // Only resident-worker.ts posts to this channel of this process.
    onMessage(this.#channel, (response) => this.#answer(response as MutantResponse));
  }

  static async start(own: OwnRunner, file: string): Promise<ResidentWorker> {
    const worker = new ResidentWorker(own);
    const isReady = worker.#next();
    worker.#ended = own.ctx.start([file]).then(
      () => worker.#answer({ status: "unsure", message: "the worker ended" }),
      (error: unknown) => worker.#answer({ status: "unsure", message: String(error) }),
    );
    await isReady;
    return worker;
  }

  async run(request: MutantRequest): Promise<MutantResponse> {
    const response = this.#next();
    post(this.#channel, request);
    return response;
  }

  async close(): Promise<void> {
    post(this.#channel, undefined);
    await this.#ended;
    this.#channel.close();
    this.#restore();
  }

  #next(): Promise<MutantResponse> {
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }
}

/** The share of the mutants that are tried; the others get a status that no score counts. */
const SHARE = Number(process.env["STS_MUTATE_SAMPLE"] ?? 1);

function isInSample({
  fileName,
  location,
  mutatorName,
  replacement,
}: MutantRunOptions["activeMutant"]): boolean {
  const { line, column } = location.start;
  const file = fileName.slice(fileName.lastIndexOf("packages/"));
  return isSampled({ file, line: line + 1, column: column + 1, mutatorName, replacement }, SHARE);
}

function fileOf(testId: string): string {
  return testId.slice(0, testId.indexOf("#"));
}

interface OwnPlugin {
  readonly kind: string;
  readonly factory: (injector: unknown) => OwnRunner;
}

// Not in the default install: the compiler must not look for it.
const OWN_PACKAGE: string = "@stryker-mutator/vitest-runner";
const { strykerPlugins: ownPlugins } = (await import(OWN_PACKAGE)) as {
  readonly strykerPlugins: readonly [OwnPlugin];
};
const [own] = ownPlugins;

function createRunner(injector: unknown, logger: Logger): ResidentRunner {
  return new ResidentRunner(own.factory(injector), logger);
}
createRunner.inject = ["$injector", "logger"];

/** What Stryker looks for. */
export const strykerPlugins: readonly unknown[] = [
  { kind: own.kind, name: "resident", factory: createRunner },
];
