import { defaultServerConditions } from "vite";
import type { UserWorkspaceConfig } from "vitest/config";

// Tests import the built packages by name, as their users do. Coverage needs the sources instead:
// `pnpm coverage` sets STS_TEST_SOURCE so that `@org/...` resolves to `src/`.
// The AWS SDK's "module" builds are for bundlers: Node.js cannot load them.
const serverConditions = defaultServerConditions.filter((condition) => condition !== "module");
const conditions =
  process.env["STS_TEST_SOURCE"] === undefined ? serverConditions : ["@org/source", ...serverConditions];

/** What every vitest project has in common. */
export function project(name: string): UserWorkspaceConfig {
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: { name, include: ["test/**/*.test.ts"], testTimeout: 30_000 },
  };
}
