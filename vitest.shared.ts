import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

// Tests import the built packages by name, as their users do. Coverage needs the sources instead:
// `pnpm coverage` sets STS_TEST_SOURCE so that `@org/...` resolves to `src/`.
const conditions =
  process.env["STS_TEST_SOURCE"] === undefined
    ? defaultServerConditions
    : ["@org/source", ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ["test/**/*.test.ts"], testTimeout: 30_000 },
});
