import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import axe from "axe-core";
import { type Browser, launch, type Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { MAX_BYTES } from "../src/app.ts";
import { type RunningApp, startApp } from "../src/start.ts";

const CHROMIUM = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.warn(`${CHROMIUM} is not there: the tests in a browser are skipped`);

// A PNG's first bytes, and a name that has to be escaped.
const IMAGE = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 1, 2, 255]);
const NAME = "a photo+1 ü.png";

let app: RunningApp;
let now: Date;
beforeEach(async () => {
  now = new Date();
  app = await startApp(() => now);
});
afterEach(() => app.close());

const stored = (): unknown[] =>
  [...app.objects].map(([key, { type, bytes }]) => [key.replace(/[\da-f-]{36}/, "…"), type, [...bytes]]);

describe.skipIf(!hasChromium)("in Chromium", () => {
  let browser: Browser;
  let folder: string;
  let page: Page;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "upload-"));
    await writeFile(join(folder, NAME), IMAGE);
    await writeFile(join(folder, "large.png"), new Uint8Array(MAX_BYTES + 1));
    await writeFile(join(folder, "notes.txt"), "text");
    browser = await launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  async function upload(name: string, button: string): Promise<string> {
    await page.goto(app.url);
    const input = await page.$("input#file");
    if (input === null) throw new Error("the page has no field for a file");
    await input.uploadFile(join(folder, name));
    await page.click(`#${button}`);
    const result = await page.waitForFunction(() => {
      const { textContent } = document.querySelector("#result") ?? {};
      return textContent !== "Uploading" && textContent;
    });
    return String(await result.jsonValue());
  }

  test.each(["form", "address"])(
    "a file goes to the bucket by %s, with its name and type",
    async (button) => {
      expect(await upload(NAME, button)).toBe("Uploaded 12 bytes");
      expect(stored()).toEqual([[`uploads/…/${NAME}`, "image/png", [...IMAGE]]]);
      expect(await page.$eval("progress", ({ value }) => value)).toBe(1);
    },
  );

  test("the page is usable with a screen reader and on a narrow screen", async () => {
    await page.setViewport({ width: 320, height: 600 });
    await page.goto(app.url);
    await page.evaluate(axe.source);
    const violations = await page.evaluate(
      "axe.run().then((result) => result.violations.map(({ id }) => id))",
    );
    expect(violations).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  });

  test.each([
    ["large.png", "form", "Refused: EntityTooLarge"],
    ["notes.txt", "form", "Refused: AccessDenied"],
    ["notes.txt", "address", "Failed: only images"],
  ])("%s by %s ends with %j, and nothing is stored", async (name, button, message) => {
    expect(await upload(name, button)).toBe(message);
    expect(stored()).toEqual([]);
  });
});

interface Permission {
  readonly url: string;
  readonly fields: Record<string, string>;
  readonly headers: Record<string, string>;
}

async function ask(path: string): Promise<Permission> {
  const body = JSON.stringify({ name: NAME, type: "image/png" });
  const headers = { "content-type": "application/json" };
  return (await (await fetch(app.url + path, { method: "POST", headers, body })).json()) as Permission; // as the routes respond
}

async function post(change: (form: FormData) => void): Promise<number> {
  const { url, fields } = await ask("/permissions/form");
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("Content-Type", "image/png");
  change(form);
  form.set("file", new Blob([IMAGE]), NAME);
  return (await fetch(url, { method: "POST", body: form })).status;
}

async function put(change: (url: URL, headers: Record<string, string>) => void): Promise<number> {
  const { url: text, headers } = await ask("/permissions/address");
  const url = new URL(text);
  change(url, headers);
  return (await fetch(url, { method: "PUT", headers, body: IMAGE })).status;
}

describe("the bucket takes", () => {
  test("what was permitted", async () => {
    expect(await post(() => {})).toBe(201);
    expect(await put(() => {})).toBe(200);
    expect(stored()).toHaveLength(2);
  });

  test.each<[string, (form: FormData) => void]>([
    ["with another key", (form) => form.set("key", "uploads/theirs/photo.png")],
    ["of another type", (form) => form.set("Content-Type", "text/html")],
    ["with a field that nobody permitted", (form) => form.set("acl", "public-read")],
    [
      "with another policy",
      (form) => form.set("Policy", btoa('{"expiration":"2100-01-01T00:00:00Z","conditions":[]}')),
    ],
    ["without its signature", (form) => form.delete("X-Amz-Signature")],
    ["without the session's token", (form) => form.delete("X-Amz-Security-Token")],
    ["that is too late", () => void (now = new Date(+now + 301_000))],
  ])("no form %s", async (_which, change) => {
    expect(await post(change)).toBe(403);
    expect(stored()).toEqual([]);
  });

  test.each<[string, (url: URL, headers: Record<string, string>) => void]>([
    ["for another object", (url) => void (url.pathname += "x")],
    ["with another type", (_url, headers) => void (headers["content-type"] = "text/html")],
    ["that lasts longer than it was signed for", (url) => url.searchParams.set("X-Amz-Expires", "3600")],
    ["without its signature", (url) => url.searchParams.delete("X-Amz-Signature")],
    ["that is too late", () => void (now = new Date(+now + 301_000))],
  ])("no address %s", async (_which, change) => {
    expect(await put(change)).toBe(403);
    expect(stored()).toEqual([]);
  });
});
