import { defineConfig } from "vitest/config";

// The other folders are run by other programs: see run.ts.
export default defineConfig({ test: { name: "example-testing", include: ["vitest/**/*.test.ts"] } });
