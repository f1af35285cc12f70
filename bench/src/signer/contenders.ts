// What is measured: one signature of the same AssumeRole request by each signer.
import { createHash, createHmac } from "node:crypto";

const { hostname, region, body, headers, credentials, url } = {
  hostname: "sts.eu-west-1.amazonaws.com",
  region: "eu-west-1",
  url: "https://sts.eu-west-1.amazonaws.com/",
  body: "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdemo&RoleSessionName=session&DurationSeconds=3600",
  // As the AWS SDK sends it, with the token of an assumed role.
  headers: {
    host: "sts.eu-west-1.amazonaws.com",
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    "content-length": "139",
    "user-agent": "aws-sdk-js/3.1173.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#26.10.0 api/sts#3.1173.0 m/E",
    "x-amz-user-agent": "aws-sdk-js/3.1173.0",
    "amz-sdk-invocation-id": "5c2c7a1e-7c0c-4b0a-9a53-0d6a3a4c7f3e",
    "amz-sdk-request": "attempt=1; max=3",
  },
  credentials: {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    sessionToken:
      "AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT+FvwqnKwRcOIfrRh3cLTo6UDdyJwOOvEVPvLXCrrrUtdnniC".repeat(
        5,
      ),
  },
};
const request = { method: "POST", protocol: "https:", hostname, path: "/", query: {}, headers, body };
const query = {
  method: "GET",
  protocol: "https:",
  hostname,
  path: "/",
  query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
  headers: { host: hostname },
};
const options = { credentials, region, service: "sts" };

/** Makes one signature. */
export type Sign = () => unknown;

/** Loads what a contender needs, and nothing else, and makes it ready. */
export const contenders: Readonly<Record<string, () => Promise<Sign>>> = {
  "node:crypto alone": async () => {
    // As long as what the signers hash: the body, the canonical request, the string to sign.
    const canonicalRequest = "x".repeat(1100);
    const stringToSign = "x".repeat(140);
    const key = createHash("sha256").update("key").digest();
    const hash = (text: string) => createHash("sha256").update(text).digest("hex");
    return () => [
      hash(body),
      hash(canonicalRequest),
      createHmac("sha256", key).update(stringToSign).digest("hex"),
    ];
  },
  "@org/sts-signer/node": async () => {
    const { createSigner } = await import("@org/sts-signer/node");
    const signer = createSigner(options);
    return () => signer.sign(request);
  },
  aws4: async () => {
    const { default: aws4 } = await import("aws4");
    // It writes into the headers, and would find its own date and signature there the next time.
    return () =>
      aws4.sign(
        { method: "POST", host: hostname, path: "/", service: "sts", region, headers: { ...headers }, body },
        credentials,
      );
  },
  "@org/sts-signer": async () => {
    const { createSigner } = await import("@org/sts-signer");
    const signer = createSigner(options);
    return () => signer.sign(request);
  },
  "@org/sts-signer on sha256-universal": async () => {
    // What other runtimes get under that name: Node.js is led to `@org/sts-signer/node`.
    const { createSigner } = await import("../../../packages/signer/dist/index.js");
    const signer = createSigner(options);
    return () => signer.sign(request);
  },
  "@smithy/signature-v4": async () => {
    const signer = await createSmithy(async () => credentials);
    return () => signer.sign(request);
  },
  "@org/sts-signer/webcrypto": async () => {
    const { createSigner } = await import("@org/sts-signer/webcrypto");
    const signer = createSigner(options);
    return () => signer.sign(request);
  },
  "@org/sts-signer/webcrypto, from a URL": async () => {
    const { createSigner } = await import("@org/sts-signer/webcrypto");
    const signer = createSigner(options);
    return () => signer.sign(url, { method: "POST", headers, body });
  },
  aws4fetch: async () => {
    const { AwsV4Signer } = await import("aws4fetch");
    const cache = new Map<string, ArrayBuffer>();
    return () =>
      new AwsV4Signer({
        url,
        method: "POST",
        headers,
        body,
        ...credentials,
        region,
        service: "sts",
        cache,
      }).sign();
  },
  "@org/sts-signer, presign": async () => {
    const { createSigner } = await import("@org/sts-signer");
    const signer = createSigner(options);
    return () => signer.presign(query);
  },
  "@smithy/signature-v4, presign": async () => {
    const signer = await createSmithy(async () => credentials);
    return () => signer.presign(query);
  },
  "@org/sts-signer, cold key": async () => {
    const { createSigner } = await import("@org/sts-signer");
    const next = createRotation();
    const signer = createSigner({ ...options, credentials: next });
    return () => signer.sign(request);
  },
  "@smithy/signature-v4, cold key": async () => {
    const signer = await createSmithy(createRotation());
    return () => signer.sign(request);
  },
  ...Object.fromEntries(
    [1, 32, 1024].map((kilobytes) => [
      `body of ${kilobytes} KiB`,
      async () => {
        const { createSigner } = await import("@org/sts-signer/node");
        const signer = createSigner(options);
        const large = { ...request, body: new Uint8Array(kilobytes * 1024) };
        return () => signer.sign(large);
      },
    ]),
  ),
};

/** Other credentials at each call, so that no derived key is of use again. */
function createRotation(): () => Promise<typeof credentials> {
  let count = 0;
  return async () => ({ ...credentials, secretAccessKey: `${credentials.secretAccessKey}${count++}` });
}

async function createSmithy(provider: () => Promise<typeof credentials>) {
  const { SignatureV4 } = await import("@smithy/signature-v4");
  const { Sha256 } = await import("@aws-crypto/sha256-universal");
  return new SignatureV4({ ...options, credentials: provider, sha256: Sha256 });
}
