import type { Identifiers } from "./identifiers.ts";
import type { PolicyDocument } from "./policy-document.ts";
import type { Identity } from "./principals.ts";

/** What temporary credentials represent. It travels encrypted inside the session token, as with the real service. */
export interface Session {
  /** Key id that the token belongs to. */
  readonly accessKeyId: string;
  /** Secret that signs. */
  readonly secretAccessKey: string;
  /** Milliseconds since 1970 at which the session ends. */
  readonly expiration: number;
  /** Operation that issued it. */
  readonly issuedBy: string;
  /** When it was issued, in milliseconds since 1970. Absent in tokens from earlier versions. */
  readonly issuedAt?: number | undefined;
  /** Who it acts as. */
  readonly identity: Identity;
  /** When an MFA code was given for it, in milliseconds since 1970. */
  readonly mfaAt?: number | undefined;
  /** Session tags. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Keys of the tags that are passed on to roles assumed from this session. */
  readonly transitiveTagKeys?: readonly string[] | undefined;
  /** Source identity, which no later call can change. */
  readonly sourceIdentity?: string | undefined;
  /** ARN or name of the identity provider that vouched for the caller: the value of `aws:FederatedProvider`. */
  readonly federatedProvider?: string | undefined;
  /** Subject that another identity provider vouched for. */
  readonly originSubject?: string | undefined;
  /** Session policies: each of them must allow what is done. */
  readonly policies?: readonly PolicyDocument[] | undefined;
  /** Managed session policies, whose contents are looked up at each use. One of them, or the inline policy, must allow it. */
  readonly managedPolicyArns?: readonly string[] | undefined;
  /** The inline session policy beside managed ones. */
  readonly inlinePolicy?: PolicyDocument | undefined;
  /** How often the session was scoped down by GetScopedCredentials. */
  readonly scopes?: number | undefined;
}

/** A session's credentials as a response contains them. */
export interface IssuedCredentials {
  /** Key id, `ASIA…`. */
  readonly AccessKeyId: string;
  /** Secret key. */
  readonly SecretAccessKey: string;
  /** Session token. */
  readonly SessionToken: string;
  /** When they stop working. */
  readonly Expiration: Date;
}

/** Issues and reads session tokens. Nothing is stored, so memory does not grow. */
export interface Sessions {
  /** Issues credentials for a session. */
  issue(session: NewSession, minimumTokenBytes?: number): Promise<IssuedCredentials>;
  /** Reads a token; `undefined` when this fake did not issue it. An expired one is still read. */
  open(sessionToken: string): Promise<Session | undefined>;
  /** Encrypts a value that only this fake can read. */
  seal(value: unknown): Promise<string>;
  /** Decrypts what {@link Sessions.seal} created; `undefined` for anything else. */
  unseal(text: string): Promise<unknown>;
}

/** A session without the parts that are created when it is issued. */
export type NewSession = Omit<Session, "accessKeyId" | "secretAccessKey">;

/** Size in bytes that the service allows a session token, for `SessionTokenUtilization`. */
export const SESSION_TOKEN_LIMIT = 4096;

/**
 * Creates the object that issues tokens.
 *
 * @param key - 32 bytes that encrypt the tokens; with the same key, tokens of an earlier run can be read
 */
export function createSessions(
  key: Uint8Array,
  identifiers: Identifiers,
  randomBytes: (length: number) => Uint8Array,
): Sessions {
  let imported: Promise<CryptoKey> | undefined;
  const cipher = (): Promise<CryptoKey> =>
    (imported ??= crypto.subtle.importKey("raw", Uint8Array.from(key), "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]));

  const seal = async (value: unknown): Promise<string> => {
    const iv = Uint8Array.from(randomBytes(12));
    const text = new TextEncoder().encode(JSON.stringify(value));
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await cipher(), text));
    return toBase64(iv) + toBase64(sealed);
  };
  const unseal = async (text: string): Promise<unknown> => {
    try {
      const iv = fromBase64(text.slice(0, 16));
      const sealed = fromBase64(text.slice(16));
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await cipher(), sealed);
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      // Not base64 as `seal` writes it, or encrypted with another key: it was not created here.
      return undefined;
    }
  };
  return {
    seal,
    unseal,
    issue: async (session, minimumTokenBytes = 0) => {
      const accessKeyId = identifiers.accessKeyId("ASIA", session.identity.account);
      const secretAccessKey = identifiers.secretAccessKey();
      const whole: Session = { ...session, accessKeyId, secretAccessKey };
      const token = PREFIX + (await seal(whole));
      // The filler is inside the encryption: base64 turns 3 bytes into 4, JSON adds `,"filler":""`.
      const missing = Math.ceil(((minimumTokenBytes - token.length) * 3) / 4);
      const padded = missing > 0 ? PREFIX + (await seal({ ...whole, filler: "x".repeat(missing) })) : token;
      return {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: padded,
        Expiration: new Date(session.expiration),
      };
    },
    open: async (sessionToken) => {
      if (!sessionToken.startsWith(PREFIX)) return undefined;
      const value = await unseal(sessionToken.slice(PREFIX.length));
      // Authenticated encryption: what decrypts was written by `issue`.
      return value as Session | undefined;
    },
  };
}

// Real session tokens begin like this: the bytes contain the word "origin".
const PREFIX = "IQoJb3JpZ2luX2Vj";

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCodePoint(byte);
  return btoa(text);
}

/** @throws Error when the text is not exactly what {@link toBase64} writes. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  // `atob` alone ignores spaces, missing padding and loose bits, so one token would have many spellings.
  if (text.length % 4 !== 0 || /\s/.test(text))
    throw new SyntaxError("a sealed text is padded, without spaces");
  const decoded = atob(text);
  const end = text.slice(-4);
  if (btoa(atob(end)) !== end) throw new SyntaxError("a sealed text ends as it was written");
  const bytes = new Uint8Array(decoded.length);
  for (let index = 0; index < decoded.length; index += 1) bytes[index] = decoded.charCodeAt(index);
  return bytes;
}
