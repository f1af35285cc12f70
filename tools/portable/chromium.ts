// Runs the bundled suite in Chromium, in a page and in a service worker, served from the loopback address.
import { createServer, type Server } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import type { Result } from "./result.ts";

const CHROMIUM = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

/** Says what keeps the browser from being started, or nothing. */
export function missingChromium(): string | undefined {
  return existsSync(CHROMIUM) ? undefined : `${CHROMIUM} is not there (Debian: apt-get install chromium)`;
}

/** Runs the suite in a page and in a service worker. */
export async function runInChromium(
  runtimes: string,
  bundles: string,
): Promise<{ version: string; page: Result[]; serviceWorker: Result[] }> {
  const { chromium } = createRequire(join(runtimes, "package.json"))("playwright-core");
  const server = await serve(bundles);
  // Debian's wrapper needs no sandbox when it runs as root, and /dev/shm is small in containers.
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  try {
    const page = await browser.newPage();
    // The loopback address counts as a secure context, which service workers and WebCrypto ask for.
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return {
      version: browser.version(),
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
