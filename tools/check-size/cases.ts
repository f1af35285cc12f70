// What is measured: lines that a user would write, with the budget that the packages promise to keep.

/** One row of the table. */
export interface SizeCase {
  readonly title: string;
  /** The lines to bundle. */
  readonly source: string;
  /** Bytes of gzip that each column may take. */
  readonly budget?: Partial<Record<Column, number>>;
  /** Only bundled for Node.js. */
  readonly nodeOnly?: true;
  /** The default export makes a call, to see what is loaded. */
  readonly run?: true;
}

/** What is measured: a browser's bundle in one file, all that a call loads with code splitting, one file for Node.js. */
export type Column = "file" | "call" | "node";

const CONFIGURATION = `region: "eu-west-1", credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" }`;
const ONE_COMMAND = `export default () => new STSClient({ ${CONFIGURATION} }).send(new GetSessionTokenCommand({}));`;
const STS_COMMAND = `export default () => new STS({ ${CONFIGURATION} }).getSessionToken({});`;
export const CASES: readonly SizeCase[] = [
  {
    title: "`@org/sts-client`, one command",
    source: `import { GetSessionTokenCommand, STSClient } from "@org/sts-client"; ${ONE_COMMAND}`,
    run: true,
    budget: { file: 59_500, call: 27_500, node: 87_350 },
  },
  {
    title: "`@org/sts-client/webcrypto`, one command",
    source: `import { GetSessionTokenCommand, STSClient } from "@org/sts-client/webcrypto"; ${ONE_COMMAND}`,
    run: true,
    budget: { file: 33_400, call: 24_050, node: 64_450 },
  },
  {
    title: "`@org/sts-client/node`, one command",
    source: `import { GetSessionTokenCommand, STSClient } from "@org/sts-client/node"; ${ONE_COMMAND}`,
    nodeOnly: true,
    budget: { node: 63_950 },
  },
  {
    title: "`@org/sts-client`, `STS`",
    source: `import { STS } from "@org/sts-client"; ${STS_COMMAND}`,
    run: true,
  },
  {
    title: "`@org/sts-signer`, signing",
    source: `export { signRequest } from "@org/sts-signer";`,
    budget: { file: 9_200 },
  },
  {
    title: "`@org/sts-signer/webcrypto`, signing",
    source: `export { signRequest } from "@org/sts-signer/webcrypto";`,
    budget: { file: 6_000 },
  },
  {
    title: "`@org/sts-signer/node`, signing",
    source: `export { signRequest } from "@org/sts-signer/node";`,
    nodeOnly: true,
  },
  {
    title: "`@org/sts-signer/webcrypto`, sign, presign, keep keys",
    source: `export { createSigner } from "@org/sts-signer/webcrypto";`,
  },
  {
    title: "`@org/sts-signer/webcrypto`, verifying",
    source: `export { verify } from "@org/sts-signer/webcrypto";`,
  },
  { title: "`@org/sts-signer`, everything", source: `export * from "@org/sts-signer";` },
  {
    title: "`@org/sts-protocol`, one operation, both ways of a client",
    source: `import { decodeResponse, encodeRequest, GetSessionToken } from "@org/sts-protocol";
      export const encode = (input) => encodeRequest(GetSessionToken, input, { hostname: "sts.amazonaws.com" });
      export const decode = (response) => decodeResponse(GetSessionToken, response);`,
  },
  { title: "aws4fetch 1.0.20 (signs, parses nothing)", source: `export { AwsClient } from "aws4fetch";` },
  {
    title: "`@smithy/signature-v4` 5.7.5 with sha256-universal",
    source: `export { SignatureV4 } from "@smithy/signature-v4"; export { Sha256 } from "@aws-crypto/sha256-universal";`,
  },
  {
    title: "`@aws-sdk/client-sts` 3.1173.0, one command",
    source: `import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts"; ${ONE_COMMAND}`,
    run: true,
  },
  {
    title: "`@aws-sdk/client-sts` 3.1173.0, `STS`",
    source: `import { STS } from "@aws-sdk/client-sts"; ${STS_COMMAND}`,
    run: true,
  },
];
