import type { AwsCredentials } from "./credentials.ts";
import { toBytes } from "./encoding.ts";
import type { Hash } from "./hash.ts";
import { SignerError } from "./signer-error.ts";

/** The name of Signature Version 4a in headers, parameters, the string to sign and the derivation of keys. */
export const ALGORITHM_V4A = "AWS4-ECDSA-P256-SHA256";

/** The order of the curve P-256 (NIST SP 800-186, section 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * Derives the private key that belongs to a secret: 32 bytes, the same for every day, region and service.
 *
 * The counter mode of NIST SP 800-108 over HMAC-SHA-256, repeated until the number fits the curve.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key-sigv4a Derive a signing key for SigV4a}
 */
export async function deriveSigningKeyV4a(
  hash: Hash,
  { accessKeyId, secretAccessKey }: Pick<AwsCredentials, "accessKeyId" | "secretAccessKey">,
): Promise<Uint8Array> {
  for (let counter = 1; counter < 255; counter++) {
    const input = [0, 0, 0, 1, ...toBytes(ALGORITHM_V4A), 0, ...toBytes(accessKeyId), counter, 0, 0, 1, 0];
    const candidate = readNumber(await hash.bytes(Uint8Array.from(input), `AWS4A${secretAccessKey}`));
    if (candidate <= ORDER - 2n) return writeNumber(candidate + 1n);
  }
  // One in 2^32 attempts fails, so this needs 254 such coincidences.
  throw new SignerError("ERR_CREDENTIALS_INVALID", "credentials: no SigV4a key can be derived from them");
}

function readNumber(bytes: Uint8Array): bigint {
  let number = 0n;
  for (const byte of bytes) number = (number << 8n) | BigInt(byte);
  return number;
}

function writeNumber(number: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((number >> BigInt(8 * (31 - index))) & 0xffn));
}
