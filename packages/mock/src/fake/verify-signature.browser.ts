// For browsers, workers and everything else: the signer with a hash that finds what the runtime has.
export { createVerifier, verify } from "@org/sts-signer";
