// Runs the steps of a job, and of the composite action in this folder, as GitHub's runner does: as much of it as these two files need.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import { parse } from "yaml";

/** The result of a job. */
export interface JobResult {
  readonly ok: boolean;
  /** The log, secrets masked. */
  readonly log: readonly string[];
  /** The variables that the steps have set. */
  readonly env: Readonly<Record<string, string>>;
}

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, Scalar>>;
  readonly env?: Readonly<Record<string, Scalar>>;
}

type Scalar = string | number | boolean;

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

/** The folder of the action. */
export const ACTION = fileURLToPath(new URL("..", import.meta.url));

/** Runs the job `deploy` of a workflow; steps that use other actions are skipped. */
export async function runJob(
  workflowFile: string,
  variables: Readonly<Record<string, string>>,
): Promise<JobResult> {
  const workflow = await readFile(workflowFile, "utf8");
  const action = await readFile(join(ACTION, "action.yml"), "utf8");
  const { steps } = (parse(workflow) as { jobs: { deploy: { steps: Step[] } } }).jobs.deploy;
  const { inputs, outputs, runs } = parse(action) as Action; // the tests check both against GitHub's schemas

  const folder = await mkdtemp(join(tmpdir(), "job-"));
  const files = { GITHUB_ENV: join(folder, "env"), GITHUB_OUTPUT: join(folder, "output") };
  const { PATH = "" } = process.env;
  const env: Record<string, string> = { PATH, CI: "true", GITHUB_ACTIONS: "true", ...variables };
  const set: Record<string, string> = {};
  const masks: string[] = [];
  const log: string[] = [];

  // Returns the outputs of a step; undefined when it failed.
  async function runScript({ run = "", env: own = {} }: Step, context: object): Promise<object | undefined> {
    for (const file of Object.values(files)) await writeFile(file, "");
    const stepEnv = mapValues(own, (text) => evaluate(text, context));
    const child = spawn(
      "bash",
      ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", evaluate(run, context)],
      {
        env: { ...env, ...files, ...stepEnv, GITHUB_ACTION_PATH: ACTION },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const ended = once(child, "exit");
    for await (const line of createInterface(child.stdout)) {
      const [, mask] = /^::add-mask::(.+)$/.exec(line) ?? [];
      if (mask !== undefined) masks.push(mask);
      else log.push(masks.reduce((text, secret) => text.replaceAll(secret, "***"), line));
    }
    const [status] = await ended;
    const added = readLines(await readFile(files.GITHUB_ENV, "utf8"));
    Object.assign(env, added);
    Object.assign(set, added);
    return status === 0 ? readLines(await readFile(files.GITHUB_OUTPUT, "utf8")) : undefined;
  }

  async function runSteps(
    list: readonly Step[],
    context: object,
  ): Promise<Record<string, object> | undefined> {
    const done: Record<string, object> = {};
    for (const step of list) {
      const current = { ...context, steps: done };
      if (step.uses?.startsWith("actions/")) continue;
      const result = step.run === undefined ? await runAction(step, current) : await runScript(step, current);
      if (result === undefined) return undefined;
      if (step.id !== undefined) done[step.id] = { outputs: result };
    }
    return done;
  }

  async function runAction(step: Step, context: object): Promise<object | undefined> {
    const given = mapValues(step.with ?? {}, (text) => evaluate(text, context));
    const all = mapValues(inputs, ({ default: otherwise = "" }, name) => given[name] ?? otherwise);
    const done = await runSteps(runs.steps, { inputs: all });
    return done && mapValues(outputs, ({ value }) => evaluate(value, { inputs: all, steps: done }));
  }

  const done = await runSteps(steps, {});
  await rm(folder, { recursive: true });
  return { ok: done !== undefined, log, env: set };
}

/** Fills in `${{ … }}`. */
function evaluate(text: Scalar, context: object): string {
  const values = JSON.parse(JSON.stringify(context), data.reviver) as data.Dictionary; // what it makes of an object
  return String(text).replaceAll(/\$\{\{(.+?)\}\}/g, (_all, expression: string) => {
    const { tokens } = new Lexer(expression.trim()).lex();
    return new Evaluator(new Parser(tokens, Object.keys(context), []).parse(), values)
      .evaluate()
      .coerceString();
  });
}

// `name=value` lines: the form that the action writes.
function readLines(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

function mapValues<From>(
  values: Readonly<Record<string, From>>,
  map: (value: From, name: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value, name)]));
}
