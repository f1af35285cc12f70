import type { UserWorkspaceConfig } from "vitest/config";

import { project } from "../../vitest.shared.ts";

const config = project("signer");

// The AWS SDK's "module" builds are for bundlers: Node.js cannot load them.
const conditions = (config.resolve?.conditions ?? []).filter((condition) => condition !== "module");

export default {
  ...config,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
} satisfies UserWorkspaceConfig;
