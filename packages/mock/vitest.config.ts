import { project } from "../../vitest.shared.ts";

const shared = project("mock");
// The AWS SDK's "module" builds are for bundlers: Node.js cannot load them.
const conditions = (shared.resolve?.conditions ?? []).filter((condition) => condition !== "module");

export default { ...shared, resolve: { conditions }, ssr: { resolve: { conditions } } };
