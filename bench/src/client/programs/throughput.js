// Calls one after another, or many at once, over kept connections: `node throughput.js CALLER URL CONCURRENCY CALLS`.
import { Agent, request } from "node:http";

const CREDENTIALS = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const BODY = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=3600";
const HEADERS = { "content-type": "application/x-www-form-urlencoded" };
const TIME_LIMIT_MS = 15_000;
const [caller, url, concurrency, calls] = process.argv.slice(2);

const callers = {
  "bare-fetch": () => async () => {
    const response = await fetch(url, { method: "POST", headers: HEADERS, body: BODY });
    return (await response.text()).length > 0;
  },
  // What no client can leave out whose calls are signed, can be aborted, are limited in time, and give credentials.
  "smallest-fetch": async () => {
    const { signForFetch, read } = await import("./smallest-call.js");
    const { host } = new URL(url);
    return async () => {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), TIME_LIMIT_MS);
      const { signal } = controller;
      const headers = signForFetch(host);
      const response = await fetch(url, { method: "POST", headers, body: BODY, redirect: "manual", signal });
      const { AccessKeyId } = read(await response.text());
      clearTimeout(timer);
      return AccessKeyId.length > 0;
    };
  },
  "bare-node-http": () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 50 });
    return () =>
      new Promise((resolve, reject) => {
        const outgoing = request(url, { method: "POST", agent, headers: HEADERS }, (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk) => (text += chunk));
          response.on("end", () => resolve(text.length > 0));
        });
        outgoing.on("error", reject).end(BODY);
      });
  },
  "smallest-node-http": async () => {
    const { sign, read } = await import("./smallest-call.js");
    const { host } = new URL(url);
    const send = createLimitedSend();
    return () => send(sign(host), BODY, ({ body }) => read(body).AccessKeyId.length > 0);
  },
  // The same with the functions that our client is made of: their checks and types, but no client.
  "functions-node-http": async () => {
    const { decodeResponse, encodeRequest, GetSessionToken } = await import("@org/sts-protocol");
    const { createHeaderSigner } = await import("@org/sts-signer/node");
    const signer = createHeaderSigner({ service: "sts", region: "eu-west-1", credentials: CREDENTIALS });
    const { protocol, hostname, port } = new URL(url);
    const endpoint = { protocol, hostname, port: Number(port), path: "/" };
    const send = createLimitedSend();
    return async () => {
      const { body, headers } = await signer.sign(
        encodeRequest(GetSessionToken, { DurationSeconds: 3600 }, endpoint),
      );
      headers["content-length"] = `${body.length}`;
      return send(headers, body, async (response) => {
        const { Credentials } = await decodeResponse(GetSessionToken, response);
        return Credentials.AccessKeyId.length > 0;
      });
    };
  },
  aws4fetch: async () => {
    const { AwsClient } = await import("aws4fetch");
    const client = new AwsClient({ ...CREDENTIALS, service: "sts", region: "eu-west-1" });
    return async () => {
      const response = await client.fetch(url, { method: "POST", headers: HEADERS, body: BODY });
      return (await response.text()).length > 0;
    };
  },
  "sts-client": async () => createCall(await import("@org/sts-client"), {}),
  "sts-client-json": async () => createCall(await import("@org/sts-client"), { responseFormat: "json" }),
  "sts-client-node": async () => createCall(await import("@org/sts-client/node"), {}),
  "client-sts": async () => createCall(await import("@aws-sdk/client-sts"), {}),
};

/** The least over node:http that keeps connections and has a time limit; resolves to what `read` makes of the response. */
function createLimitedSend() {
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  return (headers, content, read) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => outgoing.destroy(new Error("too late")), TIME_LIMIT_MS);
      const outgoing = request(url, { method: "POST", agent, headers }, (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => (body += chunk));
        response.on("end", () => {
          clearTimeout(timer);
          resolve(read({ statusCode: response.statusCode, headers: response.headers, body }));
        });
      });
      outgoing.on("error", reject).end(content);
    });
}

function createCall({ GetSessionTokenCommand, STSClient }, configuration) {
  const client = new STSClient({
    region: "eu-west-1",
    endpoint: url,
    credentials: CREDENTIALS,
    ...configuration,
  });
  return async () => {
    const { Credentials } = await client.send(new GetSessionTokenCommand({ DurationSeconds: 3600 }));
    return Credentials.AccessKeyId.length > 0;
  };
}

async function run(call, total) {
  let left = total;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      if (!(await call())) throw new Error("no answer");
    }
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, worker));
}

const call = await callers[caller]();
await run(call, Math.ceil(Number(calls) / 2));
const started = performance.now();
const before = process.cpuUsage();
await run(call, Number(calls));
const elapsed = performance.now() - started;
const { user, system } = process.cpuUsage(before);
console.log(
  JSON.stringify({ rate: Number(calls) / (elapsed / 1000), processor: (user + system) / Number(calls) }),
);
process.exit();
