import { GetSessionTokenCommand, STSClient } from "@org/sts-client";
import * as aws from "@aws-sdk/client-sts";
const xml = `<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetSessionTokenResult><Credentials><SessionToken>${"A".repeat(360)}</SessionToken><SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY</SecretAccessKey><Expiration>2030-07-11T19:55:29.611Z</Expiration><AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId></Credentials></GetSessionTokenResult><ResponseMetadata><RequestId>58c5dbae-abef-11e0-8cfe-09039844ac7d</RequestId></ResponseMetadata></GetSessionTokenResponse>`;
const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
};
const bytes = Buffer.from(xml);
const h = {
  metadata: { handlerProtocol: "http/1.1" },
  async handle() {
    return { response: { statusCode: 200, headers: { "content-type": "text/xml" }, body: bytes } };
  },
};
const { Readable } = await import("node:stream");
const h2 = {
  metadata: { handlerProtocol: "http/1.1" },
  async handle() {
    return {
      response: { statusCode: 200, headers: { "content-type": "text/xml" }, body: Readable.from([bytes]) },
    };
  },
};
const c = new STSClient({ region: "eu-west-1", credentials, requestHandler: h });
const a = new aws.STSClient({ region: "eu-west-1", credentials, requestHandler: h2 });
const run = async (n, f) => {
  for (let i = 0; i < 500; i++) await f();
  const t = performance.now();
  for (let i = 0; i < n; i++) await f();
  return n / ((performance.now() - t) / 1000);
};
for (let r = 0; r < 3; r++) {
  const o = await run(3000, () => c.send(new GetSessionTokenCommand({ DurationSeconds: 3600 })));
  const s = await run(1000, () => a.send(new aws.GetSessionTokenCommand({ DurationSeconds: 3600 })));
  console.log(o.toFixed(0), s.toFixed(0), (o / s).toFixed(2));
}
