import { join } from "node:path";

import { buildAction } from "./build-action.ts";
import { startFakeGitHub } from "./fake-github.ts";
import { ACTION, runJob } from "./run-job.ts";

console.log(`dist/get-credentials.mjs: ${await buildAction()} bytes`);
for (const branch of ["main", "a-fork"]) {
  const github = await startFakeGitHub(branch);
  const { ok, log } = await runJob(join(ACTION, "workflow.yml"), github.env);
  console.log(`\nThe job on the branch ${branch}: ${ok ? "success" : "failure"}`);
  for (const line of log) console.log(`  ${line}`);
  await github.close();
}
