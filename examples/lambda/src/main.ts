import { parseArgs } from "node:util";

import { startFakeAws } from "./fake-aws.ts";
import { bundleFunction, type Invocation } from "./run-function.ts";

const PROCESSES = 5;

const { values } = parseArgs({
  options: { aws: { type: "boolean" }, "role-arn": { type: "string" }, bucket: { type: "string" } },
});
if (values.aws && !values["role-arn"]) throw new Error("--aws needs --role-arn, a role that you may assume");

const fake = values.aws ? undefined : await startFakeAws();
const env = fake?.env ?? {
  ...process.env,
  ROLE_ARN: values["role-arn"],
  BUCKET: values.bucket ?? "example-data",
};
const bundle = await bundleFunction();
console.log(`one file of ${bundle.size.minified} bytes, ${bundle.size.gzip} bytes gzipped\n`);

const invocations: Invocation[] = [];
for (let count = 0; count < PROCESSES; count++)
  invocations.push(await bundle.invoke({ tenant: "acme" }, env));
const [last] = invocations.slice(-1);
const { AccessKeyId, Expiration, error } = JSON.parse(last?.response.body ?? "{}") as Record<string, string>;
console.log(`response: ${last?.response.statusCode} ${error ?? `${AccessKeyId}, until ${Expiration}`}\n`);

console.log(`milliseconds, median of ${PROCESSES} new processes on Node.js ${process.version}:`);
const median = (name: keyof Invocation["times"]): string => {
  const sorted = invocations.map(({ times }) => times[name]).sort((a, b) => a - b);
  return (sorted[Math.floor(PROCESSES / 2)] ?? 0).toFixed(1).padStart(7);
};
console.log(`${median("node")}  Node.js starts`);
console.log(`${median("load")}  the file is loaded`);
console.log(`${median("first")}  the first event, with a connection to ${fake ? "the fake STS" : "STS"}`);
console.log(`${median("second")}  the second event`);

await bundle.remove();
await fake?.close();
