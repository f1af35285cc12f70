// Microseconds per signature of the same request by each signer, in turns: `node signatures.js sign|presign`, as JSON.
import { Sha256 } from "@aws-crypto/sha256-universal";
import { SignatureV4 as OurSignatureV4 } from "@org/sts-signer";
import { SignatureV4 } from "@smithy/signature-v4";
import aws4 from "aws4";

const hostname = "sts.eu-west-1.amazonaws.com";
const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  sessionToken:
    "AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT+FvwqnKwRcOIfrRh3cLTo6UDdyJwOOvEVPvLXCrrrUtdnniC".repeat(
      5,
    ),
};
const options = { credentials, region: "eu-west-1", service: "sts", sha256: Sha256 };
const body =
  "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdemo&RoleSessionName=session&DurationSeconds=3600";
const headers = {
  host: hostname,
  "content-type": "application/x-www-form-urlencoded; charset=utf-8",
  "content-length": `${body.length}`,
};
const post = { method: "POST", protocol: "https:", hostname, path: "/", query: {}, headers, body };
const get = {
  method: "GET",
  protocol: "https:",
  hostname,
  path: "/",
  query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
  headers: { host: hostname },
};
const { sha256: _, ...withoutHash } = options;
const ours = new OurSignatureV4(withoutHash);
const smithy = new SignatureV4(options);
const works = {
  // aws4 writes into the headers, and would find its own date and signature there the next time.
  sign: {
    ours: () => ours.sign(post),
    smithy: () => smithy.sign(post),
    aws4: () =>
      aws4.sign(
        {
          method: "POST",
          host: hostname,
          path: "/",
          service: "sts",
          region: "eu-west-1",
          headers: { ...headers },
          body,
        },
        credentials,
      ),
  },
  presign: {
    ours: () => ours.presign(get),
    smithy: () => smithy.presign(get),
    aws4: () =>
      aws4.sign(
        {
          host: hostname,
          path: "/?Action=GetCallerIdentity&Version=2011-06-15",
          service: "sts",
          region: "eu-west-1",
          signQuery: true,
        },
        credentials,
      ),
  },
};

async function measure(sign, times) {
  const started = process.cpuUsage();
  for (let done = 0; done < times; done += 1) await sign();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / times;
}

const signers = works[process.argv[2]];
const measured = { ours: [], smithy: [], aws4: [] };
// A process's compiler is at work for some ten thousand signatures, and its time counts as the process's.
for (const sign of Object.values(signers)) await measure(sign, 20_000);
for (let round = 0; round < 7; round += 1) {
  for (const [name, sign] of Object.entries(signers)) measured[name].push(await measure(sign, 5000));
}
const middle = (values) => values.sort((a, b) => a - b)[3];
console.log(
  JSON.stringify(
    Object.fromEntries(Object.entries(measured).map(([name, values]) => [name, middle(values)])),
  ),
);
