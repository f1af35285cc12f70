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
  readme: "landing.md",
  projectDocuments: ["guides/*.md", "size.md", ".tmp/changelog.md", "decisions/*.md"],
  theme: "site",
  router: "site",
  navigation: { includeFolders: false, includeGroups: false, includeCategories: false },
  hideGenerator: true,
  includeHierarchySummary: false,
  // Guides, classes and functions are what people look for; constants are mostly tables.
  searchGroupBoosts: { Documents: 2, Classes: 1.5, Functions: 1.5, Variables: 0.6 },
  searchInComments: true,
  searchInDocuments: true,
  customCss: "site.css",
  favicon: "favicon.svg",
  // Whatever a guide may hold: typedoc warns at a language that it does not know.
  highlightLanguages: [
    "ts",
    "tsx",
    "js",
    "jsx",
    "json",
    "jsonc",
    "ini",
    "toml",
    "yaml",
    "sh",
    "bash",
    "shell",
    "console",
    "powershell",
    "python",
    "java",
    "go",
    "html",
    "css",
    "http",
    "xml",
    "diff",
    "dockerfile",
    "sql",
  ],
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
  // `pnpm check:docs` follows relative paths; guides may link to a folder of the repository.
  validation: { invalidPath: false, notExported: false, invalidLink: true, notDocumented: true },
};

export default options;
