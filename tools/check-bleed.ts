// Bundles what a user would, and looks for strings that must not be in it. Ends with `N passed, N failed`.
import { bundle, type Platform } from "./check-size/bundle.ts";
import { buildAll } from "./portable/install-packed.ts";

interface BleedCase {
  readonly title: string;
  readonly source: string;
  readonly platform: Platform;
  /** Chunks to look at. Default: all of them. */
  readonly chunks?: "start";
  readonly mustNotHold: readonly RegExp[];
  /** Strings that must be there, so that a renamed one cannot make the search pointless. */
  readonly mustHold: readonly RegExp[];
}

// As the tables name them; a message may well speak of an operation.
const GET_SESSION_TOKEN = /name:"GetSessionToken"/;
const OTHER_OPERATIONS = [/name:"(?:Assume|Decode|Get(?!SessionToken"))\w+"/];
const SERVICE_SIDE = [/<ErrorResponse/, /xmlns=/, /doc\/2011-06-15/];
const PRESIGNING = [/X-Amz-SignedHeaders"/, /ERR_EXPIRES_IN_INVALID/];
const VERIFYING = [/not-yet-valid/, /findKey/, /unknown-key/];
const NODE = [/["'`]node:/, /require\(["'`]/];

function oneCommand(entry: string, configuration = "{}"): string {
  return `import { GetSessionTokenCommand, STSClient } from "${entry}";
    console.log(await new STSClient(${configuration}).send(new GetSessionTokenCommand({})));`;
}

const CASES: readonly BleedCase[] = [
  ...["@org/sts-client", "@org/sts-client/webcrypto"].map((entry): BleedCase => ({
    title: `one command of ${entry} in a browser`,
    source: oneCommand(entry),
    platform: "browser",
    mustNotHold: [...OTHER_OPERATIONS, ...SERVICE_SIDE, ...PRESIGNING, ...VERIFYING, ...NODE],
    mustHold: [GET_SESSION_TOKEN, /AWS4-HMAC-SHA256/],
  })),
  {
    title: "one command of @org/sts-client on Node.js, at start",
    source: oneCommand("@org/sts-client"),
    platform: "node",
    chunks: "start",
    // Other operations are there: the shared config files may tell the client to assume a role.
    mustNotHold: [...SERVICE_SIDE, ...PRESIGNING, ...VERIFYING, /maxNestedTags/],
    mustHold: [GET_SESSION_TOKEN],
  },
  {
    title: "one command of @org/sts-client in a browser, at start",
    source: oneCommand("@org/sts-client"),
    platform: "browser",
    chunks: "start",
    mustNotHold: [/ignoreDeclaration/, /maxNestedTags/],
    mustHold: [GET_SESSION_TOKEN],
  },
  {
    title: "signing with @org/sts-signer/webcrypto",
    source: `export { signRequest } from "@org/sts-signer/webcrypto";`,
    platform: "browser",
    mustNotHold: [...PRESIGNING, ...VERIFYING, ...NODE, /GetSessionToken/, /Sha256/],
    mustHold: [/AWS4-HMAC-SHA256/],
  },
  {
    title: "encoding with @org/sts-protocol",
    source: `import { encodeRequest, GetSessionToken } from "@org/sts-protocol";
      console.log(encodeRequest(GetSessionToken, {}, { hostname: "sts.amazonaws.com" }));`,
    platform: "browser",
    mustNotHold: [...OTHER_OPERATIONS, ...SERVICE_SIDE, ...NODE, /fast-xml-parser/, /AWS4-HMAC-SHA256/],
    mustHold: [GET_SESSION_TOKEN, /2011-06-15/],
  },
];

async function failuresOf({ source, platform, chunks, mustNotHold, mustHold }: BleedCase): Promise<string[]> {
  const { start, all } = await bundle(source, platform);
  const { text } = chunks === "start" ? start : all;
  const surplus = mustNotHold.flatMap((pattern) => {
    const found = pattern.exec(text);
    return found
      ? [`holds ${pattern}: …${text.slice(Math.max(0, found.index - 60), found.index + 60)}…`]
      : [];
  });
  const missing = mustHold
    .filter((pattern) => !pattern.test(text))
    .map((pattern) => `does not hold ${pattern}`);
  return [...surplus, ...missing];
}

buildAll();
let failed = 0;
for (const bleedCase of CASES) {
  const failures = await failuresOf(bleedCase);
  if (failures.length > 0) failed += 1;
  console.log(`${failures.length === 0 ? "ok   " : "FAIL "} ${bleedCase.title}`);
  for (const failure of failures) console.log(`      ${failure}`);
}
console.log(`\n${CASES.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
