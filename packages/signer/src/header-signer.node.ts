import { createFastDateFormat } from "./encoding.ts";
import { nodeHash } from "./hash.node.ts";
import type { Platform } from "./platform.ts";
import { createSignableMemory } from "./signable-headers.ts";
import { bindCreateHeaderSigner, type CreateHeaderSigner } from "./header-signer.ts";

/** What the signer uses of Node.js. */
export const platform: Platform = {
  hash: nodeHash,
  createDateFormat: createFastDateFormat,
  createListSignable: createSignableMemory,
};

/** Creates a signer that cannot presign: see {@link CreateHeaderSigner}. */
export const createHeaderSigner: CreateHeaderSigner = /* @__PURE__ */ bindCreateHeaderSigner(platform);
