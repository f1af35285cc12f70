// The tests of the built site, which `pnpm check:site` builds first.
import { defineConfig } from "vitest/config";

import { project } from "../vitest.shared.ts";

const shared = project("site");

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: ["test/built/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each file has a browser of its own, and CI has two cores.
    fileParallelism: false,
  },
});
