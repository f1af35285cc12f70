// Takes the picture for the README: signed in, in Chromium.
import { fileURLToPath } from "node:url";

import { openBrowser } from "./open-browser.ts";
import { servePage } from "./serve-page.ts";

const served = await servePage();
const browser = await openBrowser("chrome");
const page = await browser.newPage();
await page.setViewport({ width: 680, height: 380 });
await page.goto(served.url);
await page.click("#sign-in");
await (await page.waitForSelector("#alice"))?.click();
await page.waitForSelector("#files:not([hidden])");
await page.screenshot({
  path: fileURLToPath(new URL("../page.png", import.meta.url)),
  optimizeForSpeed: false,
});
await browser.close();
await served.close();
