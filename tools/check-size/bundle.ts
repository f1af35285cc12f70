// Bundles a few lines as an application would, and finds out when which part of the bundle is loaded.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

// The bench package holds the packages, the libraries they are compared with, and esbuild.
import type * as Esbuild from "../../bench/node_modules/esbuild/lib/main.js";

const BENCH = join(import.meta.dirname, "../../bench");

/** Packages that an application has only when it installs them itself, for features of their own. */
const OPTIONAL_PEERS: readonly string[] = ["signer", "client"].flatMap((name) => {
  const path = join(import.meta.dirname, "../../packages", name, "package.json");
  return Object.keys(JSON.parse(readFileSync(path, "utf8")).peerDependenciesMeta);
});

/** Where a bundle runs. */
export type Platform = "browser" | "node";

/** What a part of a bundle weighs. */
export interface Weight {
  /** Bytes, minified. */
  readonly minified: number;
  /** Bytes, minified and compressed with gzip. */
  readonly gzip: number;
  /** The minified code. */
  readonly text: string;
}

/** What an application downloads. */
export interface Bundle {
  /** Loaded at start: the entry and what it imports statically. */
  readonly start: Weight;
  /** All that one call loads, from the start to the result. Only with `run`. */
  readonly call?: Weight;
  /** Every chunk. */
  readonly all: Weight;
}

/** Bundles and minifies a module with code splitting; with `run` also calls it, to see what it loads. */
export async function bundle(source: string, platform: Platform, run = false): Promise<Bundle> {
  const { metafile, outputFiles } = await build(source, platform, true);
  const files = new Map(outputFiles.map(({ path, text }) => [path.slice(BENCH.length + 1), text]));
  const weigh = (names: Iterable<string>): Weight =>
    weighFiles([...names].map((name) => files.get(name) ?? ""));
  return {
    start: weigh(reachable(metafile.outputs)),
    ...(run && { call: weigh(await observe(files)) }),
    all: weigh(files.keys()),
  };
}

/** Bundles and minifies a module into one file, as Workers, Lambda functions and userscripts need it. */
export async function bundleOneFile(source: string, platform: Platform): Promise<Weight> {
  const { outputFiles } = await build(source, platform, false);
  return weighFiles(outputFiles.map(({ text }) => text));
}

/** Bundles modules of the packages themselves into one file, without what they would load late. */
export async function bundleModules(
  uses: Iterable<readonly [module: string, names: string]>,
  platform: Platform,
): Promise<Weight> {
  const source = [...uses].map(([module, names]) => {
    const [name = "", ...path] = module.split("/");
    const file = join(BENCH, "../packages", name, "dist", `${path.join("/")}.js`);
    return `export { ${names} } from ${JSON.stringify(file)};`;
  });
  const { outputFiles } = await build(source.join("\n"), platform, false, [WITHOUT_LATE_CODE]);
  return weighFiles(outputFiles.map(({ text }) => text));
}

const WITHOUT_LATE_CODE: Esbuild.Plugin = {
  name: "without-late-code",
  setup(build) {
    build.onResolve({ filter: /^/ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    );
  },
};

async function build(
  source: string,
  platform: Platform,
  splitting: boolean,
  plugins: Esbuild.Plugin[] = [],
): Promise<Esbuild.BuildResult<{ metafile: true; write: false }>> {
  const esbuild: typeof Esbuild = createRequire(join(BENCH, "package.json"))("esbuild");
  return esbuild.build({
    stdin: { contents: source, resolveDir: BENCH, sourcefile: "entry.js" },
    bundle: true,
    splitting,
    minify: true,
    format: "esm",
    target: "es2022",
    outdir: join(BENCH, "out"),
    absWorkingDir: BENCH,
    write: false,
    metafile: true,
    platform,
    external: [...OPTIONAL_PEERS],
    plugins,
    logLevel: "error",
  });
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
function weighFiles(texts: readonly string[]): Weight {
  const gzip = texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).byteLength, 0);
  const text = texts.join("\n");
  return { minified: Buffer.byteLength(text), gzip, text };
}

// Each chunk says its name when it is loaded.
async function observe(files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "sts-size-"));
  try {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    const entry = [...files.keys()].find((name) => name.endsWith("/stdin.js")) ?? "";
    for (const [name, text] of files) {
      writeFileSync(join(folder, name.slice("out/".length)), `loaded.push(${JSON.stringify(name)});${text}`);
    }
    writeFileSync(join(folder, "observe.js"), OBSERVE);
    const output = execFileSync(process.execPath, ["observe.js", `./${entry.slice("out/".length)}`], {
      cwd: folder,
      encoding: "utf8",
    });
    return JSON.parse(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const CREDENTIALS = {
  AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
  SecretAccessKey: "example",
  SessionToken: "token",
};
const JSON_RESPONSE = JSON.stringify({
  GetSessionTokenResponse: {
    GetSessionTokenResult: { Credentials: { ...CREDENTIALS, Expiration: 1_893_456_000 } },
    ResponseMetadata: { RequestId: "id" },
  },
});
const XML_RESPONSE = `<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetSessionTokenResult>
<Credentials>${Object.entries(CREDENTIALS)
  .map(([name, value]) => `<${name}>${value}</${name}>`)
  .join("")}
<Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></GetSessionTokenResult><ResponseMetadata><RequestId>id</RequestId>
</ResponseMetadata></GetSessionTokenResponse>`;

// In a browser there is no `process`, and nothing is loaded to read its variables.
const OBSERVE = `
const [, , entry] = process.argv;
delete globalThis.process;
globalThis.loaded = [];
let isSent = false;
globalThis.fetch = async (input, init) => {
  isSent = true;
  const wantsJson = new Request(input, init).headers.get("accept") === "application/json";
  const [type, body] = wantsJson
    ? ["application/json", ${JSON.stringify(JSON_RESPONSE)}]
    : ["text/xml", ${JSON.stringify(XML_RESPONSE)}];
  return new Response(body, { headers: { "content-type": type } });
};
const { default: call } = await import(entry);
// The SDK's bundle for browsers wants the browser's XML parser after the request, which Node.js does not have.
await call().catch((error) => {
  if (!isSent) throw error;
});
console.log(JSON.stringify(loaded));
`;
