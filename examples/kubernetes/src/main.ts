import { spawn } from "node:child_process";
import { once } from "node:events";

import { missingKubectl } from "./find-kubectl.ts";
import { startFakeCluster } from "./start.ts";

const missing = missingKubectl();
if (missing !== undefined) throw new Error(missing);

const cluster = await startFakeCluster();
for (const line of [
  "auth whoami",
  "get pods",
  "get pods --context guest",
  "auth whoami --context stranger",
]) {
  console.log(`\n$ kubectl ${line}`);
  const child = spawn("kubectl", line.split(" "), {
    env: cluster.env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  await once(child, "exit");
}
console.log(`\nThe API server refused: ${[...new Set(cluster.server.refusals)].join(", ")}`);
await cluster.close();
