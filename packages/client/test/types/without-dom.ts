// Compiled by `compiled.test.ts` with the packages' declarations, without the library `dom`.
import { GetCallerIdentityCommand, STSClient } from "@org/sts-client";
import { fromAssumeRole } from "@org/sts-client/credentials";
import { fromIni } from "@org/sts-client/credentials/node";
import { createNodeHandler } from "@org/sts-client/node";
import { createFakeSts } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import { decodeResponse } from "@org/sts-protocol";
import { createSigner } from "@org/sts-signer";

const source = fromIni();
const credentials = fromAssumeRole({
  source,
  params: { RoleArn: "arn:aws:iam::123456789012:role/reader" },
});
const client = new STSClient({ credentials, requestHandler: createNodeHandler() });

export const everything: readonly unknown[] = [
  client.send(new GetCallerIdentityCommand()),
  createFakeSts,
  startStsServer,
  decodeResponse,
  createSigner,
];
