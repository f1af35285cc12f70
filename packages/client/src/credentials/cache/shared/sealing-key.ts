/**
 * A key that encrypts the entries of a shared store: 32 random bytes, or a 256-bit `CryptoKey` for AES-GCM with
 * the usages `encrypt` and `decrypt`.
 */
export type SealingKey = Uint8Array<ArrayBuffer> | CryptoKey;
