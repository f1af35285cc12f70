import { GetSessionTokenCommand, STSClient } from "@org/sts-client/node";

import { CREDENTIALS, done, url } from "./first-credentials.js";

const client = new STSClient({
  region: "eu-west-1",
  endpoint: url,
  credentials: CREDENTIALS,
});
const { Credentials } = await client.send(new GetSessionTokenCommand({ DurationSeconds: 3600 }));
done(Credentials.AccessKeyId);
client.destroy();
