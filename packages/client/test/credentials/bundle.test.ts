import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";
import { expect, test } from "vitest";

const resolveDir = fileURLToPath(new URL("../..", import.meta.url));

/**
 * A program that imports these names, as a browser's bundler makes it: all of it, and what is loaded at the start.
 */
async function bundle(names: string, from = "@org/sts-client/credentials", conditions: string[] = []) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `import { ${names} } from "${from}"; console.log(${names});`, resolveDir },
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    // esbuild adds `browser`, and `module` unless others are given.
    ...(conditions.length > 0 && { conditions: ["module", ...conditions] }),
    outdir: "out",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const text = new Map(outputFiles.map((file) => [file.path, file.text]));
  const read = (name: string) => [...text].find(([path]) => path.endsWith(name))?.[1] ?? "";
  const entry =
    Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === "<stdin>")?.[0] ?? "";
  // esbuild also writes chunks that only unused modules could load; what counts is what is loaded.
  const loaded = new Set([entry]);
  for (const name of loaded) {
    for (const { path, kind } of metafile.outputs[name]?.imports ?? []) {
      if (kind === "import-statement") loaded.add(path);
    }
  }
  return { all: [...text.values()].join("\n"), first: [...loaded].map(read).join("\n") };
}

const portable = [
  "defaultCredentials",
  "fromAssumeRole",
  "fromEnv",
  "fromFederation",
  "fromGitHubActions",
  "fromHttp",
  "fromInstanceMetadata",
  "fromMfaSession",
  "fromSaml",
  "fromScoped",
  "fromWebToken",
  "memoize",
  "sharedSession",
];

test.each(portable)(
  "a browser's bundle of %s holds nothing of Node.js and loads the client only when it is needed",
  async (name) => {
    const { all, first } = await bundle(name);
    expect(all).not.toMatch(/(?<!getBuiltinModule\?\.\()["']node:|child_process|credential_process/);
    // What is looked through is the program that imports it, and not nothing.
    expect(first).toContain("console.log(");
    expect(first).not.toContain("2011-06-15");
  },
);

// By their files: with several entry points esbuild groups what it keeps into common chunks.
// Sharing among callers that may each give up, and whose time limits stand still together, is most of it.
test("a browser's bundle of memoize is below three kilobytes", async () => {
  const { all } = await bundle("memoize", "./src/credentials/cache/memoize.ts");
  expect(all.length).toBeGreaterThan(200);
  expect(all.length).toBeLessThan(3000);
  expect(all).toContain("forceRefresh");
});

test("a browser's bundle of fromEnv holds no other provider", async () => {
  const { all } = await bundle("fromEnv", "./src/credentials/sources/from-env.ts");
  expect(all).toContain("AWS_ACCESS_KEY_ID");
  expect(gzipSync(all).length).toBeLessThan(1200);
  expect(all).not.toMatch(/RoleArn|metadata-token/);
});

test("a browser's bundle cannot hold the providers that need Node.js", async () => {
  await expect(bundle("fromIni", "@org/sts-client/credentials/node")).rejects.toThrow(/credentials\/node/);
});

test("a browser's bundle of the client reads no environment variable", async () => {
  const { all } = await bundle("STSClient", "@org/sts-client/webcrypto");
  expect(all).toContain("a browser has no source of credentials");
  expect(all).not.toMatch(/AWS_(ENDPOINT_URL|ACCESS_KEY_ID|EXECUTION_ENV)|X_AMZN_TRACE_ID/);
});

// Wrangler's conditions include `browser`.
test.each(["workerd", "worker", "edge-light"])(
  "a bundle of the client for %s finds settings and credentials in environment variables",
  async (condition) => {
    const { all } = await bundle("STSClient", "@org/sts-client/webcrypto", [condition, "browser"]);
    expect(all).toContain("AWS_ENDPOINT_URL_STS");
    expect(all).toContain("AWS_ACCESS_KEY_ID");
    expect(all).not.toMatch(/(?<!getBuiltinModule\?\.\()["']node:|credential_process/);
  },
);
