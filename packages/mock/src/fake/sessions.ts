import { createTokenCipher } from "#token-cipher";

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
  /** The inline session policy, in addition to managed ones. */
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
  seal(value: unknown): string | Promise<string>;
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
  const cipher = createTokenCipher(key, randomBytes(10));

  const seal = (value: unknown): string | Promise<string> => cipher.encrypt(JSON.stringify(value));
  const unseal = async (text: string): Promise<unknown> => {
    if (!isBase64(text)) return undefined;
    try {
      return JSON.parse(await cipher.decrypt(text));
    } catch {
      // Encrypted with another key: it was not created here.
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
      const sealed = seal(whole);
      // On Node.js there is nothing to wait for.
      const token = PREFIX + (typeof sealed === "string" ? sealed : await sealed);
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

/**
 * Whether a text is base64 as it is written. Decoders pass over spaces, missing padding and loose bits at the end, so that one
 * token would have many spellings.
 */
function isBase64(text: string): boolean {
  const end = text.slice(-4);
  return text.length % 4 === 0 && /^[A-Za-z\d+/]*={0,2}$/.test(text) && btoa(atob(end)) === end;
}
