import type { NodeSources } from "./node-sources.ts";

/** Browsers and Workers have neither files nor processes. */
export const nodeSources: NodeSources | undefined = undefined;
