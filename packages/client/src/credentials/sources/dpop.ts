/**
 * A DPoP proof: it shows that its maker holds a key.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#name-dpop-proof-jwt-syntax RFC 9449, DPoP proof}
 */
export interface DpopClaims {
  /** HTTP method of the request. */
  readonly method: string;
  /** URL of the request, without query and fragment. */
  readonly url: string;
  /** When the proof is created, in milliseconds since 1970. */
  readonly time: number;
}

/**
 * Creates a DPoP proof with a P-256 key in PEM: `EC PRIVATE KEY` (SEC 1, which the AWS CLI stores) or `PRIVATE KEY`
 * (PKCS #8).
 *
 * @throws TypeError when there is no such key in the text; the error does not quote it.
 */
export async function createDpopProof(pem: string, { method, url, time }: DpopClaims): Promise<string> {
  const { key, jwk } = await importKey(pem);
  const header = { typ: "dpop+jwt", alg: "ES256", jwk };
  const claims = { jti: crypto.randomUUID(), htm: method, htu: url, iat: Math.floor(time / 1000) };
  const signed = `${base64UrlText(header)}.${base64UrlText(claims)}`;
  const signature = await crypto.subtle.sign(
    { name: "ECDSA", hash: "SHA-256" },
    key,
    new TextEncoder().encode(signed),
  );
  return `${signed}.${base64Url(new Uint8Array(signature))}`;
}

interface PublicJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
}

async function importKey(pem: string): Promise<{ readonly key: CryptoKey; readonly jwk: PublicJwk }> {
  try {
    const key = await crypto.subtle.importKey(
      "pkcs8",
      toPkcs8(pem),
      { name: "ECDSA", namedCurve: "P-256" },
      // The public half of the key is part of the proof, and this is the only way to get it.
      true,
      ["sign"],
    );
    const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", key);
    if (kty && crv && x && y) return { key, jwk: { kty, crv, x, y } };
  } catch {
    // The runtime's message may quote the key.
  }
  throw new TypeError("dpopKey is not a P-256 private key in PEM");
}

function toPkcs8(pem: string): Uint8Array<ArrayBuffer> {
  const [, label, base64 = ""] =
    /-----BEGIN ((?:EC )?PRIVATE KEY)-----([\sA-Za-z\d+/=]+)-----END \1-----/.exec(pem) ?? [];
  const bytes = Uint8Array.from(atob(base64.replace(/\s/g, "")), (character) => character.charCodeAt(0));
  if (label === "PRIVATE KEY") return bytes;
  // RFC 5208, PrivateKeyInfo: version 0, the algorithm, and the SEC 1 key unchanged.
  return der(0x30, der(0x02, Uint8Array.of(0)), P256_ALGORITHM, der(0x04, bytes));
}

/** One value in the Distinguished Encoding Rules: tag, length, contents. */
function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  const value = new Uint8Array(1 + size.length + length);
  value.set([tag, ...size]);
  let offset = 1 + size.length;
  for (const part of parts) {
    value.set(part, offset);
    offset += part.length;
  }
  return value;
}

// SEQUENCE { id-ecPublicKey, prime256v1 }, RFC 5480 section 2.1.1.
// oxfmt-ignore
const P256_ALGORITHM: Uint8Array = Uint8Array.of(
  0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
);

function base64UrlText(value: object): string {
  return base64Url(new TextEncoder().encode(JSON.stringify(value)));
}

function base64Url(bytes: Uint8Array): string {
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
