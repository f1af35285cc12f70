// The least of which a call consists over any transport: a signature, with a key that is derived once a day, and reading the
// credentials. Checks nothing, retries nothing and redacts nothing.
import { createHmac, hash } from "node:crypto";

import { CREDENTIALS, INPUT_BODY } from "./first-credentials.js";

const SCOPE = ["eu-west-1", "sts", "aws4_request"];
let day;
let key;

/** The headers that an AWS SDK sends, signed. */
export function sign(host) {
  const date = new Date().toISOString().replace(/[:-]|\.\d+/g, "");
  if (day !== date.slice(0, 8)) {
    day = date.slice(0, 8);
    key = [day, ...SCOPE].reduce((parent, text) => hmac(parent, text), `AWS4${CREDENTIALS.secretAccessKey}`);
  }
  const headers = {
    "content-length": `${INPUT_BODY.length}`,
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    host,
    "x-amz-date": date,
    "x-amz-user-agent": "example/1.0.0",
  };
  const names = Object.keys(headers);
  let canonical = "POST\n/\n\n";
  for (const name of names) canonical += `${name}:${headers[name]}\n`;
  canonical += `\n${names.join(";")}\n${hash("sha256", INPUT_BODY)}`;
  const scope = `${day}/${SCOPE.join("/")}`;
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash("sha256", canonical)}`, "hex");
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${CREDENTIALS.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  headers["user-agent"] = "example/1.0.0 ua/2.1 os/linux lang/js md/nodejs#26.0.0 api/sts#1.0.0 m/E,N";
  headers["amz-sdk-invocation-id"] = "00000000-0000-4000-8000-000000000000";
  headers["amz-sdk-request"] = "attempt=1; max=3";
  return headers;
}

/** The same without what `fetch` writes itself. */
export function signForFetch(host) {
  const { host: _host, "content-length": _length, ...headers } = sign(host);
  return headers;
}

function hmac(parent, text, encoding) {
  return createHmac("sha256", parent).update(text).digest(encoding);
}

/** The credentials of a response. */
export function read(xml) {
  const field = (name) => xml.slice(xml.indexOf(`<${name}>`) + name.length + 2, xml.indexOf(`</${name}>`));
  return {
    AccessKeyId: field("AccessKeyId"),
    SecretAccessKey: field("SecretAccessKey"),
    SessionToken: field("SessionToken"),
    Expiration: new Date(field("Expiration")),
  };
}
