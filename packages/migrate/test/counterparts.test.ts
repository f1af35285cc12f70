import * as sdkClient from "@aws-sdk/client-sts";
import * as sdkProviders from "@aws-sdk/credential-providers";
import { migrateSource } from "@org/sts-migrate";
import * as client from "@org/sts-client";
import * as providers from "@org/sts-client/credentials";
import * as nodeProviders from "@org/sts-client/credentials/node";
import * as signer from "@org/sts-signer";
import * as sdkSigner from "@smithy/signature-v4";
import { expect, test } from "vitest";

const OURS: Readonly<Record<string, object>> = {
  "@org/sts-client": client,
  "@org/sts-client/credentials": providers,
  "@org/sts-client/credentials/node": nodeProviders,
  "@org/sts-signer": signer,
};

const THEIRS: readonly (readonly [string, object])[] = [
  ["@aws-sdk/client-sts", sdkClient],
  ["@aws-sdk/credential-providers", sdkProviders],
  ["@smithy/signature-v4", sdkSigner],
];

const exports = THEIRS.flatMap(([module, names]) =>
  // Node.js adds `module.exports`, which nobody can import by name.
  Object.keys(names)
    .filter((name) => /^[\w$]+$/.test(name))
    .map((name) => [module, name] as const),
);

test.each(exports)("each export of %s is found in ours or is reported: %s", (module, name) => {
  const { code, changed, left, kept } = migrateSource(`export { ${name} } from "${module}";\n`, "a.ts");

  const [, imported, target] = /\{ ([\w$]+)(?: as [\w$]+)? \} from "(.+)"/.exec(code) ?? [];
  const isOurs = changed && imported !== undefined && imported in (OURS[target ?? ""] ?? {});
  const isReported = [...left, ...kept].some(({ reason }) => reason.includes(name));
  expect({ isOurs, isReported }).toEqual({ isOurs: changed, isReported: !changed });
});

test("what our client exports under a name of the AWS SDK is never reported as missing", () => {
  const shared = Object.keys(sdkClient).filter((name) => name in client);

  const { left } = migrateSource(`import { ${shared.join(", ")} } from "@aws-sdk/client-sts";\n`, "a.ts");

  expect(left).toEqual([]);
});
