import type { STSClient } from "../../../clients/client.ts";
import { processEnvironment } from "../../sources/environment.ts";
import type {
  AwsCredentialIdentity,
  CredentialsProvider,
  CredentialsProviderOptions,
} from "../../provider.ts";

/** What a provider's sessions belong to. Digests only: no part is secret, and nothing can be derived from them. */
export interface SessionOwner {
  /** Digest of the operation, its parameters and the endpoint. */
  readonly session: string;
  /** Digest of who asks for the session; `undefined` if that is unknown. */
  readonly source: string | undefined;
}

/** What one of our providers says about its sessions. */
export interface OwnedSessions {
  /** Returns what a session belongs to; may ask the provider's source for its credentials. */
  readonly owner: (asked?: CredentialsProviderOptions) => Promise<SessionOwner | undefined>;
  /** Milliseconds to add to the local clock to get the service's, as learned from the last response. */
  readonly clockOffsetMs: () => Promise<number | undefined>;
}

// Several copies of this package must understand each other.
const OWNED = Symbol.for("@org/sts-client: what a session belongs to");

/** Records on a provider, in a hidden property, what its sessions belong to. */
export function withOwner(provider: CredentialsProvider, sessions: OwnedSessions): CredentialsProvider {
  return Object.defineProperty(provider, OWNED, { value: sessions });
}

/** Records on a provider that its sessions are those of another provider, which may not exist yet. */
export function withOwnerOf(
  provider: CredentialsProvider,
  getOther: () => CredentialsProvider,
): CredentialsProvider {
  return withOwner(provider, {
    owner: async (asked) => ownedSessions(getOther())?.owner(asked),
    clockOffsetMs: async () => ownedSessions(getOther())?.clockOffsetMs(),
  });
}

/** Reads what {@link withOwner} recorded. */
export function ownedSessions(provider: CredentialsProvider): OwnedSessions | undefined {
  return (provider as { readonly [OWNED]?: OwnedSessions })[OWNED]; // only `withOwner` writes under this symbol
}

/** What {@link ownedByParameters} uses. */
export interface StsSessionParameters {
  /** Operation of STS. */
  readonly operation: string;
  /** The parts of the input that are the same for every session: no one-time code, no generated name, no token. */
  readonly parameters: object;
  /** The client's endpoint, if one was given. */
  readonly endpoint: unknown;
  /** Whose credentials sign the call, or a function that returns who asks. */
  readonly source: AwsCredentialIdentity | CredentialsProvider | undefined;
  /** Gets the client. */
  readonly getClient: (asked: CredentialsProviderOptions | undefined) => Promise<STSClient>;
}

/** Describes the sessions that one operation creates with fixed parameters. */
export function ownedByParameters(given: StsSessionParameters): OwnedSessions {
  const { operation, parameters, source, getClient } = given;
  return ownedBy({
    ...given,
    session: async () => [operation, parameters],
    source: async (asked) => {
      // Without a source, the client signs with the default credentials.
      const signer = source ?? (await getClient(asked)).config.credentials;
      return sourceOf(signer, asked);
    },
  });
}

/** Like {@link ownedByParameters}, with functions for what is known only during a call. */
export function ownedBy(given: {
  readonly session: (asked: CredentialsProviderOptions | undefined) => Promise<unknown>;
  readonly source: (asked: CredentialsProviderOptions | undefined) => Promise<string | undefined>;
  readonly endpoint: unknown;
  readonly getClient: (asked: CredentialsProviderOptions | undefined) => Promise<STSClient>;
}): OwnedSessions {
  const { endpoint, getClient } = given;
  return {
    owner: async (asked) => {
      const env = processEnvironment();
      const address =
        (typeof endpoint === "function" ? await endpoint() : endpoint) ??
        env["AWS_ENDPOINT_URL_STS"] ??
        env["AWS_ENDPOINT_URL"];
      return {
        session: await digest([await given.session(asked), address]),
        source: await given.source(asked),
      };
    },
    clockOffsetMs: async () => (await getClient(undefined)).config.systemClockOffset,
  };
}

/**
 * Says whose credentials these are: a user's by the access key, those of one of our providers by what it says, and
 * temporary ones only if they were passed in as they are.
 */
export async function sourceOf(
  source: AwsCredentialIdentity | CredentialsProvider,
  asked?: CredentialsProviderOptions,
): Promise<string | undefined> {
  if (typeof source !== "function") return digest(["key", source.accessKeyId]);
  const owner = await ownedSessions(source)?.owner(asked);
  if (owner) return owner.source && digest(["session", owner.session, owner.source]);
  const { accessKeyId, sessionToken } = await source({ callerClientConfig: asked?.callerClientConfig });
  // Temporary keys of an instance or a pod differ from one to the next, although the role is the same.
  return sessionToken === undefined ? digest(["key", accessKeyId]) : undefined;
}

/**
 * Says who an OpenID Connect token is about: issuer, subject, audience, and the session's tags and source identity,
 * which come with the token. `undefined` when it is not such a token.
 */
export async function subjectOf(token: string): Promise<string | undefined> {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims: Readonly<Record<string, unknown>> = JSON.parse(new TextDecoder().decode(bytes));
    const { iss, sub, aud, azp } = claims;
    if (typeof iss !== "string" || typeof sub !== "string") return undefined;
    const session = Object.entries(claims).filter(([name]) => name.startsWith("https://aws.amazon.com/"));
    return await digest(["token", iss, sub, aud, azp, Object.fromEntries(session)]);
  } catch {
    return undefined;
  }
}

/** SHA-256 of a value as JSON, in the order of its members' names, in hexadecimal. */
export async function digest(value: unknown): Promise<string> {
  const text = JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member) && !(member instanceof URL)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
