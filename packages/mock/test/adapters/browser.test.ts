import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { createFakeSts, createStsMock } from "@org/sts-mock";
import { stsHandlers } from "@org/sts-mock/msw";
import { startStsServer } from "@org/sts-mock/node";
import { build } from "esbuild";
import { setupServer } from "msw/node";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { callStrict, EXPECTED, EXPECTED_STRICT, runExample } from "./browser/example.ts";

const CHROMIUM = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const WORKER = join(
  dirname(createRequire(import.meta.url).resolve("msw/package.json")),
  "lib/mockServiceWorker.js",
);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sts-mock-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("the browser example runs in Node.js", async () => {
  const mock = createStsMock();
  const server = setupServer(...stsHandlers(mock));
  server.listen({ onUnhandledFrame: "bypass" });
  const example = await runExample(mock);
  server.resetHandlers(...stsHandlers(createFakeSts()));
  const strict = await callStrict();
  server.close();
  expect(example).toEqual(EXPECTED);
  expect(strict).toEqual(EXPECTED_STRICT);
});

test("the browser example runs in Chromium, and so does a page that calls the server", async ({ skip }) => {
  skip(!existsSync(CHROMIUM), `no Chromium at ${CHROMIUM}: install it or set CHROMIUM_PATH`);
  await build({
    entryPoints: [fileURLToPath(new URL("browser/page.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    splitting: true,
    platform: "browser",
    outdir: folder,
    logLevel: "error",
  });
  const site = await serve(folder);
  const sts = await startStsServer({ sts: createFakeSts() });
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => "run" in window);
    const results = await page.evaluate(async (endpoint) => await window.run(endpoint), sts.url);
    expect(results).toEqual({ example: EXPECTED, strict: EXPECTED_STRICT, server: EXPECTED_STRICT });
  } finally {
    await browser.close();
    await sts.close();
    site.close();
  }
}, 60_000);

function serve(directory: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const file = path === "/mockServiceWorker.js" ? WORKER : join(directory, path.slice(1));
    if (path === "/") {
      response
        .setHeader("content-type", "text/html")
        .end('<!doctype html><script type="module" src="page.js"></script>');
      return;
    }
    readFile(file).then(
      (content) => response.setHeader("content-type", "text/javascript").end(content),
      () => response.writeHead(404).end(),
    );
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve(server);
    });
  });
}
