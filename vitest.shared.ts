import { defaultServerConditions } from "vite";
import type { UserWorkspaceConfig } from "vitest/config";

// Tests import the built packages by name, as their users do. Coverage needs the sources instead:
// `pnpm coverage` sets STS_TEST_SOURCE so that `@org/...` resolves to `src/`.
const conditions =
  process.env["STS_TEST_SOURCE"] === undefined
    ? [...defaultServerConditions]
    : ["@org/source", ...defaultServerConditions];

/** What every vitest project has in common. */
export function project(name: string): UserWorkspaceConfig {
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: { name, include: ["test/**/*.test.ts"], testTimeout: 30_000 },
  };
}
