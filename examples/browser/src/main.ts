// Serves the page for a person to try, and while somebody works on it.
import { createServer } from "vite";

import { PAGE } from "./serve-page.ts";
import { startFakeCloud } from "./start.ts";

const cloud = await startFakeCloud();
Object.assign(process.env, cloud.variables);
const server = await createServer({ root: PAGE, configFile: false, server: { host: "127.0.0.1" } });
await server.listen();
const [url = ""] = server.resolvedUrls?.local ?? [];
cloud.allowPage(url);
console.log(`Open ${url} and sign in as alice, whom the role lets in, or as mallory. Ctrl-C stops it.`);
