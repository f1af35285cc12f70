// What is added to a page of the theme and mended in it, before it is written.
import { DeclarationReflection, type PageEvent, ReflectionKind, type RouterTarget } from "typedoc";

import { drawSizeChart } from "./size-chart.ts";
import { drawSpeedChart } from "./speed-chart.ts";
import { readVersions } from "./versions.ts";

/** Adds links, version, import statement, charts and demo to a page, and mends what a screen reader would stumble over. */
export function completePage(html: string, { url, model }: Pick<PageEvent, "url" | "model">): string {
  const base = "../".repeat(url.split("/").length - 1);
  const withLandmarks = html
    .replace('class="col-content"', 'class="col-content" role="main"')
    .replace('class="page-menu"', 'class="page-menu" role="complementary" aria-label="This page"')
    .replace('class="site-menu"', 'class="site-menu" role="complementary" aria-label="All pages"')
    .replace('<div id="tsd-toolbar-links"></div>', () => toolbarLinks(base))
    .replace(/<footer>[^]*?<\/footer>/, () => footer(base))
    .replace("</body>", `<script defer src="${base}assets/site.js"></script></body>`);
  return levelHeadings(
    addCharts(addImport(withLandmarks, model), url)
      // A link within the button that opens a section cannot be reached.
      .replaceAll(/<summary[^>]*>[^]*?<\/summary>/g, (summary) =>
        summary.replaceAll(/<a [^>]*class="tsd-anchor-icon"[^>]*>[^]*?<\/a>/g, ""),
      )
      // Browsers load no part of a picture from file://; typedoc's script puts the icons into the page.
      .replaceAll(/href="(?:\.\.\/)*assets\/icons\.svg#/g, 'href="#')
      // Markdown has no way to leave out the heading of a column.
      .replaceAll(/<th(?: [^>]*)?><\/th>/g, "<td></td>"),
  );
}

function toolbarLinks(base: string): string {
  const links = [
    ["guides/client.html", "Guides"],
    ["explorer.html", "Explorer"],
    ["changelog.html", "Changelog"],
  ];
  const anchors = links.map(([path, text]) => `<a href="${base}${path}">${text}</a>`);
  return `<nav id="tsd-toolbar-links" aria-label="Site">${anchors.join("")}</nav>`;
}

function footer(base: string): string {
  return `<footer><p>${release(base)} Apache-2.0.</p></footer>`;
}

/** The versions that this site is of. */
function release(base: string): string {
  const released = readVersions().filter(({ version }) => version !== "0.0.0");
  const names = released.map(({ name, version }) => `${name} ${version}`);
  return `${names.length === 0 ? "Not released yet" : names.join(", ")}: <a href="${base}changelog.html">changelog</a>.`;
}

const TYPES_ONLY = ReflectionKind.Interface | ReflectionKind.TypeAlias;

/** Shows how to import what a page is about, in a block that typedoc's script lets readers copy. */
function addImport(html: string, model: RouterTarget): string {
  if (!(model instanceof DeclarationReflection)) return html;
  const code = importStatement(model);
  if (code === undefined) return html;
  const block = `<pre class="import"><code>${escape(code)}</code><button type="button">Copy import</button></pre>`;
  return html.replace(/(<div class="tsd-page-title">[^]*?<\/h1>[^]*?<\/div>)/, (title) => title + block);
}

function importStatement(model: DeclarationReflection): string | undefined {
  if (model.kindOf(ReflectionKind.Module)) {
    const first = model.children?.find((child) => !child.kindOf(TYPES_ONLY) && !child.name.startsWith("_"));
    return first && `import { ${first.name} } from "${model.name}";`;
  }
  const { parent } = model;
  if (!parent?.kindOf(ReflectionKind.Module)) return undefined;
  return `import ${model.kindOf(TYPES_ONLY) ? "type " : ""}{ ${model.name} } from "${parent.name}";`;
}

function addCharts(html: string, url: string): string {
  const withCharts = html
    .replace('<div id="sizes"></div>', () => drawSizeChart())
    .replace('<p id="version"></p>', () => `<p>${release("")}</p>`)
    .replace('<div id="speed"></div>', () => drawSpeedChart());
  return url === "index.html"
    ? withCharts.replace("</body>", '<script defer src="assets/demo.js"></script></body>')
    : withCharts;
}

/** Lets no level of headings be skipped, for those who walk through a page by its headings. The looks stay. */
function levelHeadings(html: string): string {
  let before = 0;
  return html.replaceAll(/<h([1-6])\b/g, (tag, digit: string) => {
    const level = Math.min(Number(digit), before + 1);
    before = level;
    return level === Number(digit) ? tag : `${tag} aria-level="${level}"`;
  });
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
