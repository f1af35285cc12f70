// Runs the bundled suite in a browser, in a page and in a service worker, served from the loopback address.
import { createServer, type Server } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import type { Result } from "./result.ts";

/** A browser that is installed with the system. */
export interface Browser {
  readonly name: string;
  /** The program to start. */
  readonly executablePath: string;
  /** The package of Debian that holds it. */
  readonly debianPackage: string;
  /** Starts the program, with the tools that `tools/runtimes` installs. */
  readonly launch: (load: NodeJS.Require, executablePath: string) => Promise<RunningBrowser>;
}

/** What Playwright and Puppeteer have in common. */
interface RunningBrowser {
  readonly version: () => string | Promise<string>;
  readonly newPage: () => Promise<{
    readonly goto: (address: string) => Promise<unknown>;
    readonly evaluate: (source: string) => Promise<Result[]>;
  }>;
  readonly close: () => Promise<void>;
}

export const chromium: Browser = {
  name: "Chromium",
  executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
  debianPackage: "chromium",
  launch: (load, executablePath) =>
    // Debian's wrapper needs no sandbox when it runs as root, and /dev/shm is small in containers.
    load("playwright-core").chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    }),
};

export const firefox: Browser = {
  name: "Firefox",
  executablePath: process.env["FIREFOX_PATH"] ?? "/usr/bin/firefox-esr",
  debianPackage: "firefox-esr",
  // Puppeteer drives any Firefox, over WebDriver BiDi; Playwright only one that it builds itself.
  launch: (load, executablePath) =>
    load("puppeteer-core").launch({ browser: "firefox", executablePath, headless: true }),
};

/** Says what keeps a browser from being started, or nothing. */
export function missingBrowser({ executablePath, debianPackage }: Browser): string | undefined {
  if (existsSync(executablePath)) return undefined;
  return `${executablePath} is not there (Debian: apt-get install ${debianPackage})`;
}

/** Runs the suite in a page and in a service worker. */
export async function runInBrowser(
  { launch, executablePath }: Browser,
  runtimes: string,
  bundles: string,
): Promise<{ version: string; page: Result[]; serviceWorker: Result[] }> {
  const server = await serve(bundles);
  const browser = await launch(createRequire(join(runtimes, "package.json")), executablePath);
  try {
    const page = await browser.newPage();
    // The loopback address counts as a secure context, which service workers and WebCrypto ask for.
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return {
      version: (await browser.version()).replace(/^\D+/, ""),
      page: await page.evaluate(PAGE),
      serviceWorker: await page.evaluate(SERVICE_WORKER),
    };
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
  }
}

const PAGE = `import("/page/on-page.js").then(() => globalThis.suite)`;

const SERVICE_WORKER = `(async () => {
  await navigator.serviceWorker.register("/service-worker.js");
  const { active } = await navigator.serviceWorker.ready;
  return new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("message", (event) => resolve(event.data));
    navigator.serviceWorker.startMessages();
    active.postMessage("run");
  });
})()`;

async function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const file = join(folder, path);
    if (path === "/")
      response.setHeader("content-type", "text/html").end("<!doctype html><title>suite</title>");
    else if (existsSync(file)) response.setHeader("content-type", "text/javascript").end(readFileSync(file));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return server;
}
