import { existsSync } from "node:fs";

import { type Browser, launch } from "puppeteer-core";

const PATHS = {
  chrome: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
  firefox: process.env["FIREFOX_PATH"] ?? "/usr/bin/firefox-esr",
};

/** Which browsers there are on this machine. */
export const browsers = (["chrome", "firefox"] as const).filter((name) => existsSync(PATHS[name]));

/** Starts a browser without a window. */
export async function openBrowser(browser: keyof typeof PATHS): Promise<Browser> {
  // A container's root has no sandbox, and often little shared memory.
  const args = browser === "chrome" ? ["--no-sandbox", "--disable-dev-shm-usage"] : [];
  return await launch({ browser, executablePath: PATHS[browser], args });
}
