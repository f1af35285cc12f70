import { defineConfig } from "vitest/config";

import { project } from "../vitest.shared.ts";

const shared = project("docs");

// The built site is tested by `pnpm check:site`.
export default defineConfig({ ...shared, test: { ...shared.test, include: ["test/explorer/**/*.test.ts"] } });
