import { defineConfig } from "@playwright/test";

export default defineConfig({
  reporter: "line",
  use: {
    // A browser that is installed already; without this line it is the one of `playwright install`.
    launchOptions: { executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox"] },
  },
});
