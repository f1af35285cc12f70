import { checkCredentials, type AwsCredentials, type StsCredentials } from "./credentials.ts";
import { formatDate } from "./encoding.ts";
import { writeEventHeaders, type EventHeaders } from "./event-headers.ts";
import { hashHex, type Hash, type HashConstructor, type HashFunction, type MaybePromise } from "./hash.ts";
import type { SignerOptions } from "./options.ts";
import type { Platform } from "./platform.ts";
import { createHash } from "./create-hash.ts";
import { inQuery } from "./presign.ts";
import type { HttpRequest } from "./request.ts";
import { formatScope } from "./scope.ts";
import { sign, type SigningSetup } from "./sign.ts";
import { requireText, SignerError } from "./signer-error.ts";
import { createSigningKeys, hmacScheme, type FindSigningKey } from "./signing-key.ts";

/** Options of {@link SignatureV4}: the constructor options of `@smithy/signature-v4`. */
export interface SignatureV4Init {
  /** Who signs: credentials, or a function that is called before each signature. */
  readonly credentials: AwsCredentials | StsCredentials | (() => Promise<AwsCredentials | StsCredentials>);
  /** The region, or a function that is called before each signature. */
  readonly region: string | (() => Promise<string>);
  /** The service's signing name. */
  readonly service: string;
  /** SHA-256 in the AWS form or as a function. Default: depends on the entry point. */
  readonly sha256?: HashConstructor | HashFunction | undefined;
  /** Percent-encodes the path once more before signing. Default: true, and false for S3. */
  readonly uriEscapePath?: boolean | undefined;
  /** Sends and signs the hash of the body as `x-amz-content-sha256`. Default: true. Presigning never does. */
  readonly applyChecksum?: boolean | undefined;
}

/** Options common to every form of signing. */
export interface SigningArguments {
  /** The signing date: a `Date`, seconds since 1970 as a number or text, or text that `Date` can parse. Default: now. */
  readonly signingDate?: Date | number | string | undefined;
  /** Overrides the region of the constructor. */
  readonly signingRegion?: string | undefined;
  /** Overrides the service of the constructor. */
  readonly signingService?: string | undefined;
  /** Credentials that stay the same for all events of a stream. */
  readonly eventStreamCredentials?: AwsCredentials | undefined;
}

/** Options of signing a request. */
export interface RequestSigningArguments extends SigningArguments {
  /** Lower-case names of headers to sign although they usually are not. */
  readonly signableHeaders?: ReadonlySet<string> | undefined;
  /** Lower-case names of more headers to leave unsigned. */
  readonly unsignableHeaders?: ReadonlySet<string> | undefined;
}

/** Options of presigning. */
export interface RequestPresigningArguments extends RequestSigningArguments {
  /** For how many seconds the URL is valid, 1 to 604,800, rounded down. Default: 3,600. */
  readonly expiresIn?: number | undefined;
  /** Lower-case names of headers that begin with `x-amz-` but stay headers. */
  readonly unhoistableHeaders?: ReadonlySet<string> | undefined;
  /** Lower-case names of headers that become parameters although they do not begin with `x-amz-`. */
  readonly hoistableHeaders?: ReadonlySet<string> | undefined;
}

/** Options of signing an event of a stream. */
export interface EventSigningArguments extends SigningArguments {
  /** The signature of the previous event, or of the request that opened the stream. */
  readonly priorSignature: string;
}

/** An event whose headers are already bytes. */
export interface FormattedEvent {
  /** The headers in the binary form of event streams. */
  readonly headers: Uint8Array;
  /** The body. */
  readonly payload: Uint8Array;
}

/** A message of an event stream. */
export interface EventMessage {
  /** Its headers. */
  readonly headers: EventHeaders;
  /** Its body. */
  readonly body: Uint8Array;
}

