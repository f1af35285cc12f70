import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build, preview } from "vite";

import { type FakeCloud, startFakeCloud } from "./start.ts";

/** The page and everything it talks to. */
export interface RunningPage extends Pick<FakeCloud, "sts"> {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** The folder of the page. */
export const PAGE = fileURLToPath(new URL("page", import.meta.url));

/** Builds the page for production and serves it. */
export async function servePage(): Promise<RunningPage> {
  const cloud = await startFakeCloud();
  // Vite takes the settings from the environment, or from a file `.env` beside the page.
  Object.assign(process.env, cloud.variables);
  const outDir = await mkdtemp(join(tmpdir(), "page-"));
  const options = {
    root: PAGE,
    configFile: false,
    logLevel: "silent",
    build: { outDir, emptyOutDir: true },
  } as const;
  await build(options);
  const server = await preview({ ...options, preview: { host: "127.0.0.1", port: 0 } });
  const [url = ""] = server.resolvedUrls?.local ?? [];
  cloud.allowPage(url);
  return {
    sts: cloud.sts,
    url,
    close: async () => {
      await server.close();
      await cloud.close();
      await rm(outDir, { recursive: true });
    },
  };
}
