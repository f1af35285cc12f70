import { defineProject, mergeConfig } from "vitest/config";

import { project } from "../vitest.shared.ts";

export default mergeConfig(
  project("docs"),
  defineProject({ test: { include: ["test/explorer/**/*.test.ts"] } }),
);
