// Follows every link of the built site, as a browser would that opened it from a folder.
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const SITE = fileURLToPath(new URL("../../site/", import.meta.url));

interface Page {
  readonly links: readonly string[];
  readonly resources: readonly string[];
  readonly anchors: ReadonlySet<string>;
}

const pages = new Map(
  globSync("**/*.html", { cwd: SITE }).map((path) => [
    path,
    readPage(readFileSync(join(SITE, path), "utf8")),
  ]),
);

/** Reads what a page refers to. Only tags are looked at: text has its angle brackets escaped. */
function readPage(html: string): Page {
  const tags =
    html.replaceAll(/<(script|style)\b([^>]*)>[^]*?<\/\1>/g, "<$1$2>").match(/<[a-z][^>]*>/gi) ?? [];
  const values = (name: string, elements: readonly string[] = tags): string[] =>
    elements.flatMap((tag) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? []).map(decodeEntities);
  return {
    links: values(
      "href",
      tags.filter((tag) => tag.startsWith("<a ")),
    ),
    resources: [
      ...values("src"),
      ...values(
        "href",
        tags.filter((tag) => /^<(?:link|use) /.test(tag)),
      ),
    ],
    anchors: new Set([...values("id"), ...values("name")]),
  };
}

function decodeEntities(text: string): string {
  return text.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#39;", "'");
}

const isOutside = (link: string): boolean => /^[a-z][\w+.-]*:|^\/\//i.test(link);

/** Says what is wrong with a link; undefined when it leads somewhere. */
function findFault(from: string, link: string): string | undefined {
  const [path = "", anchor = ""] = link.split("#");
  if (path.startsWith("/")) return `${from}: ${link} begins at the root, and the site may be below a path`;
  const target = path === "" ? from : join(dirname(from), decodeURIComponent(path.split("?")[0] ?? ""));
  const file = join(SITE, target);
  // A folder has an index on a server only.
  if (!existsSync(file) || statSync(file).isDirectory()) return `${from}: ${link}: there is no ${target}`;
  const known = pages.get(relative(SITE, file))?.anchors;
  return anchor === "" || !known || known.has(anchor) || known.has(decodeURIComponent(anchor))
    ? undefined
    : `${from}: ${link}: no such place in ${target}`;
}

const ICONS = readFileSync(join(SITE, "assets/icons.js"), "utf8");

function findFaults(list: (page: Page) => readonly string[]): string[] {
  return [...pages].flatMap(([from, page]) =>
    list(page).flatMap((link) => {
      // A script puts the icons into each page.
      if (isOutside(link) || (link.startsWith("#icon-") && ICONS.includes(`id="${link.slice(1)}"`)))
        return [];
      return findFault(from, link) ?? [];
    }),
  );
}

test("the site has pages for guides, import paths and the explorer", () => {
  const paths = [...pages.keys()];
  expect(paths).toContain("index.html");
  expect(paths).toContain("explorer.html");
  expect(paths).toContain("changelog.html");
  expect(paths.filter((path) => path.startsWith("guides/")).length).toBeGreaterThan(5);
  expect(paths).toContain("modules/_org_sts-client_credentials_node.html");
});

test("every link of the site leads to a page and to a place in it, without a server too", () => {
  expect(findFaults(({ links }) => links)).toEqual([]);
});

test("every script, style and picture of the site is a file of the site", () => {
  expect(findFaults(({ resources }) => resources)).toEqual([]);
  const outside = [...pages].flatMap(([from, { resources }]) =>
    resources.filter((resource) => isOutside(resource)).map((resource) => `${from}: ${resource}`),
  );
  expect(outside).toEqual([]);
});

test("every address of the sidebar and of the search is a page of the site", async () => {
  const faults: string[] = [];
  for (const name of ["navigation", "search"]) {
    for (const path of await readData(name)) {
      // typedoc lists a signature without a place of its own with that of its type; the page is the right one.
      const fault = findFault("index.html", path.replace(/#.*/, ""));
      if (fault !== undefined) faults.push(`${name}: ${fault}`);
    }
  }
  expect(faults).toEqual([]);
});

/** The addresses in one of typedoc's data files: JSON, deflated, in base64, as text of a script. */
async function readData(name: string): Promise<string[]> {
  const script = readFileSync(join(SITE, `assets/${name}.js`), "utf8");
  const packed = /"([\w+/=]{40,})"/.exec(script)?.[1] ?? "";
  const stream = new Blob([Buffer.from(packed, "base64")])
    .stream()
    .pipeThrough(new DecompressionStream("deflate"));
  const addresses: string[] = [];
  JSON.parse(await new Response(stream).text(), (key, value: unknown) => {
    if ((key === "path" || key === "url") && typeof value === "string") addresses.push(value);
    return value;
  });
  expect(addresses.length, `addresses in ${name}.js`).toBeGreaterThan(10);
  return addresses;
}
