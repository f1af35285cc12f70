// Compares the operation tables with the service model: `node tools/check-model.ts [sts-model.json]`.
// The model's path is the argument, or sts-model.json in the folder that STS_CONFORMANCE_DIR names.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { operations } from "../packages/protocol/dist/index.js";
import {
  compareModel,
  type ServiceModel,
  unwantedDifferences,
  type WantedDifference,
} from "./check-model-compare.ts";

const directory = process.env["STS_CONFORMANCE_DIR"];
const path = process.argv[2] ?? (directory === undefined ? undefined : join(directory, "sts-model.json"));
if (path === undefined) {
  console.error("Give the path of sts-model.json, or set STS_CONFORMANCE_DIR");
  process.exit(2);
}
// Both files are data of a documented form.
const model = JSON.parse(readFileSync(path, "utf8")) as ServiceModel;
const wanted = JSON.parse(
  readFileSync(new URL("check-model-differences.json", import.meta.url), "utf8"),
) as readonly WantedDifference[];

const differences = compareModel(model, operations);
const { unwanted, outdated } = unwantedDifferences(differences, wanted);
for (const difference of unwanted) console.error(`different: ${difference}`);
for (const difference of outdated) console.error(`listed, but not different any more: ${difference}`);
console.log(
  `${operations.length} operations compared: ${differences.length} differences, ${differences.length - unwanted.length} of them wanted`,
);
process.exit(unwanted.length + outdated.length === 0 ? 0 : 1);
