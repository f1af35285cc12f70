// No global `Request`, as in a test that runs in jsdom. The fake STS is a server that has one, so it was bundled with its own.
import "@org/sts-mock";

if (!("Request" in globalThis)) throw new Error("Request: nothing to delete");
delete globalThis.Request;
const { runSuite } = await import("./run-suite.js");
console.log(JSON.stringify(await runSuite()));
