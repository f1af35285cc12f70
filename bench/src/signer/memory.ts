// A process that makes a million signatures with ten thousand credentials in turn and prints how the heap grew.
import { setTimeout } from "node:timers/promises";

import { createSigner } from "@org/sts-signer/node";

const count = Number(process.argv[2] ?? 1_000_000);
const credentials = Array.from({ length: 10_000 }, (_, index) => ({
  accessKeyId: `AKIDEXAMPLE${index}`,
  secretAccessKey: `wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLE${index}`,
}));
const signer = createSigner({ region: "eu-west-1", service: "sts" });
const request = {
  method: "POST",
  hostname: "sts.eu-west-1.amazonaws.com",
  path: "/",
  headers: {},
  body: "Action=GetCallerIdentity",
};
const measure = async () => {
  // Without `--expose-gc` there is nothing to compare. Memory of buffers is given back a little later.
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  globalThis.gc();
  await setTimeout(100);
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024;
};

const kilobytes: number[] = [];
for (let index = 0; index < count; index++) {
  if (index % (count / 10) === 0 && index > 0) kilobytes.push(await measure());
  const chosen = credentials[index % credentials.length];
  await signer.sign(request, chosen && { credentials: chosen });
}
kilobytes.push(await measure());
console.log(JSON.stringify([kilobytes[0], kilobytes.at(-1)]));
