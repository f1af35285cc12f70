import { existsSync, readdirSync, readFileSync } from "node:fs";

const ROOT = new URL("../../", import.meta.url);
const FOLDERS = ["client", "signer", "mock", "protocol"];

/** The published packages with the version that their manifests have; 0.0.0 before the first release. */
export function readVersions(): { readonly name: string; readonly version: string }[] {
  return FOLDERS.map((folder) => JSON.parse(read(`packages/${folder}/package.json`)));
}

/** Writes the changelogs of all packages as one page, and before them what the next release brings, from the changesets. */
export function writeChangelog(): string {
  const released = FOLDERS.filter((folder) => existsSync(new URL(`packages/${folder}/CHANGELOG.md`, ROOT)));
  const logs = released.map((folder) =>
    read(`packages/${folder}/CHANGELOG.md`).replaceAll(/^(#+) /gm, "#$1 "),
  );
  const changes = readChangesets();
  const next: string[] = [];
  for (const folder of FOLDERS) {
    // Under the package that it names first.
    const own = changes.filter(({ names }) => names[0] === folder);
    if (own.length > 0) next.push(`### @org/sts-${folder}`, ...own.map(writeChange));
  }
  return [
    "# Changelog",
    "Versions are independent: a package gets a new version when something in it changes.",
    ...(next.length === 0 ? [] : ["## Not released yet", ...next]),
    ...logs,
  ].join("\n\n");
}

function writeChange({ names, summary }: { names: readonly string[]; summary: string }): string {
  const others = names.slice(1).map((name) => `@org/sts-${name}`);
  const text = others.length === 0 ? summary : `${summary} (Also in ${others.join(" and ")}.)`;
  return `- ${text.replaceAll("\n", "\n  ")}`;
}

function readChangesets(): { names: string[]; summary: string }[] {
  const files = readdirSync(new URL(".changeset/", ROOT))
    .filter((file) => file.endsWith(".md"))
    .sort();
  return files.map((file) => {
    const [, header = "", summary = ""] = /^---\n([^]*?)---\n([^]*)$/.exec(read(`.changeset/${file}`)) ?? [];
    const names = [...header.matchAll(/^"(@org\/[^"]+)": (\w+)$/gm)].map(([, name = ""]) =>
      name.replace("@org/sts-", ""),
    );
    return { names, summary: summary.trim() };
  });
}

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), "utf8");
}
