import { migrateSource } from "@org/sts-migrate";
import { describe, expect, test } from "vitest";

interface Case {
  readonly what: string;
  readonly code: string;
  readonly line: number;
  readonly reason: RegExp;
  readonly fileName?: string;
}

const V2 = 'const AWS = require("aws-sdk");\nconst sts = new AWS.STS({ region: "eu-west-1" });\n';

const cases: readonly Case[] = [
  {
    what: "a schema of version 3",
    code: 'import { STSClient, AssumeRole$ } from "@aws-sdk/client-sts";\n',
    line: 1,
    reason: /AssumeRole\$ is a schema/,
  },
  {
    what: "an inner file of a package",
    code: 'import { x } from "@aws-sdk/client-sts/dist-cjs/index.js";\n',
    line: 1,
    reason: /inner file/,
  },
  {
    what: "an export of everything",
    code: 'export * from "@aws-sdk/client-sts";\n',
    line: 1,
    reason: /export \*/,
  },
  {
    what: "a mock of the module",
    code: 'import { STSClient } from "@aws-sdk/client-sts";\njest.mock("@aws-sdk/client-sts");\n',
    line: 2,
    reason: /cannot be followed/,
  },
  {
    what: "a module that is passed on as a whole",
    code: 'const client = require("@aws-sdk/client-sts");\nwrap(client);\n',
    line: 2,
    reason: /passed on as a whole/,
  },
  {
    what: "a namespace whose providers come from two entry points",
    code: 'import * as p from "@aws-sdk/credential-providers";\np.fromEnv(); p.fromIni();\n',
    line: 1,
    reason: /credentials and @org/,
  },
  {
    what: "an option of a provider that has no counterpart",
    code: 'import { fromIni } from "@aws-sdk/credential-providers";\nfromIni({ ignoreCache: true });\n',
    line: 2,
    reason: /option ignoreCache of fromIni/,
  },
  {
    what: "a second argument of fromTemporaryCredentials",
    code: 'import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";\nfromTemporaryCredentials({}, provider);\n',
    line: 2,
    reason: /second argument/,
  },
  {
    what: "an import whose comments would be lost",
    code: 'import { fromEnv, /* files */ fromIni } from "@aws-sdk/credential-providers";\n',
    line: 1,
    reason: /comments in it would be lost/,
  },
  {
    what: "text that is no program",
    code: 'import { STSClient } from "@aws-sdk/client-sts" }\n',
    line: 1,
    reason: /cannot be parsed/,
  },
  {
    what: "the global configuration",
    code: `${V2}AWS.config.update({ region: "x" });\n`,
    line: 3,
    reason: /AWS\.config/,
  },
  {
    what: "a request that is not sent",
    code: `${V2}const request = sts.getCallerIdentity();\n`,
    line: 3,
    reason: /without \.promise/,
  },
  {
    what: "listeners of a request",
    code: `${V2}sts.getCallerIdentity().on("success", done);\n`,
    line: 3,
    reason: /has no on/,
  },
  {
    what: "a client that is exported",
    code: `${V2}module.exports = sts;\n`,
    line: 3,
    reason: /passed on here/,
  },
  {
    what: "a client that goes to another file",
    code: `${V2}require("./use")(sts);\n`,
    line: 3,
    reason: /passed on here/,
  },
  {
    what: "a client that is assigned anew",
    code: `${V2.replace("const sts", "let sts")}sts = other();\n`,
    line: 3,
    reason: /assigned here/,
  },
  { what: "credentialsFrom", code: `${V2}sts.credentialsFrom(data);\n`, line: 3, reason: /credentialsFrom/ },
  {
    what: "a method that is passed on",
    code: `${V2}promisify(sts.assumeRole);\n`,
    line: 3,
    reason: /not called/,
  },
  {
    what: "a callback that cannot be found",
    code: `${V2}sts.getCallerIdentity({}, makeCallback());\n`,
    line: 3,
    reason: /callback/,
  },
  {
    what: "an only argument that is the input or the callback",
    code: `${V2}function f(x) { return sts.getCallerIdentity(x); }\n`,
    line: 3,
    reason: /without a callback that can be found|without \.promise/,
  },
  {
    what: "a callback with this",
    code: `${V2}sts.getCallerIdentity({}, function () { this.retry(); });\n`,
    line: 3,
    reason: /`this`/,
  },
  {
    what: "ResponseMetadata",
    code: `${V2}sts.getCallerIdentity().promise().then((d) => d.ResponseMetadata);\n`,
    line: 3,
    reason: /\$metadata/,
  },
  {
    what: "an option without a counterpart",
    code: 'const AWS = require("aws-sdk");\nnew AWS.STS({ retryDelayOptions: {} });\n',
    line: 2,
    reason: /retryDelayOptions/,
  },
  {
    what: "options that are spread",
    code: 'const AWS = require("aws-sdk");\nnew AWS.STS({ ...options });\n',
    line: 2,
    reason: /spread/,
  },
  {
    what: "options from elsewhere",
    code: 'const AWS = require("aws-sdk");\nnew AWS.STS(options);\n',
    line: 2,
    reason: /options come from/,
  },
  {
    what: "credentials from elsewhere",
    code: 'const AWS = require("aws-sdk");\nnew AWS.STS({ credentials: get() });\n',
    line: 2,
    reason: /object of version 2/,
  },
  {
    what: "Cognito's credentials",
    code: 'const AWS = require("aws-sdk");\nnew AWS.STS({ credentials: new AWS.CognitoIdentityCredentials({}) });\n',
    line: 2,
    reason: /fromCognitoIdentityPool/,
  },
  {
    what: "a code of version 2's own errors",
    code: `${V2}sts.getCallerIdentity({}, (e) => { if (e.code === "NetworkingError") retry(); });\n`,
    line: 3,
    reason: /ERR_NETWORK/,
  },
  {
    what: "another STS in the file",
    code: 'const AWS = require("aws-sdk");\nfunction f(STS) { return STS; }\nnew AWS.STS().getCallerIdentity().promise();\n',
    line: 3,
    reason: /another STS/,
  },
  {
    what: "a captured SDK",
    code: 'const AWS = capture(require("aws-sdk"));\nnew AWS.STS();\n',
    line: 1,
    reason: /require it into a constant/,
  },
  {
    what: "callbacks in TypeScript",
    code: 'import AWS from "aws-sdk";\nnew AWS.STS().getCallerIdentity((error, data) => data);\n',
    line: 2,
    reason: /use await first/,
    fileName: "a.ts",
  },
  {
    what: "a member of an interface that is a client",
    code: 'import AWS from "aws-sdk";\ninterface Deps { sts: AWS.STS }\n',
    line: 2,
    reason: /declared here to be a client/,
    fileName: "a.ts",
  },
];

describe("a file that cannot be followed", () => {
  test.each(cases)("is left byte for byte, and the report names the line: $what", (one) => {
    const result = migrateSource(one.code, one.fileName ?? "a.js");

    expect(result).toMatchObject({ changed: false, code: one.code, kept: [], notes: [] });
    expect(result.left).toContainEqual({ line: one.line, reason: expect.stringMatching(one.reason) });
  });
});
