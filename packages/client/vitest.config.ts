import { defineProject } from "vitest/config";

import shared from "../../vitest.shared.ts";

// The AWS SDK's "module" builds are for bundlers: Node.js cannot load them.
const conditions = (shared.resolve?.conditions ?? []).filter((condition) => condition !== "module");

export default defineProject({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { ...shared.test, name: "client" },
});
