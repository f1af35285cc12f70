import * as node from "@org/sts-signer/node";
import * as webcrypto from "@org/sts-signer/webcrypto";

// By its file: under its name, Node.js gets the entry of its own.
import * as universal from "../../dist/index.js";

/** The three entry points: the same functions over three implementations of SHA-256. */
export const entries: [name: string, entry: typeof universal][] = [
  ["@org/sts-signer", { ...universal }],
  ["@org/sts-signer/webcrypto", { ...webcrypto }],
  ["@org/sts-signer/node", { ...node }],
];
