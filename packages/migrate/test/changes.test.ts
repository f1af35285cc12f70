import { migrateSource } from "@org/sts-migrate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const runs = Number(process.env["STS_TEST_RUNS"] ?? 100);

function changed(code: string, fileName = "a.js"): string {
  const result = migrateSource(code, fileName);
  expect(result.left).toEqual([]);
  return result.code;
}

describe("imports of version 3", () => {
  test("keep what has no counterpart with the AWS SDK, and the report names it", () => {
    const code = "import { fromCognitoIdentityPool, fromIni } from '@aws-sdk/credential-providers'\n";

    const result = migrateSource(code, "a.ts");

    expect(result.code).toBe(
      "import { fromCognitoIdentityPool } from '@aws-sdk/credential-providers'\n" +
        "import { fromIni } from '@org/sts-client/credentials/node'\n",
    );
    expect(result.kept).toEqual([{ line: 1, reason: expect.stringContaining("fromCognitoIdentityPool") }]);
    expect(migrateSource(result.code, "a.ts")).toMatchObject({ changed: false, code: result.code });
  });

  test.each([
    ['import sts = require("@aws-sdk/client-sts");\nnew sts.STS({});\n', "a.cts"],
    ['let client: import("@aws-sdk/client-sts").STSClient;\n', "a.ts"],
    ['export { STSClient as Client, type Tag } from "@aws-sdk/client-sts";\n', "a.mts"],
    ['const { STS } = await import("@aws-sdk/client-sts");\n', "a.mjs"],
    ['import type { SignatureV4Init } from "@smithy/signature-v4";\n', "a.ts"],
    ['const view = <p>{require("@aws-sdk/client-sts").STS.name}</p>;\n', "a.jsx"],
  ])("are changed in every form: %s", (code, fileName) => {
    const after = changed(code, fileName);

    expect(after).toBe(
      code
        .replace("@aws-sdk/client-sts", "@org/sts-client")
        .replace("@smithy/signature-v4", "@org/sts-signer"),
    );
  });

  test("keep CRLF line ends where an import is split", () => {
    const after = changed(
      'import { fromEnv, fromIni } from "@aws-sdk/credential-providers";\r\nfromEnv();\r\n',
    );

    expect(after).toBe(
      'import { fromEnv } from "@org/sts-client/credentials";\r\nimport { fromIni } from "@org/sts-client/credentials/node";\r\nfromEnv();\r\n',
    );
  });
});

describe("options of version 2", () => {
  test.each([
    ["maxRetries: retries", "maxAttempts: retries + 1"],
    ["maxRetries: a || b", "maxAttempts: (a || b) + 1"],
    ["sslEnabled: false", "tls: false"],
    ['stsRegionalEndpoints: "legacy"', "useGlobalEndpoint: true"],
    ["correctClockSkew: false", "disableClockSkewCorrection: true"],
    ["paramValidation: false", 'inputValidation: "off"'],
    ['endpoint: new AWS.Endpoint("http://127.0.0.1:1")', 'endpoint: "http://127.0.0.1:1"'],
    ["logger: console", "logger: console"],
    ["useDualstack: true", "useDualstackEndpoint: true"],
    ["httpOptions: { timeout: 5 }", "requestTimeout: 5"],
    [
      "httpOptions: { agent: new https.Agent({ keepAlive: true }), connectTimeout: 9 }",
      "requestHandler: { httpsAgent: new https.Agent({ keepAlive: true }), connectionTimeout: 9 }",
    ],
    [
      "credentials: { accessKeyId: id, secretAccessKey: key }",
      "credentials: { accessKeyId: id, secretAccessKey: key }",
    ],
    [
      'credentials: new AWS.SharedIniFileCredentials({ profile: "p" })',
      'credentials: fromIni({ profile: "p" })',
    ],
    [
      "credentials: new AWS.ChainableTemporaryCredentials({ params: { RoleArn: arn }, masterCredentials: new AWS.EnvironmentCredentials('AWS') })",
      "credentials: fromTemporaryCredentials({ params: { RoleArn: arn }, masterCredentials: fromEnv() })",
    ],
    [
      "credentials: new AWS.TemporaryCredentials({ RoleArn: arn })",
      "credentials: fromTemporaryCredentials({ params: { RoleArn: arn } })",
    ],
    [
      "credentials: new AWS.WebIdentityCredentials({ RoleArn: arn, WebIdentityToken: token })",
      "credentials: fromWebToken({ roleArn: arn, webIdentityToken: token })",
    ],
  ])("%s becomes %s", (before, after) => {
    const code = `const AWS = require("aws-sdk");\nnew AWS.STS({ region, ${before} }).getCallerIdentity().promise();\n`;

    const result = changed(code);

    expect(result).toContain(`new STS({ region, ${after} }).getCallerIdentity();`);
    expect(result).not.toContain("aws-sdk");
  });

  test("that have become the default are taken out with their line, and comments stay", () => {
    const code = `const AWS = require("aws-sdk");
const sts = new AWS.STS({
  // near us
  region: "eu-west-1", // Ireland
  signatureVersion: "v4",
  /* last */
  correctClockSkew: true
});
`;

    expect(changed(code)).toBe(`const { STS } = require("@org/sts-client");
const sts = new STS({
  // near us
  region: "eu-west-1", // Ireland
  /* last */
});
`);
  });
});

