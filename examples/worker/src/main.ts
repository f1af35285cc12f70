import { startFakeAws } from "./fake-aws.ts";
import { runWorker } from "./run-worker.ts";

const aws = await startFakeAws();
const worker = await runWorker({
  ROLE_ARN: "arn:aws:iam::123456789012:role/reports",
  REGION: "eu-west-1",
  BUCKET_URL: aws.bucketUrl,
  STS_ENDPOINT: aws.stsUrl,
});
const { minified, gzip } = worker.size;
console.log(`one file of ${minified} bytes, ${gzip} bytes gzipped, in workerd at ${worker.url}\n`);

const path = "/2026/q3%20%C3%A4.csv";
for (const sub of ["repo:example/app:ref:refs/heads/main", "repo:somebody/else:ref:refs/heads/main"]) {
  const token = await aws.issuer.issueToken({ sub });
  const response = await fetch(worker.url + path, { headers: { authorization: `Bearer ${token}` } });
  console.log(`GET ${path} with a token of ${sub}\n${response.status} ${await response.text()}\n`);
}
await worker.close();
await aws.close();
