// The examples are signed when they are asked for, with the keys of AWS's documentation, so that they have not ended.
import { createSigner } from "@org/sts-signer";
import { createEksToken } from "@org/sts-signer/eks";

import { EXAMPLE } from "./explain.ts";

/** Values of the form by the id of the field. */
export async function makeExample(name: string, date: Date): Promise<Record<string, string>> {
  const signer = createSigner({ credentials: EXAMPLE });
  const secret = EXAMPLE.secretAccessKey;
  if (name === "eks") {
    const { token } = await createEksToken(signer, { clusterName: "production", region: "eu-west-1", date });
    return { input: token, secret, cluster: "production" };
  }
  if (name === "presigned") {
    const address = "https://examplebucket.s3.eu-west-1.amazonaws.com/reports/2026/January.pdf";
    const [url] = await signer.presign(address, {}, { expiresIn: 3600, date });
    return { input: url, secret };
  }
  const address = "https://sts.eu-west-1.amazonaws.com/";
  const body = "Action=GetCallerIdentity&Version=2011-06-15";
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const [, init] = await signer.sign(address, { method: "POST", headers, body }, { date });
  // A proxy that adds a parameter to a header is a classic.
  const sent =
    name === "header"
      ? { ...init.headers, "content-type": `${headers["content-type"]}; charset=utf-8` }
      : init.headers;
  const lines = Object.entries(sent).map(([header, value]) => `  -H '${header}: ${value}'`);
  return { input: [`curl -X POST '${address}'`, ...lines, `  --data-raw '${body}'`].join(" \\\n"), secret };
}
