// Run as a process of its own: writes documents to a cache without pause until it is killed.
// Loads the one module it needs, since it is started hundreds of times.
import { diskCache } from "../../src/credentials/cache/disk-cache.ts";

const cache = diskCache({ directory: process.argv[2] ?? "" });
for (let head = 0; ; head += 1) {
  await cache.write("key", { head, filler: "x".repeat(50_000), tail: head });
  if (head === 0) process.send?.("writing");
}
