// Chromium, and pages of the built site in it: from the disk, as somebody opens them who has no server.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL, fileURLToPath } from "node:url";

import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const CHROMIUM = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

/** Says what keeps the browser from being started; undefined when nothing does. */
export const missingChromium: string | undefined = existsSync(CHROMIUM)
  ? undefined
  : `no Chromium at ${CHROMIUM}: install it or set CHROMIUM_PATH`;

/** The site's folder as an address. */
export const SITE: string = pathToFileURL(fileURLToPath(new URL("../../site/", import.meta.url))).href;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Starts Chromium. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    // Debian's wrapper needs no sandbox when it runs as root, and /dev/shm is small in containers.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
}

/** An open page, and what it asked for and complained about. */
export interface OpenPage {
  readonly page: Page;
  /** Addresses of everything that was asked for. */
  readonly requests: string[];
  /** Errors of scripts and of the console. */
  readonly errors: string[];
}

/** Opens a page of the site. */
export async function open(
  browser: Browser,
  path: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(new URL(path, SITE).href);
  // typedoc shows a page when its sidebar is there.
  await page.waitForFunction(() => !document.body.style.display.includes("none"));
  return { page, requests, errors };
}

/** What axe finds on a page, a line each; by all of its rules, or by those that are named. */
export async function findBarriers(page: Page, rules?: string[]): Promise<string[]> {
  // By the debugger, since the explorer lets no other script in.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  return page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: Violation[] }> };
    };
    interface Violation {
      id: string;
      help: string;
      nodes: { html: string }[];
    }
    const { violations } = await axe.run(rules ? { runOnly: rules } : {});
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html.slice(0, 160)}`);
  }, rules);
}
