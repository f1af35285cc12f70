import { fileURLToPath } from "node:url";
import { defaultServerConditions, type Plugin } from "vite";
import type { UserWorkspaceConfig } from "vitest/config";

// Tests import the built packages by name, as their users do. Coverage needs the sources instead:
// `pnpm coverage` sets STS_TEST_SOURCE so that `@org/...` resolves to `src/`.
// The AWS SDK's "module" builds are for bundlers: Node.js cannot load them.
const serverConditions = defaultServerConditions.filter((condition) => condition !== "module");
const conditions =
  process.env["STS_TEST_SOURCE"] === undefined ? serverConditions : ["@org/source", ...serverConditions];

const seeded = fileURLToPath(new URL("vitest.fast-check.ts", import.meta.url));
/** Gives tests fast-check with a fixed seed; a setup file would load it for every test file, most of which do not use it. */
const seededFastCheck: Plugin = {
  name: "seeded-fast-check",
  enforce: "pre",
  resolveId: (id, importer) => (id === "fast-check" && importer !== seeded ? seeded : undefined),
};

/** What every vitest project has in common. The time limit is for what hangs: the machine that runs the tests may be slow. */
export function project(name: string): UserWorkspaceConfig {
  return {
    plugins: [seededFastCheck],
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: { name, include: ["test/**/*.test.ts"], testTimeout: 90_000, hookTimeout: 90_000 },
  };
}
