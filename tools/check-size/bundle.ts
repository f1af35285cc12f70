// Bundles a few lines as an application would, and tells the code needed at start from the code loaded later.
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

// The bench package holds the packages, the libraries they are compared with, and esbuild.
import type * as Esbuild from "../../bench/node_modules/esbuild/lib/main.js";

const BENCH = join(import.meta.dirname, "../../bench");

/** Where a bundle runs. */
export type Platform = "browser" | "node";

/** Chunks of a bundle. */
export interface Chunk {
  /** Bytes, minified. */
  readonly minified: number;
  /** Bytes, minified and compressed with gzip. */
  readonly gzip: number;
  /** The minified code. */
  readonly text: string;
}

/** What an application downloads. */
export interface Bundle {
  /** Everything loaded at start. */
  readonly first: Chunk;
  /** What dynamic imports bring, apart from the XML parser. */
  readonly lazy: Chunk;
  /** The XML parser, where a dynamic import brings it. */
  readonly parser: Chunk;
}

/** Bundles and minifies a module with esbuild. */
export async function bundle(source: string, platform: Platform): Promise<Bundle> {
  const esbuild: typeof Esbuild = createRequire(join(BENCH, "package.json"))("esbuild");
  const { metafile, outputFiles } = await esbuild.build({
    stdin: { contents: source, resolveDir: BENCH, sourcefile: "entry.js" },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "es2022",
    outdir: join(BENCH, "out"),
    absWorkingDir: BENCH,
    write: false,
    metafile: true,
    platform,
    logLevel: "error",
  });
  const first = reachable(metafile.outputs);
  const placeOf = ({ path }: Esbuild.OutputFile): keyof Bundle => {
    const name = path.slice(BENCH.length + 1);
    if (first.has(name)) return "first";
    const inputs = Object.keys(metafile.outputs[name]?.inputs ?? {});
    return inputs.some((input) => input.includes("/fast-xml-parser/")) ? "parser" : "lazy";
  };
  const measureAll = (place: keyof Bundle) => measure(outputFiles.filter((file) => placeOf(file) === place));
  return { first: measureAll("first"), lazy: measureAll("lazy"), parser: measureAll("parser") };
}

// The entry chunk and what it imports statically.
function reachable(outputs: Esbuild.Metafile["outputs"]): ReadonlySet<string> {
  const found = new Set(Object.keys(outputs).filter((name) => outputs[name]?.entryPoint === "entry.js"));
  for (const name of found) {
    for (const { kind, path } of outputs[name]?.imports ?? []) {
      if (kind === "import-statement" && outputs[path] !== undefined) found.add(path);
    }
  }
  return found;
}

// Chunks travel one by one, so they are compressed one by one.
function measure(files: readonly Esbuild.OutputFile[]): Chunk {
  const gzip = files.reduce((sum, { text }) => sum + gzipSync(text, { level: 9 }).byteLength, 0);
  const text = files.map((file) => file.text).join("\n");
  return { minified: Buffer.byteLength(text), gzip, text };
}