describe("clients of version 2", () => {
  test.each([
    [
      "a parameter of a function",
      "function who(sts) { return sts.getCallerIdentity().promise(); }\nwho(new AWS.STS());\n",
    ],
    [
      "a function that makes them",
      "const make = () => new AWS.STS();\nmake().getCallerIdentity().promise();\n",
    ],
    [
      "a member of a class",
      "class A { constructor() { this.sts = new AWS.STS(); }\n  who() { return this.sts.getCallerIdentity().promise(); } }\n",
    ],
    [
      "a default of a parameter",
      "function who(sts = new AWS.STS()) { return sts.getCallerIdentity().promise(); }\n",
    ],
    [
      "a variable that is set later",
      "let sts;\nfunction start() { sts = new AWS.STS(); }\nsts.getCallerIdentity().promise();\n",
    ],
  ])("are followed into %s", (_where, code) => {
    const after = changed(`const AWS = require("aws-sdk");\n${code}`);

    expect(after).toBe(
      `const { STS } = require("@org/sts-client");\n${code.replace("AWS.STS", "STS").replace(".promise()", "")}`,
    );
  });

  test("are followed into a private parameter of a constructor in TypeScript", () => {
    const code = `import { STS, S3 } from "aws-sdk";
class Account {
  constructor(private sts: STS, readonly s3: S3) {}
  who(): Promise<STS.GetCallerIdentityResponse> { return this.sts.getCallerIdentity().promise(); }
}
`;

    expect(changed(code, "a.ts")).toBe(
      `import { S3 } from "aws-sdk";
import type { GetCallerIdentityResponse, STS } from "@org/sts-client";
class Account {
  constructor(private sts: STS, readonly s3: S3) {}
  who(): Promise<GetCallerIdentityResponse> { return this.sts.getCallerIdentity(); }
}
`,
    );
  });

  test("with a public name in a class are changed with a note", () => {
    const code = "const AWS = require('aws-sdk');\nclass A { sts = new AWS.STS(); }\n";

    expect(migrateSource(code, "a.js").notes).toContainEqual({
      line: 2,
      reason: expect.stringContaining("can be used from outside of the class"),
    });
  });
});

describe("a file that has nothing of STS", () => {
  const words = fc.constantFrom(
    "const a = 1;",
    'import { S3Client } from "@aws-sdk/client-s3";',
    'const AWS = require("aws-sdk");',
    "new AWS.S3().listBuckets().promise();",
    "AWS.config.update({});",
    "// STSClient",
    '"@aws-sdk/client-dynamodb"',
    "}{",
    "\r\n",
    "\n",
    "\t",
    "é\u{1F512}",
  );

  test("comes back byte for byte, whatever else is in it", () => {
    fc.assert(
      fc.property(fc.array(words), (parts) => {
        const code = parts.join("\n");
        expect(migrateSource(code, "a.js")).toMatchObject({ code, changed: false });
      }),
      { numRuns: runs },
    );
  });

  test("around a program that is changed stays as it is", () => {
    const plain = fc.constantFrom(
      "let x = {a:1,b :2}",
      "/* c */",
      "if(true){;}",
      "x  =  [ 1,2 ,]",
      "// é\u{1F512}",
      "",
      "\t",
    );
    fc.assert(
      fc.property(fc.array(plain), fc.array(plain), (above, below) => {
        const before = 'import { STSClient } from "@aws-sdk/client-sts";';
        const [head, tail] = [above, below].map((lines) => lines.map((line) => `{${line}\n}\n`).join(""));
        const result = migrateSource(`${head}${before}\n${tail}`, "a.mjs");
        expect(result.code).toBe(`${head}import { STSClient } from "@org/sts-client";\n${tail}`);
        expect(migrateSource(result.code, "a.mjs").changed).toBe(false);
      }),
      { numRuns: runs },
    );
  });
});
