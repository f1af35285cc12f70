// A service worker, where `import()` is not allowed: one bundled script.
import { runSuite } from "./run-suite.js";

globalThis.addEventListener("message", (event) => {
  event.waitUntil(runSuite().then((results) => event.source.postMessage(results)));
});
