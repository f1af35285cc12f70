// Bundles what a user would, and looks for strings that must not be in it. Ends with `N passed, N failed`.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { bundle, bundleOneFile, type Platform } from "./check-size/bundle.ts";
import { buildAll, ROOT, run } from "./portable/install-packed.ts";

interface BleedCase {
  readonly title: string;
  /** The code to look at. */
  readonly read: () => Promise<string>;
  readonly mustNotHold: readonly RegExp[];
  /** Strings that must be there, so that a renamed one cannot make the search pointless. */
  readonly mustHold: readonly RegExp[];
}

// As the tables name them; a message may well speak of an operation.
const GET_SESSION_TOKEN = /name:"GetSessionToken"/;
const OTHER_OPERATIONS = [/name:"(?:Assume|Decode|Get(?!SessionToken"))\w+"/];
const SERVICE_SIDE = [/<ErrorResponse/, /Response xmlns=/, /doc\/2011-06-15/];
const PRESIGNING = [/X-Amz-SignedHeaders"/, /ERR_EXPIRES_IN_INVALID/];
const VERIFYING = [/not-yet-valid/, /unknown-key/];
const NODE = [/(?<!getBuiltinModule\?\.\()["'`]node:/, /require\(["'`]/];

/** What an application downloads in the end, or only at start. */
function bundled(source: string, platform: Platform, chunks: "all" | "start" = "all"): BleedCase["read"] {
  return async () => (await bundle(source, platform))[chunks].text;
}

/** The file of a package that Node.js loads first. */
function coreForNode(name: string): BleedCase["read"] {
  return async () => {
    const directory = join(ROOT, "packages", name);
    run(process.execPath, [join(ROOT, "tools/prepare-package.ts")], directory);
    const { publishConfig } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
    return readFileSync(join(directory, publishConfig.main), "utf8");
  };
}

function oneCommand(entry: string, configuration = "{}"): string {
  return `import { GetSessionTokenCommand, STSClient } from "${entry}";
    console.log(await new STSClient(${configuration}).send(new GetSessionTokenCommand({})));`;
}

const CASES: readonly BleedCase[] = [
  ...["@org/sts-client", "@org/sts-client/webcrypto"].map((entry): BleedCase => ({
    title: `one command of ${entry} in a browser`,
    read: bundled(oneCommand(entry), "browser"),
    mustNotHold: [...OTHER_OPERATIONS, ...SERVICE_SIDE, ...PRESIGNING, ...VERIFYING, ...NODE],
    mustHold: [GET_SESSION_TOKEN, /AWS4-HMAC-SHA256/],
  })),
  {
    title: "one command of @org/sts-client/webcrypto holds no third-party code",
    read: async () => (await bundleOneFile(oneCommand("@org/sts-client/webcrypto"), "browser")).text,
    mustNotHold: [/maxNestedTags/, /\[\[PreferBrowser\]\]|importSubtle|rawSha256/],
    mustHold: [GET_SESSION_TOKEN, /ERR_XML_MALFORMED/],
  },
  {
    title: "one command of @org/sts-client on Node.js, at start",
    read: bundled(oneCommand("@org/sts-client"), "node", "start"),
    // Other operations are there: the shared config files may tell the client to assume a role.
    mustNotHold: [...SERVICE_SIDE, ...PRESIGNING, ...VERIFYING, /maxNestedTags/],
    mustHold: [GET_SESSION_TOKEN],
  },
  {
    title: "one command of @org/sts-client in a browser, at start",
    read: bundled(oneCommand("@org/sts-client"), "browser", "start"),
    mustNotHold: [/ignoreDeclaration/, /maxNestedTags/],
    mustHold: [GET_SESSION_TOKEN],
  },
  {
    title: "signing with @org/sts-signer/webcrypto",
    read: bundled(`export { signRequest } from "@org/sts-signer/webcrypto";`, "browser"),
    mustNotHold: [...PRESIGNING, ...VERIFYING, ...NODE, /GetSessionToken/, /Sha256/],
    mustHold: [/AWS4-HMAC-SHA256/],
  },
  {
    title: "encoding with @org/sts-protocol",
    read: bundled(
      `import { encodeRequest, GetSessionToken } from "@org/sts-protocol";
        console.log(encodeRequest(GetSessionToken, {}, { hostname: "sts.amazonaws.com" }));`,
      "browser",
    ),
    mustNotHold: [...OTHER_OPERATIONS, ...SERVICE_SIDE, ...NODE, /fast-xml-parser/, /AWS4-HMAC-SHA256/],
    mustHold: [GET_SESSION_TOKEN, /2011-06-15/],
  },
  {
    title: "@org/sts-client as Node.js loads it, at start",
    read: coreForNode("client"),
    // Providers of credentials, hints, the adaptive strategy, and what is slow to load.
    mustNotHold: [
      /169\.254\.169\.254/,
      /credential_process/,
      /function hintFor/,
      /function createAdaptiveRetryStrategy/,
      /from "(?:node:(?:child_process|https?)|fast-xml-parser)"/,
    ],
    mustHold: [/GetSessionTokenCommand = class/, /function sendWithRetries/, /function readSharedConfig/],
  },
];

async function failuresOf({ read, mustNotHold, mustHold }: BleedCase): Promise<string[]> {
  const text = await read();
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
