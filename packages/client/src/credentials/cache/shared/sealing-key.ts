/**
 * A key that entries of a shared store are encrypted with: 32 random bytes, or a `CryptoKey` for AES-GCM of 256 bits with
 * the usages `encrypt` and `decrypt`.
 */
export type SealingKey = Uint8Array<ArrayBuffer> | CryptoKey;
