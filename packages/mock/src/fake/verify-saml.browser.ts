import type { verifySaml as realVerifySaml } from "./verify-saml.ts";

/** Stands in where bundles for browsers and workers are built: the XML signature library needs Node.js. */
export const verifySaml: typeof realVerifySaml = () => {
  throw new TypeError(
    "AssumeRoleWithSAML: assertions are verified with xml-crypto, which needs Node.js, Bun or Deno",
  );
};
