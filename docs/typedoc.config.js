// The API pages: one per import path, for every path that the packages' manifests export.
import { readFileSync } from "node:fs";

const PACKAGES = ["client", "signer", "protocol", "mock"];

/** @type {import("typedoc").TypeDocOptions} */
const options = {
  name: "AWS STS in TypeScript",
  entryPoints: PACKAGES.flatMap((name) => {
    const { exports } = JSON.parse(
      readFileSync(new URL(`../packages/${name}/package.json`, import.meta.url), "utf8"),
    );
    return Object.values(exports)
      .map((target) => target["@org/source"])
      .filter((source) => source !== undefined)
      .map((source) => `../packages/${name}/${source.slice(2)}`);
  }),
  tsconfig: "tsconfig.json",
  plugin: ["./src/typedoc-plugin.ts"],
  readme: "none",
  out: "site",
  disableGit: true,
  basePath: "..",
  displayBasePath: "..",
  gitRevision: "main",
  sourceLinkTemplate: "https://github.com/org/sts/blob/{gitRevision}/{path}#L{line}",
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  packagesRequiringDocumentation: PACKAGES.map((name) => `@org/sts-${name}`),
  // The plugin does what `notExported` does, for several packages.
  validation: { notExported: false, invalidLink: true, notDocumented: true },
};

export default options;
