import { project } from "../../vitest.shared.ts";

const { test, ...rest } = project("github-actions");
// Its modules import JSON as bundlers do, and Node.js does not.
export default { ...rest, test: { ...test, server: { deps: { inline: ["@actions/workflow-parser"] } } } };
