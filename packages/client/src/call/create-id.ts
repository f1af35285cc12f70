/** Creates the id of a call. The runtime's `crypto` has this too, but Node.js loads all of WebCrypto when it is first touched. */
export { randomUUID as createId } from "node:crypto";
