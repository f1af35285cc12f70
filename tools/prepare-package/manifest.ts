// What a packed manifest says, derived from the workspace's: `exports` by runtime, and `main`, `types` and `typesVersions`
// for resolvers that do not read `exports`.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The parts of a `package.json` that decide what is found where. */
export interface Manifest {
  readonly name: string;
  readonly imports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly exports: Readonly<Record<string, Target | string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly publishConfig: Readonly<Record<string, unknown>>;
}

type Target = Readonly<Record<string, string | null>>;

/** The entry points, as paths below `src` without extension. */
export function entryPoints({ exports }: Manifest): string[] {
  const targets = Object.values(exports).flatMap((target) => (typeof target === "string" ? [] : [target]));
  const sources = targets.flatMap((target) =>
    [target["default"], target["node"]].filter((path) => typeof path === "string"),
  );
  return [...new Set(sources.map((path) => path.replace(/^\.\/dist\//, "").replace(/\.js$/, "")))];
}

/** The commands, as paths below `src` without extension. */
export function commands({ bin = {} }: Manifest): string[] {
  return Object.values(bin).map(nameOf);
}

/** What `publishConfig` has to hold. */
export function publishedManifest(manifest: Manifest): Record<string, unknown> {
  const exports = Object.entries(manifest.exports).map(([subpath, target]) => [
    subpath,
    typeof target === "string" ? target : publishedTarget(target),
  ]);
  const named = Object.entries(manifest.exports).filter(
    ([subpath, target]) => subpath !== "." && typeof target !== "string",
  );
  const typesOf = (target: Target | string | undefined): string =>
    `./dist/types/${nameOf(typeof target === "object" ? (target["node"] ?? target["default"]) : target)}.d.cts`;
  const main = manifest.exports["."];
  return {
    main: `./dist/node/${nameOf(typeof main === "object" ? (main["node"] ?? main["default"]) : main)}.cjs`,
    types: typesOf(main),
    typesVersions: {
      "*": Object.fromEntries(named.map(([subpath, target]) => [subpath.slice(2), [typesOf(target)]])),
    },
    ...(manifest.bin && {
      bin: Object.fromEntries(
        Object.entries(manifest.bin).map(([command, path]) => [command, `./dist/esm/${nameOf(path)}.js`]),
      ),
    }),
    ...(manifest.imports && { imports: publishedImports(manifest.imports) }),
    exports: Object.fromEntries(exports),
  };
}

function publishedTarget(target: Target): object {
  const everywhere = nameOf(target["default"]);
  const onNode = nameOf(target["node"] ?? target["default"]);
  const conditions = Object.entries(target).filter(
    ([condition]) => !["@org/source", "types", "node", "default"].includes(condition),
  );
  const esModule = (name: string): object => ({
    types: `./dist/types/${name}.d.mts`,
    default: `./dist/esm/${name}.js`,
  });
  return {
    ...Object.fromEntries(conditions),
    // Bundlers, those for Node.js included.
    module:
      onNode === everywhere
        ? esModule(everywhere)
        : { node: esModule(onNode), default: esModule(everywhere) },
    node: {
      require: { types: `./dist/types/${onNode}.d.cts`, default: `./dist/node/${onNode}.cjs` },
      default: { types: `./dist/types/${onNode}.d.mts`, default: `./dist/node/${onNode}.mjs` },
    },
    default: esModule(everywhere),
  };
}

// What is bundled for Node.js has looked these up already.
function publishedImports(imports: NonNullable<Manifest["imports"]>): object {
  return Object.fromEntries(
    Object.entries(imports).map(([name, targets]) => [
      name,
      Object.fromEntries(
        Object.entries(targets)
          .filter(([condition]) => condition !== "@org/source")
          .map(([condition, path]) => [condition, `./dist/esm/${nameOf(path)}.js`]),
      ),
    ]),
  );
}

/** Brings a manifest's `publishConfig` up to date. */
export function writeManifest(directory: string, manifest: Manifest): void {
  const path = join(directory, "package.json");
  const all: Record<string, unknown> = JSON.parse(readFileSync(path, "utf8"));
  all["publishConfig"] = { ...publishedManifest(manifest), access: "public" };
  writeFileSync(path, `${JSON.stringify(all, undefined, 2)}\n`);
}

function nameOf(path: string | null | undefined): string {
  return String(path)
    .replace(/^\.\/dist\//, "")
    .replace(/\.js$/, "");
}
