import type { NodeSources } from "./node-sources.ts";

/** Browsers and Workers have no files and no processes. */
export const nodeSources: NodeSources | undefined = undefined;
