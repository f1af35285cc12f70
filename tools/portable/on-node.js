// Node.js, Bun and Deno: the packages are found in node_modules, unbundled.
import { runSuite } from "./run-suite.js";

console.log(JSON.stringify(await runSuite()));
