import axe from "axe-core";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { browsers, openBrowser } from "../src/open-browser.ts";
import { type RunningPage, servePage } from "../src/serve-page.ts";

let served: RunningPage;
beforeAll(async () => {
  served = await servePage();
}, 60_000);
afterAll(() => served.close());

for (const name of ["chrome", "firefox"] as const) {
  const isThere = browsers.includes(name);
  if (!isThere) console.warn(`there is no ${name}: its tests are skipped`);

  describe.skipIf(!isThere)(`the page in ${name}`, () => {
    let browser: Browser;
    let page: Page;
    beforeAll(async () => {
      browser = await openBrowser(name);
    }, 60_000);
    afterAll(() => browser.close());
    beforeEach(async () => {
      served.sts.reset();
      page = await browser.newPage();
    });
    afterEach(() => page.close());

    async function signIn(person: string, ready: string): Promise<string> {
      await page.goto(served.url);
      await page.locator("#sign-in").click();
      await page.locator(`#${person}`).click();
      await page.locator(ready).wait();
      return await page.$eval("#state", ({ textContent }) => textContent ?? "");
    }

    test("signs in, gets a session and lists the bucket", async () => {
      expect(await signIn("alice", "#files tbody tr")).toMatch(
        /^Signed in as arn:aws:sts::123456789012:assumed-role\/reader\/alice\nThe session ends in (60:00|59:\d\d)$/,
      );
      const rows = await page.$$eval("#files tbody tr", (found) =>
        found.map(({ cells }) => Array.from(cells, ({ textContent }) => textContent)),
      );
      expect(rows).toEqual([
        ["reports/2026-q3.csv", "48,211", "2026-10-02"],
        ["reports/Übersicht & <more>.pdf", "1,204,338", "2026-10-05"],
        ["team.jpg", "386,904", "2026-11-11"],
      ]);
      // One session for both requests.
      expect(served.sts.calls().map(({ operation, outcome }) => [operation, outcome])).toEqual([
        ["AssumeRoleWithWebIdentity", "ok"],
        ["GetCallerIdentity", "ok"],
      ]);
    });

    test("leaves neither token nor keys in the address or in the browser's storage", async () => {
      await signIn("alice", "#files tbody tr");
      const traces = await page.evaluate(() => JSON.stringify([location.href, localStorage, sessionStorage]));
      expect(traces).not.toMatch(/eyJ|ASIA|code=/);
      expect(new URL(page.url()).search).toBe("");
    });

    test("is usable with a screen reader and on a narrow screen", async () => {
      await page.setViewport({ width: 320, height: 600 });
      await signIn("alice", "#files tbody tr");
      await page.evaluate(axe.source);
      const violations = await page.evaluate(
        "axe.run().then((result) => result.violations.map(({ id }) => id))",
      );
      expect(violations).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    });

    test("says that STS refuses a person whom the role does not trust", async () => {
      expect(await signIn("mallory", "#state::-p-text(AccessDenied)")).toContain("AssumeRoleWithWebIdentity");
      expect(await page.$("#files[hidden]")).not.toBe(null);
    });
  });
}
