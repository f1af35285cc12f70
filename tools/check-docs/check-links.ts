import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { ROOT } from "../portable/install-packed.ts";

/** A link that leads nowhere. */
export interface BrokenLink {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

interface Link {
  readonly file: string;
  readonly line: number;
  readonly target: string;
}

const INLINE = /\[[^\]]*\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g;
const DEFINITION = /^ {0,3}\[[^\]]+\]: *<?(\S+?)>?(?: .*)?$/g;

/** Where a package's README, which a registry shows by itself, finds the repository. */
const REPOSITORY = /^https:\/\/github\.com\/org\/sts\/(?:blob|tree)\/main\//;

/** The files that registries show. */
const PUBLISHED = /^packages\/(?:client|mock|protocol|signer)\/README\.md$/;

/** Follows the links of Markdown files into the repository: each must lead to a file, and to a heading if it names one. */
export function brokenLinks(files: readonly string[]): { broken: BrokenLink[]; count: number } {
  const links = files.flatMap(readLinks);
  const broken = links.flatMap(({ file, line, target }): BrokenLink[] => {
    const message = findFault(file, target);
    return message === undefined ? [] : [{ file, line, message }];
  });
  return { broken, count: links.length };
}

function readLinks(file: string): Link[] {
  return prose(file).flatMap((text, index) =>
    [...text.matchAll(INLINE), ...text.matchAll(DEFINITION)]
      .map(([, target = ""]) => ({ file, line: index + 1, target }))
      .filter(({ target }) => REPOSITORY.test(target) || !/^[a-z][\w+.-]*:/i.test(target)),
  );
}

function findFault(file: string, target: string): string | undefined {
  if (PUBLISHED.test(file) && !REPOSITORY.test(target) && !target.startsWith("#"))
    return `link to ${target}: a registry shows this file without the repository, so give the whole address`;
  const [path = "", anchor] = decodeURI(target).split("#");
  const destination = REPOSITORY.test(path)
    ? path.replace(REPOSITORY, "")
    : path === ""
      ? file
      : join(dirname(file), path);
  if (!existsSync(join(ROOT, destination))) return `link to ${target}: there is no ${destination}`;
  if (anchor === undefined || !destination.endsWith(".md")) return undefined;
  return headingAnchors(destination).has(anchor) ? undefined : `link to ${target}: no such heading`;
}

/** The anchors that GitHub gives to the headings of a file. */
function headingAnchors(file: string): Set<string> {
  const anchors = new Set<string>();
  for (const text of prose(file, { withCode: true })) {
    const [, heading] = /^#{1,6} +(.*?)(?: +#+)?$/.exec(text) ?? [];
    if (heading === undefined) continue;
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-");
    let anchor = slug;
    for (let repetition = 1; anchors.has(anchor); repetition += 1) anchor = `${slug}-${repetition}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The lines of a file; those of code blocks empty, and code within a line too unless wanted. */
function prose(file: string, { withCode = false }: { withCode?: boolean } = {}): string[] {
  let isCode = false;
  return readFileSync(join(ROOT, file), "utf8")
    .split("\n")
    .map((text) => {
      const isFence = /^\s*(?:```|~~~)/.test(text);
      if (isFence) isCode = !isCode;
      if (isFence || isCode) return "";
      return withCode ? text : text.replaceAll(/`[^`]*`/g, "");
    });
}
