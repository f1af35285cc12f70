import { createServer, get, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { launch, missingChromium, open, type OpenPage } from "./browser.ts";

let browser: Browser;
/** Listens for everything, whatever protocol it speaks. */
let server: Server;
/** What arrived there. Chromium opens a connection before it asks the policy about a navigation, and sends nothing over it. */
let received = "";
const EXPLORER = "explorer.html";

const origin = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;

/** One request on a connection of its own. */
const reachServer = (): Promise<void> =>
  new Promise((resolve, reject) => {
    get(`http://${origin()}/from-the-test`, { agent: false }, (response) =>
      response.resume().on("end", resolve),
    ).on("error", reject);
  });

describe.skipIf(missingChromium !== undefined)(
  `the explorer in Chromium${missingChromium ? ` (${missingChromium})` : ""}`,
  () => {
    beforeAll(async () => {
      browser = await launch();
      server = createServer((_, response) => response.end("reached"));
      server.on("connection", (socket: Socket) => {
        socket.on("data", (data) => (received += data.toString("latin1")));
      });
      await new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", resolve);
      });
    });
    afterAll(async () => {
      await browser.close();
      server.close();
      server.closeAllConnections();
    });

    // What a script in the page could try, each told to say that it failed.
    const ATTEMPTS: Record<string, string> = {
      fetch: `fetch("http://ORIGIN/?secret").then(() => "sent", () => "blocked")`,
      "fetch without CORS": `fetch("http://ORIGIN/?secret", { mode: "no-cors", method: "POST", body: "secret" }).then(() => "sent", () => "blocked")`,
      XMLHttpRequest: `new Promise((resolve) => { const x = new XMLHttpRequest(); x.onload = () => resolve("sent"); x.onerror = () => resolve("blocked"); x.open("GET", "http://ORIGIN/"); x.send(); })`,
      WebSocket: `new Promise((resolve) => { try { const s = new WebSocket("ws://ORIGIN/"); s.onopen = () => resolve("sent"); s.onerror = () => resolve("blocked"); } catch { resolve("blocked"); } })`,
      EventSource: `new Promise((resolve) => { const s = new EventSource("http://ORIGIN/"); s.onopen = () => resolve("sent"); s.onerror = () => { s.close(); resolve("blocked"); }; })`,
      "a beacon": `Promise.resolve(navigator.sendBeacon("http://ORIGIN/", "secret") ? "queued" : "blocked")`,
      "an image": `new Promise((resolve) => { const i = new Image(); i.onload = () => resolve("sent"); i.onerror = () => resolve("blocked"); i.src = "http://ORIGIN/i.png"; })`,
      "a style sheet": `new Promise((resolve) => { const l = document.createElement("link"); l.rel = "stylesheet"; l.onload = () => resolve("sent"); l.onerror = () => resolve("blocked"); l.href = "http://ORIGIN/s.css"; document.head.append(l); })`,
      "a frame": `new Promise((resolve) => { addEventListener("securitypolicyviolation", () => resolve("blocked")); const f = document.createElement("iframe"); f.src = "http://ORIGIN/"; document.body.append(f); })`,
      "a form": `new Promise((resolve) => { addEventListener("securitypolicyviolation", () => resolve("blocked")); const f = document.createElement("form"); f.action = "http://ORIGIN/"; f.target = "_blank"; document.body.append(f); f.submit(); })`,
      "a video": `new Promise((resolve) => { const v = document.createElement("video"); v.onloadeddata = () => resolve("sent"); v.onerror = () => resolve("blocked"); v.src = "http://ORIGIN/v.mp4"; })`,
      "a script": `new Promise((resolve) => { addEventListener("securitypolicyviolation", () => resolve("blocked")); const s = document.createElement("script"); try { s.src = "http://ORIGIN/s.js"; document.head.append(s); } catch { resolve("blocked"); } })`,
      "a worker": `new Promise((resolve) => { try { const w = new Worker("http://ORIGIN/w.js"); w.onerror = () => resolve("blocked"); } catch { resolve("blocked"); } })`,
      "a prefetch": `new Promise((resolve) => { const l = document.createElement("link"); l.rel = "prefetch"; l.onload = () => resolve("sent"); l.onerror = () => resolve("blocked"); l.href = "http://ORIGIN/p"; document.head.append(l); })`,
    };

    test.each(Object.entries(ATTEMPTS))("blocks %s, and nothing arrives", async (_, attempt) => {
      const { page } = await open(browser, EXPLORER);
      await page.fill("#secret", "secret");
      received = "";
      const result = await page.evaluate(attempt.replaceAll("ORIGIN", origin()));
      // What was let through is there by the time that a request which is made from here is answered.
      await reachServer();
      expect(received).toMatch(/^GET \/from-the-test HTTP[^]*\r\n\r\n$/);
      expect(received.match(/HTTP\/1\.1/g)).toHaveLength(1);
      // Chromium queues a beacon before its policy drops it.
      expect(result).toMatch(/^(?:blocked|queued)$/);
      await page.context().close();
    });

    test("the listener does notice a page without such a policy", async () => {
      const { page } = await open(browser, "guides/mfa.html");
      received = "";
      await page.evaluate(
        `fetch("http://${origin()}/", { mode: "no-cors" }).then(() => "sent", () => "failed")`,
      );
      expect(received).toContain("GET / HTTP");
      await page.context().close();
    });

    test("asks for nothing but itself, keeps nothing, and runs no script that is not its own", async () => {
      const { page, requests } = await open(browser, EXPLORER);
      await page.click("[data-example=curl]");
      await verdict(page, "The signature is good.");
      expect(requests).toEqual([page.url()]);
      expect(
        await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length),
      ).toBe(0);
      const ran = await page.evaluate(() => {
        const script = document.createElement("script");
        // Trusted types refuse text as a script; the policy would refuse to run it.
        try {
          script.textContent = "globalThis.ran = true";
          document.head.append(script);
        } catch {}
        return "ran" in globalThis;
      });
      expect(ran).toBe(false);
      await page.context().close();
    });

    test.each([
      ["curl", "The signature is good."],
      ["header", "wrong-signature"],
      ["presigned", "The signature is good."],
      ["eks", "The signature is good."],
    ])("takes the example %s apart", async (name, text) => {
      const { page, errors } = await open(browser, EXPLORER);
      await page.click(`[data-example=${name}]`);
      await verdict(page, text);
      const headings = await page.locator("#parts h2").allTextContents();
      expect(headings).toEqual(
        expect.arrayContaining(["Signature", "Canonical request", "String to sign", "What was read"]),
      );
      const marked = await page.locator("#parts tr.marked th").allTextContents();
      expect(marked).toEqual(
        name === "header" ? ["belongs to this request and key", "header content-type"] : [],
      );
      expect(errors).toEqual([]);
      await page.context().close();
    });

    test("shows the line in which the other side differs", async () => {
      const { page } = await open(browser, EXPLORER);
      await page.click("[data-example=curl]");
      await verdict(page, "The signature is good.");
      const rows = await page
        .locator("section:has(> h2:text-is('Canonical request')) td code")
        .allTextContents();
      const canonical = rows.map((line) => (line === "(empty line)" ? "" : line)).join("\n");
      await page.fill("#secret", "another");
      await page.click("summary:text('The other side')");
      await page.fill("#other", canonical.replace("host:sts.eu-west-1.", "host:sts.us-east-1."));
      await page.locator("#parts", { hasText: "line 5: header host" }).waitFor();
      const marked = await page.locator("#parts tr.marked th").allTextContents();
      expect(marked).toEqual(["by the other side", "belongs to this request and key", "header host"]);
      await page.context().close();
    });

    test("says what it cannot read, and shows markup as the text that it is", async () => {
      const { page } = await open(browser, EXPLORER);
      await page.fill("#input", "curl -d @body.txt https://example.com/");
      await verdict(page, "Put its text in place of @body.txt");
      await page.fill("#input", "GET /<img/src=x> HTTP/1.1\nHost: example.com\nX-A: <b>bold</b>");
      await verdict(page, "is not signed");
      expect(await page.locator("#parts img, #parts b").count()).toBe(0);
      await page.context().close();
    });

    const verdict = (page: OpenPage["page"], text: string): Promise<void> =>
      page.locator("#verdict", { hasText: text }).waitFor();
  },
);
