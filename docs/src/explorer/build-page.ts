// Writes the explorer: one file that holds its script and style, so that a hash of each is all that its policy lets in.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

import { build } from "esbuild";

/** Writes `explorer.html` into the site's folder. */
export async function buildExplorer(site: string): Promise<void> {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
  const { outputFiles } = await build({
    entryPoints: [new URL("main.ts", import.meta.url).pathname],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    logLevel: "warning",
  });
  // `</script>` in a text would end the element.
  const script = (outputFiles[0]?.text ?? "").replaceAll("</script", "<\\/script");
  const style = [
    readFileSync(`${site}/assets/style.css`, "utf8"),
    read("../../site.css"),
    read("style.css"),
  ].join("\n");
  const policy = [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    // Each by name too, so that a reader sees it, and so that no change of `default-src` opens one.
    "connect-src 'none'",
    "img-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
  const page = read("page.html")
    .replace('content=""', () => `content="${policy}"`)
    .replace("<style></style>", () => `<style>${style}</style>`)
    .replace("<script></script>", () => `<script>${script}</script>`);
  writeFileSync(`${site}/explorer.html`, page);
}

function hash(content: string): string {
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}
