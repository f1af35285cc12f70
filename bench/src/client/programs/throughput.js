// Calls one after another, or many at once, over kept connections: `node throughput.js CALLER URL CONCURRENCY CALLS`.
import { Agent, request } from "node:http";

const CREDENTIALS = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const BODY = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=3600";
const HEADERS = { "content-type": "application/x-www-form-urlencoded" };
// Of the length that a signed request's have.
const SIGNED_HEADERS = {
  "content-type": "application/x-www-form-urlencoded; charset=utf-8",
  "user-agent": "example/1.0.0 ua/2.1 os/linux lang/js md/nodejs#26.0.0 api/sts#1.0.0 m/E,N",
  "x-amz-user-agent": "example/1.0.0",
  "x-amz-date": "20300101T000000Z",
  "amz-sdk-invocation-id": "00000000-0000-4000-8000-000000000000",
  "amz-sdk-request": "attempt=1; max=3",
  authorization:
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20300101/eu-west-1/sts/aws4_request, " +
    `SignedHeaders=content-length;content-type;host;x-amz-date;x-amz-user-agent, Signature=${"0".repeat(64)}`,
};
const TIME_LIMIT_MS = 15_000;
const [caller, url, concurrency, calls] = process.argv.slice(2);

const callers = {
  "bare-fetch": () => async () => {
    const response = await fetch(url, { method: "POST", headers: HEADERS, body: BODY });
    return (await response.text()).length > 0;
  },
  // What no client can leave out whose calls are signed, and can be aborted and limited in time.
  "abortable-fetch": () => async () => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), TIME_LIMIT_MS);
    const { signal } = controller;
    const init = { method: "POST", headers: SIGNED_HEADERS, body: BODY, redirect: "manual", signal };
    const response = await fetch(url, init);
    const text = await response.text();
    clearTimeout(timer);
    return text.length > 0;
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
