import { build } from "esbuild";
import { gzipSync } from "node:zlib";

/** Bytes of an app after esbuild has bundled and minified it for browsers. */
export interface BundleSize {
  minified: number;
  gzipped: number;
}

/** Bundles an app, given as source text, as a browser would get it. */
export async function measureBundle(source: string): Promise<BundleSize> {
  const result = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    legalComments: "none",
  });
  const bytes = result.outputFiles[0]?.contents ?? new Uint8Array();
  return { minified: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length };
}
