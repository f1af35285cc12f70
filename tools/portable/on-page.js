// A browser page: the bundle keeps the lazily loaded parts in chunks of their own.
import { runSuite } from "./run-suite.js";

globalThis.suite = runSuite();