/** A message and the signature before it. */
export interface SignableMessage<M extends EventMessage = EventMessage> {
  /** What to sign. */
  readonly message: M;
  /** The signature of the previous message. */
  readonly priorSignature: string;
}

/** A message and its signature. */
export interface SignedMessage<M extends EventMessage = EventMessage> {
  /** What was signed, unchanged. */
  readonly message: M;
  /** 64 hexadecimal digits. */
  readonly signature: string;
}

/**
 * Signs like the class of the same name in `@smithy/signature-v4`, and can replace it: `new S3Client({ signer })`.
 *
 * `sha256` is optional, S3 paths are not escaped twice unless you ask for it, services that the signer knows have their own rules, the
 * headers that proxies change are not signed, and what cannot be signed rejects with a {@link SignerError} instead of a string.
 */
export class SignatureV4Base {
  readonly #init: SignatureV4Init;
  readonly #findKey: FindSigningKey = createSigningKeys();
  readonly #setup: SigningSetup;
  readonly #presignSetup: SigningSetup;

  /** Stores the options; nothing is called before the first signature. */
  constructor(platform: Platform, init: SignatureV4Init) {
    this.#init = init;
    this.#setup = {
      hash: platform.hash,
      scheme: hmacScheme(this.#findKey),
      writeDate: platform.createDateFormat?.(),
      listSignable: platform.createListSignable?.(),
      smithy: true,
    };
    this.#presignSetup = { ...this.#setup, placement: inQuery };
  }

  /** Signs text with the signing key and returns the signature. */
  sign(stringToSign: string, options?: SigningArguments): Promise<string>;
  /** Signs an event of a stream and returns the signature. */
  sign(event: FormattedEvent, options: EventSigningArguments): Promise<string>;
  /** Signs a message of an event stream and returns it with its signature. */
  sign<M extends EventMessage>(
    message: SignableMessage<M>,
    options?: SigningArguments,
  ): Promise<SignedMessage<M>>;
  /** Signs a request in its headers and returns a new one. */
  sign<R extends HttpRequest>(request: R, options?: RequestSigningArguments): Promise<R & HttpRequest>;
  sign(
    input: string | FormattedEvent | SignableMessage | HttpRequest,
    options: RequestSigningArguments & Partial<EventSigningArguments> = {},
  ): Promise<unknown> {
    if (typeof input === "string") return this.#signText(input, options);
    if ("payload" in input) return this.#signEvent(input, options.priorSignature ?? "", options);
    return "message" in input ? this.signMessage(input, options) : this.#signRequest(input, options);
  }

  /** Signs a request in its query and returns a new one. */
  async presign<R extends HttpRequest>(request: R, options: RequestPresigningArguments = {}): Promise<R> {
    // The reference's message, which programs look for.
    if (Number(options.expiresIn) > 604_800)
      throw new SignerError(
        "ERR_EXPIRES_IN_INVALID",
        "Signature version 4 presigned URLs must have an expiration date less than one week in the future",
      );
    const pending = this.#settings(options);
    const settings = "then" in pending ? await pending : pending;
    return sameKind(request, await sign(this.#presignSetup, [request, settings]));
  }

  /** Signs a message of an event stream and returns it with its signature. */
  async signMessage<M extends EventMessage>(
    { message, priorSignature }: SignableMessage<M>,
    options: SigningArguments = {},
  ): Promise<SignedMessage<M>> {
    const event = { headers: writeEventHeaders(message.headers), payload: message.body };
    return { message, signature: await this.#signEvent(event, priorSignature, options) };
  }

  async #signRequest<R extends HttpRequest>(request: R, options: RequestSigningArguments): Promise<R> {
    const pending = this.#settings(options);
    const settings = "then" in pending ? await pending : pending;
    return sameKind(request, await sign(this.#setup, [request, settings]));
  }

  async #signEvent(
    event: FormattedEvent,
    priorSignature: string,
    options: SigningArguments,
  ): Promise<string> {
    const { date, region, service, credentials } = await this.#settings(options);
    const hash = this.#hash();
    const day = formatDate(date);
    const scope = formatScope({ date: day.slice(0, 8), region, service });
    const headers = await hashHex(hash, event.headers);
    const payload = await hashHex(hash, event.payload);
    const text = ["AWS4-HMAC-SHA256-PAYLOAD", day, scope, priorSignature, headers, payload].join("\n");
    return this.#signText(text, {
      ...options,
      signingDate: date,
      signingRegion: region,
      eventStreamCredentials: credentials,
    });
  }

  async #signText(text: string, options: SigningArguments): Promise<string> {
    const { date, region, service, credentials } = await this.#settings(options);
    const hash = this.#hash();
    const scope = formatScope({ date: formatDate(date).slice(0, 8), region, service });
    return hashHex(hash, text, await this.#findKey({ hash, credentials, scope }));
  }

  #hash(): Hash {
    const { sha256 } = this.#init;
    return sha256 ? createHash(sha256) : this.#setup.hash;
  }

