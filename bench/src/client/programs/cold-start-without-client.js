// The least that gets credentials: signs, sends and reads, but checks nothing, limits nothing, retries nothing and redacts
// nothing. `node cold-start-without-client.js URL fetch|node [PACKAGE]`; a package is loaded, but not used.
import { createRequire } from "node:module";

import { done, INPUT_BODY, url } from "./first-credentials.js";
import { read, sign, signForFetch } from "./smallest-call.js";

const [transport, loaded] = process.argv.slice(3);

function send(host) {
  if (transport === "fetch") {
    const init = { method: "POST", headers: signForFetch(host), body: INPUT_BODY };
    return fetch(url, init).then((response) => response.text());
  }
  // `import()` would read every name, and one of them loads the runtime's `fetch` (Node.js 24 and later).
  const { request } = createRequire(import.meta.url)(new URL(url).protocol.slice(0, -1));
  return new Promise((resolve) => {
    request(url, { method: "POST", headers: sign(host) }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => (text += chunk)).on("end", () => resolve(text));
    }).end(INPUT_BODY);
  });
}

if (loaded) await import(loaded);
done(read(await send(new URL(url).host)).AccessKeyId);
