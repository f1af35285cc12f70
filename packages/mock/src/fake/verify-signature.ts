// For Node.js: the signer with node:crypto, which hashes without waiting. See "imports" in package.json.
export { createVerifier, verify } from "@org/sts-signer/node";
