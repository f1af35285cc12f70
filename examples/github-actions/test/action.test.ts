import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/index";

import { afterEach, beforeAll, describe, expect, test } from "vitest";

import { buildAction } from "../src/build-action.ts";
import { type FakeGitHub, startFakeGitHub } from "../src/fake-github.ts";
import { ACTION, type JobResult, runJob } from "../src/run-job.ts";

let github: FakeGitHub | undefined;
beforeAll(async () => {
  await buildAction();
});
afterEach(() => github?.close());

async function run(branch: string, changes: Readonly<Record<string, string>> = {}): Promise<JobResult> {
  github = await startFakeGitHub(branch);
  return await runJob(join(ACTION, "workflow.yml"), { ...github.env, ...changes });
}

test.each([
  ["workflow.yml", parseWorkflow],
  ["action.yml", parseAction],
])("%s keeps to GitHub's schema", async (name, check) => {
  const content = await readFile(join(ACTION, name), "utf8");
  const errorsOf = (text: string): unknown[] =>
    check({ name, content: text }, new NoOperationTraceWriter()).context.errors.getErrors();
  expect(errorsOf(content)).toEqual([]);
  expect(errorsOf(`${content}\nmisspelt: 1\n`)).not.toEqual([]);
});

describe("the composite action", () => {
  test("gives the following steps a session, and shows no part of it in the log", async () => {
    const { ok, log, env } = await run("main");
    expect(ok).toBe(true);
    expect(log).toEqual([
      expect.stringMatching(
        /^deploying to account 123456789012, region eu-west-1, until \d{4}-\d\d-\d\dT[\d:.]+Z$/,
      ),
      "with the key *** and a secret of 40 characters",
    ]);
    expect(env).toEqual({
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA\w{16}$/),
      AWS_SECRET_ACCESS_KEY: expect.stringMatching(/^\S{40}$/),
      AWS_SESSION_TOKEN: expect.stringMatching(/^\S+$/),
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
    });
    expect(github?.sts.calls()).toMatchObject([
      {
        operation: "AssumeRoleWithWebIdentity",
        outcome: "ok",
        input: { RoleSessionName: "GitHubActions-4711", DurationSeconds: 3600 },
      },
    ]);
  });

  test.each([
    ["another branch", "a-fork", {}, "AccessDenied"],
    [
      "a job without the permission",
      "main",
      { ACTIONS_ID_TOKEN_REQUEST_URL: "" },
      "permissions: id-token: write",
    ],
    [
      "a token endpoint that refuses",
      "main",
      { ACTIONS_ID_TOKEN_REQUEST_TOKEN: "other" },
      "GitHub did not give",
    ],
  ])("fails the job for %s, and no later step runs", async (_what, branch, changes, message) => {
    const { ok, log, env } = await run(branch, changes);
    expect({ ok, env }).toEqual({ ok: false, env: {} });
    expect(log).toEqual([expect.stringMatching(/^::error::/)]);
    expect(log[0]).toContain(message);
  });
});
