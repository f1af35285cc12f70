// Requests without a `body` member, as in Firefox (153 still) and React Native.
import { runSuite } from "./run-suite.js";

if (!("body" in Request.prototype)) throw new Error("Request.prototype.body: nothing to delete");
delete Request.prototype.body;
console.log(JSON.stringify(await runSuite()));
