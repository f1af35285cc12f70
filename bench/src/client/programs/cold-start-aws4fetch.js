import { AwsClient } from "aws4fetch";

import { CREDENTIALS, done, INPUT_BODY, url } from "./first-credentials.js";

const client = new AwsClient({ ...CREDENTIALS, service: "sts", region: "eu-west-1" });
const response = await client.fetch(url, {
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: INPUT_BODY,
});
done(/<AccessKeyId>(.*?)</.exec(await response.text())?.[1]);
