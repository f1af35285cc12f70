import { parseArgs } from "node:util";

import { defaultCredentials } from "@org/sts-client/credentials";

import { createApp } from "./app.ts";
import { listen, startApp } from "./start.ts";

const { values } = parseArgs({
  options: {
    aws: { type: "boolean" },
    bucket: { type: "string" },
    region: { type: "string", default: "eu-west-1" },
  },
});
const { aws, bucket, region } = values;
if (aws && bucket === undefined)
  throw new Error("--aws needs --bucket, the name of your bucket, whose CORS rules must allow PUT and POST");

if (bucket === undefined) {
  const { url, bucketUrl } = await startApp();
  console.log(`Open ${url}\nThe bucket is in memory, at ${bucketUrl}. Ctrl-C stops both.`);
} else {
  const bucketUrl = `https://${bucket}.s3.${region}.amazonaws.com`;
  const { url } = await listen(createApp({ credentials: defaultCredentials(), region, bucket, bucketUrl }));
  console.log(`Open ${url}\nThe bucket is ${bucketUrl}. Ctrl-C stops the application.`);
}
