import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { findBarriers, launch, missingChromium, open, SITE } from "./browser.ts";

const PAGES = {
  landing: "index.html",
  guide: "guides/mfa.html",
  "API page": "modules/_org_sts-client_credentials_node.html",
  class: "classes/_org_sts-client.STSClient.html",
  explorer: "explorer.html",
};

let browser: Browser;

describe.skipIf(missingChromium !== undefined)(
  `the site in Chromium${missingChromium ? ` (${missingChromium})` : ""}`,
  () => {
    beforeAll(async () => {
      browser = await launch();
    });
    afterAll(() => browser.close());

    test.each(Object.entries(PAGES))(
      "the %s asks for nothing outside of the site, has no error and fits into 320 pixels",
      async (_, path) => {
        const { page, requests, errors } = await open(browser, path, {
          viewport: { width: 320, height: 800 },
        });
        await fillExplorer(page);
        const excess = (): Promise<number> =>
          page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(await excess(), "pixels to scroll to the side at 320").toBeLessThanOrEqual(0);
        await page.setViewportSize({ width: 390, height: 844 });
        expect(await excess(), "pixels to scroll to the side at 390").toBeLessThanOrEqual(0);
        expect(requests.filter((address) => !address.startsWith(SITE))).toEqual([]);
        expect(errors).toEqual([]);
        await page.context().close();
      },
    );

    test.each(Object.entries(PAGES))(
      "axe finds no barrier on the %s, narrow and wide, light and dark",
      async (_, path) => {
        const { page } = await open(browser, path, { viewport: { width: 390, height: 844 } });
        await fillExplorer(page);
        expect(await findBarriers(page)).toEqual([]);
        // The sidebars are on wide screens only.
        await page.setViewportSize({ width: 1280, height: 900 });
        expect(await findBarriers(page)).toEqual([]);
        await page.emulateMedia({ colorScheme: "dark" });
        // Nothing but colours is another.
        expect(await findBarriers(page, ["color-contrast", "link-in-text-block"])).toEqual([]);
        await page.context().close();
      },
    );

    test.each(["light", "dark"] as const)(
      "the search finds guides and API pages, and axe no barrier in it in %s",
      async (colorScheme) => {
        const { page } = await open(browser, "index.html", { colorScheme });
        await page.click("#tsd-search-trigger");
        const results = page.locator("#tsd-search-results li");
        await page.fill("#tsd-search-input", "MFA sessions");
        await results.filter({ hasText: "MFA sessions" }).first().waitFor();
        await page.fill("#tsd-search-input", "fromAssumeRole");
        await results.filter({ hasText: "fromAssumeRole" }).first().waitFor();
        expect(await findBarriers(page)).toEqual([]);
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        await page.waitForURL(/AssumeRole/i);
        await page.context().close();
      },
    );

    test("the landing page gets credentials for the code that its device shows, and shows their clock", async () => {
      const { page, requests, errors } = await open(browser, "index.html");
      const shown = page.locator("#demo-shown");
      await shown.filter({ hasText: /\d{6}/ }).waitFor();
      await page.fill("#demo-code", /\d{6}/.exec((await shown.textContent()) ?? "")?.[0] ?? "");
      await page.keyboard.press("Enter");
      await page.locator("#demo-status", { hasText: "issued credentials" }).waitFor();
      expect(await page.textContent("#demo-request")).toContain(
        "authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/",
      );
      expect(await page.textContent("#demo-string")).toMatch(
        /^AWS4-HMAC-SHA256\n\d{8}T\d{6}Z\n\d{8}\/eu-west-1\/sts\/aws4_request\n[\da-f]{64}$/,
      );
      expect(await page.textContent("#demo-response")).toContain("<GetSessionTokenResponse");
      await page.locator("#demo-clock", { hasText: /expire in 14 min \d+ s/ }).waitFor();
      expect(requests.filter((address) => !address.startsWith(SITE))).toEqual([]);
      expect(errors).toEqual([]);
      await page.context().close();
    });

    test("the landing page shows the service's refusal of a wrong code", async () => {
      const { page } = await open(browser, "index.html");
      await page.locator("#demo-shown", { hasText: /\d{6}/ }).waitFor();
      await page.fill("#demo-code", "000000");
      await page.keyboard.press("Enter");
      await page.locator("#demo-status", { hasText: "AccessDenied" }).waitFor();
      expect(await page.textContent("#demo-credentials")).toBe("none");
      await page.context().close();
    });

    test.each([
      [
        "functions/_org_sts-client_credentials.fromAssumeRole.html",
        'import { fromAssumeRole } from "@org/sts-client/credentials";',
      ],
      ["classes/_org_sts-client.STSClient.html", 'import { STSClient } from "@org/sts-client";'],
      ["interfaces/_org_sts-signer.HttpRequest.html", 'import type { HttpRequest } from "@org/sts-signer";'],
    ])("the API page %s lets its import be copied", async (path, statement) => {
      const { page } = await open(browser, path, { permissions: ["clipboard-read", "clipboard-write"] });
      await page.click("pre.import button");
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(statement);
      await page.context().close();
    });
  },
);

/** Gives the explorer something to show; other pages stay as they are. */
async function fillExplorer(page: Page): Promise<void> {
  const example = page.locator("[data-example=header]");
  if ((await example.count()) === 0) return;
  await example.click();
  await page.waitForSelector("#parts h2");
}
