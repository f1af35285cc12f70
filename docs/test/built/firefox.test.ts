// The site in Firefox: what its engine could do otherwise than Chromium's. Puppeteer drives any Firefox, Playwright only its own.
import { existsSync } from "node:fs";

import { type Browser, launch, type Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { SITE } from "./browser.ts";

const FIREFOX = process.env["FIREFOX_PATH"] ?? "/usr/bin/firefox-esr";
const missing = existsSync(FIREFOX) ? "" : ` (no Firefox at ${FIREFOX}: install it or set FIREFOX_PATH)`;

let browser: Browser;

describe.skipIf(missing !== "")(`the site in Firefox${missing}`, () => {
  beforeAll(async () => {
    browser = await launch({ browser: "firefox", executablePath: FIREFOX });
  });
  afterAll(() => browser.close());

  test.each([
    "index.html",
    "guides/mfa.html",
    "modules/_org_sts-client_credentials_node.html",
    "classes/_org_sts-client.STSClient.html",
    "explorer.html",
  ])("%s is shown, has no error and fits into 320 pixels", async (path) => {
    const { page, errors } = await open(path);
    await page.setViewport({ width: 320, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    expect(await textOf(page, "h1")).not.toBe("");
    expect(errors).toEqual([]);
    await page.close();
  });

  test("the landing page gets credentials for the code that its device shows", async () => {
    const { page, errors } = await open("index.html");
    const shown = await waitForText(page, "#demo-shown", /\d{6}/);
    await page.type("#demo-code", shown);
    await page.keyboard.press("Enter");
    await waitForText(page, "#demo-status", /issued credentials/);
    expect(await textOf(page, "#demo-response")).toContain("<GetSessionTokenResponse");
    expect(errors).toEqual([]);
    await page.close();
  });

  test.each([
    ["curl", /The signature is good\./],
    ["header", /wrong-signature/],
    ["presigned", /The signature is good\./],
    ["eks", /The signature is good\./],
  ])("the explorer takes the example %s apart", async (name, verdict) => {
    const { page, errors } = await open("explorer.html");
    await page.click(`[data-example=${name}]`);
    await waitForText(page, "#verdict", verdict);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("the explorer's policy lets nothing out", async () => {
    const { page } = await open("explorer.html");
    const blocked = page.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
            resolve(effectiveDirective);
          });
          fetch("http://127.0.0.1:9/?secret", { mode: "no-cors" }).catch(() => undefined);
        }),
    );
    expect(await blocked).toBe("connect-src");
    await page.close();
  });

  test("the search finds guides and API pages", async () => {
    const { page } = await open("index.html");
    await page.click("#tsd-search-trigger");
    await page.type("#tsd-search-input", "fromAssumeRole");
    expect(await waitForText(page, "#tsd-search-results", /fromAssumeRole/)).toBe("fromAssumeRole");
    await page.close();
  });
});

/** Opens a page of the site, and notes the errors of its scripts and of the console. */
async function open(path: string): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(new URL(path, SITE).href);
  // typedoc shows a page when its sidebar is there.
  await page.waitForFunction(() => !document.body.style.display.includes("none"));
  return { page, errors };
}

function textOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, ({ textContent }) => textContent ?? "");
}

/** Waits until the text of an element has this in it, and returns it. */
async function waitForText(page: Page, selector: string, pattern: RegExp): Promise<string> {
  const found = await page.waitForFunction(
    (selector, source) => new RegExp(source).exec(document.querySelector(selector)?.textContent ?? "")?.[0],
    {},
    selector,
    pattern.source,
  );
  return String(await found.jsonValue());
}
