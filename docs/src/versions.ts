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
  const next =
    changes.length === 0
      ? []
      : [
          "## Not released yet",
          ...changes.map(({ names, summary }) => `**${names.join(", ")}**: ${summary}`),
        ];
  return [
    "# Changelog",
    "Versions are independent: a package moves when something in it changes.",
    ...next,
    ...logs,
  ].join("\n\n");
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
