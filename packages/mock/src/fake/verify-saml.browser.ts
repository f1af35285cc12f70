import type { verifySaml as realVerifySaml } from "./verify-saml.ts";

/** Replacement in bundles for browsers and Workers: the XML signature library needs Node.js. */
export const verifySaml: typeof realVerifySaml = () => {
  throw new TypeError(
    "AssumeRoleWithSAML: assertions are verified with xml-crypto, which needs Node.js, Bun or Deno",
  );
};