  /** The signing material; a promise only if a function has to be called. */
  #settings(options: RequestPresigningArguments): MaybePromise<SmithySettings> {
    const credentials = options.eventStreamCredentials ?? this.#init.credentials;
    const region = options.signingRegion ?? this.#init.region;
    return typeof credentials === "function" || typeof region === "function"
      ? this.#askForSettings(options, credentials, region)
      : this.#makeSettings(options, credentials, region);
  }

  async #askForSettings(
    options: RequestPresigningArguments,
    credentials: SignatureV4Init["credentials"],
    region: SignatureV4Init["region"],
  ): Promise<SmithySettings> {
    return this.#makeSettings(
      options,
      typeof credentials === "function" ? await credentials() : credentials,
      typeof region === "function" ? await region() : region,
    );
  }

  #makeSettings(
    options: RequestPresigningArguments,
    given: AwsCredentials | StsCredentials,
    region: string,
  ): SmithySettings {
    const { service, uriEscapePath, applyChecksum = true, sha256 } = this.#init;
    const { signableHeaders, unsignableHeaders, expiresIn, hoistableHeaders, unhoistableHeaders } = options;
    const credentials = checkSmithyCredentials(given);
    requireText(region, "region", "ERR_SCOPE_INVALID");
    return {
      credentials,
      region,
      service: options.signingService ?? service,
      date: readDate(options.signingDate),
      uriEscapePath,
      applyChecksum,
      sha256,
      signableHeaders,
      unsignableHeaders,
      expiresIn,
      hoistableHeaders,
      unhoistableHeaders,
      // The reference signs with what it is given.
      allowExpired: true,
    };
  }
}

type SmithySettings = SignerOptions & {
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly service: string;
  readonly date: Date;
};

function readDate(given: Date | number | string = new Date()): Date {
  if (given instanceof Date && +given >= 0) return given;
  const seconds = given instanceof Date ? Number.NaN : Number(given);
  const date = new Date(Number.isNaN(seconds) ? given : seconds * 1000);
  if (!(+date >= 0)) throw new SignerError("ERR_DATE_INVALID", "signingDate invalid");
  return date;
}

function checkSmithyCredentials(given: AwsCredentials | StsCredentials | undefined): AwsCredentials {
  try {
    return checkCredentials(given);
  } catch {
    // The reference's message, which programs look for.
    throw new SignerError("ERR_CREDENTIALS_INVALID", "Resolved credential object is not valid");
  }
}

/** Requests of the AWS SDK are instances of a class, and stay that way. */
function sameKind<R extends HttpRequest>(request: R, signed: object): R {
  const prototype: unknown = Object.getPrototypeOf(request);
  // The signed request is a copy with other values for the same members.
  if (prototype === Object.prototype) return signed as R;
  return Object.assign(Object.create(prototype as object) as R, signed);
}
