// The least that gets credentials: signs, sends and reads, but checks nothing, limits nothing, retries nothing and redacts
// nothing. `node cold-start-without-client.js URL fetch|node [PACKAGE]`; a package is loaded, but not used.
import { createHash, createHmac } from "node:crypto";
import { createRequire } from "node:module";

import { CREDENTIALS, done, INPUT_BODY, url } from "./first-credentials.js";

const [transport, loaded] = process.argv.slice(3);

function sign(host) {
  const date = new Date().toISOString().replace(/[:-]|\.\d+/g, "");
  const headers = {
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    host,
    "x-amz-date": date,
  };
  const names = Object.keys(headers);
  const lines = names.map((name) => `${name}:${headers[name]}`);
  const canonical = ["POST", "/", "", ...lines, "", names.join(";"), hash(INPUT_BODY)].join("\n");
  const scope = [date.slice(0, 8), "eu-west-1", "sts", "aws4_request"];
  const text = ["AWS4-HMAC-SHA256", date, scope.join("/"), hash(canonical)].join("\n");
  const key = scope.reduce(hmac, `AWS4${CREDENTIALS.secretAccessKey}`);
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${CREDENTIALS.accessKeyId}/${scope.join("/")}, SignedHeaders=${names.join(";")}, Signature=${hmac(key, text).toString("hex")}`;
  return headers;
}

function hash(text) {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key, text) {
  return createHmac("sha256", key).update(text).digest();
}

function read(xml) {
  const field = (name) => xml.slice(xml.indexOf(`<${name}>`) + name.length + 2, xml.indexOf(`</${name}>`));
  return {
    AccessKeyId: field("AccessKeyId"),
    SecretAccessKey: field("SecretAccessKey"),
    SessionToken: field("SessionToken"),
    Expiration: new Date(field("Expiration")),
  };
}

function send(headers) {
  if (transport === "fetch")
    return fetch(url, { method: "POST", headers, body: INPUT_BODY }).then((response) => response.text());
  // `import()` would read every name, and one of them loads the runtime's `fetch` (Node.js 24 and later).
  const { request } = createRequire(import.meta.url)(new URL(url).protocol.slice(0, -1));
  return new Promise((resolve) => {
    request(url, { method: "POST", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => (text += chunk)).on("end", () => resolve(text));
    }).end(INPUT_BODY);
  });
}

if (loaded) await import(loaded);
done(read(await send(sign(new URL(url).host))).AccessKeyId);
