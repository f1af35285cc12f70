// Run as a process of its own: takes a lock, says so, and holds it until it is killed.
import { acquireFileLock } from "../../src/credentials/cache/file-lock.ts";

await acquireFileLock(process.argv[2] ?? "", { staleMs: 400 });
process.send?.("held");
setInterval(() => undefined, 1000);
