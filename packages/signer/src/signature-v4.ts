import type { AwsCredentials } from "./credentials.ts";
import { formatDate } from "./encoding.ts";
import { writeEventHeaders, type EventHeaders } from "./event-headers.ts";
import { createHash, hashHex, type Hash, type HashConstructor, type HashFunction } from "./hash.ts";
import type { PresignOptions } from "./options.ts";
import { inQuery } from "./presign.ts";
import type { HttpRequest } from "./request.ts";
import { formatScope } from "./scope.ts";
import { sign } from "./sign.ts";
import { requireValue } from "./signer-error.ts";
import { createSigningKeys, type FindSigningKey } from "./signing-key.ts";

/** What {@link SignatureV4} is made with: the constructor options of `@smithy/signature-v4`. */
export interface SignatureV4Init {
  /** Whose signature it is: credentials, or a function that is asked before each signature. */
  readonly credentials: AwsCredentials | (() => Promise<AwsCredentials>);
  /** The region, or a function that is asked for it before each signature. */
  readonly region: string | (() => Promise<string>);
  /** The service's signing name. */
  readonly service: string;
  /** SHA-256 in the AWS form or as a function; by default what the entry point brings. */
  readonly sha256?: HashConstructor | HashFunction | undefined;
  /** Percent-encodes the path once more before signing. By default true, and false for S3. */
  readonly uriEscapePath?: boolean | undefined;
  /** Sends and signs the hash of the body as `x-amz-content-sha256`; true by default. Presigning never does. */
  readonly applyChecksum?: boolean | undefined;
}

/** Options that every form of signing takes. */
export interface SigningArguments {
  /** The signing date: a `Date`, seconds since 1970 as a number or text, or text that `Date` reads; now by default. */
  readonly signingDate?: Date | number | string | undefined;
  /** Goes over the region of the constructor. */
  readonly signingRegion?: string | undefined;
  /** Goes over the service of the constructor. */
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
  /** For how many seconds the URL is good, 1 to 604,800; 3,600 by default. */
  readonly expiresIn?: number | undefined;
  /** Lower-case names of headers that begin with `x-amz-` and yet stay headers. */
  readonly unhoistableHeaders?: ReadonlySet<string> | undefined;
  /** Lower-case names of headers that become parameters although they do not begin with `x-amz-`. */
  readonly hoistableHeaders?: ReadonlySet<string> | undefined;
}

/** Options of signing an event of a stream. */
export interface EventSigningArguments extends SigningArguments {
  /** The signature of the event before, or of the request that opened the stream. */
  readonly priorSignature: string;
}

/** An event whose headers are bytes already. */
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

/** A message and the signature that goes before it. */
export interface SignableMessage<M extends EventMessage = EventMessage> {
  /** What to sign. */
  readonly message: M;
  /** The signature of the message before. */
  readonly priorSignature: string;
}

/** A message and its signature. */
export interface SignedMessage<M extends EventMessage = EventMessage> {
  /** What was signed, as it was. */
  readonly message: M;
  /** 64 hexadecimal digits. */
  readonly signature: string;
}

/** The body of every entry point's `SignatureV4`. */
export class SignatureV4With {
  readonly #init: SignatureV4Init;
  readonly #hash: Hash;
  readonly #findKey: FindSigningKey = createSigningKeys();

  /** Keeps the options; nothing is asked for before the first signature. */
  constructor(hash: Hash, init: SignatureV4Init) {
    this.#init = init;
    this.#hash = init.sha256 ? createHash(init.sha256) : hash;
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
  sign<R extends HttpRequest>(request: R, options?: RequestSigningArguments): Promise<R>;
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
    const signed = await sign(this.#hash, this.#findKey, await this.#options(options), [request], inQuery);
    return sameKind(request, signed);
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
    const { applyChecksum = true } = this.#init;
    const settings = { ...(await this.#options(options)), applyChecksum };
    return sameKind(request, await sign(this.#hash, this.#findKey, settings, [withoutDate(request)]));
  }

  async #signEvent(
    event: FormattedEvent,
    priorSignature: string,
    options: SigningArguments,
  ): Promise<string> {
    const { date, region, service, credentials } = await this.#options(options);
    const day = formatDate(date);
    const scope = formatScope({ date: day.slice(0, 8), region, service });
    const headers = await hashHex(this.#hash, event.headers);
    const payload = await hashHex(this.#hash, event.payload);
    const text = ["AWS4-HMAC-SHA256-PAYLOAD", day, scope, priorSignature, headers, payload].join("\n");
    return this.#signText(text, {
      ...options,
      signingDate: date,
      signingRegion: region,
      eventStreamCredentials: credentials,
    });
  }

  async #signText(text: string, options: SigningArguments): Promise<string> {
    const { date, region, service, credentials } = await this.#options(options);
    const { accessKeyId, secretAccessKey } = credentials;
    requireValue(accessKeyId && secretAccessKey, "credentials", "ERR_CREDENTIALS_INVALID");
    const scope = formatScope({ date: formatDate(date).slice(0, 8), region, service });
    return hashHex(
      this.#hash,
      text,
      await this.#findKey(this.#hash, secretAccessKey, scope, `${accessKeyId}/${scope}`),
    );
  }

  async #options(
    options: RequestPresigningArguments,
  ): Promise<PresignOptions & { date: Date; credentials: AwsCredentials }> {
    const { credentials, region, service, uriEscapePath } = this.#init;
    const {
      signingDate = new Date(),
      signingRegion,
      signingService,
      eventStreamCredentials,
      ...rest
    } = options;
    const seconds = signingDate instanceof Date ? Number.NaN : Number(signingDate);
    const date = new Date(Number.isNaN(seconds) ? signingDate : seconds * 1000);
    requireValue(+date >= 0, "signingDate", "ERR_DATE_INVALID");
    return {
      ...rest,
      date,
      uriEscapePath,
      credentials:
        eventStreamCredentials ?? (typeof credentials === "function" ? await credentials() : credentials),
      region: signingRegion ?? (typeof region === "function" ? await region() : region),
      service: signingService ?? service,
    };
  }
}

/** Requests of the AWS SDK are instances of a class, and stay so. */
function sameKind<R extends HttpRequest>(request: R, signed: object): R {
  // What was signed is a copy of the request with other values for the same members.
  return Object.assign(Object.create(Object.getPrototypeOf(request)) as R, signed);
}

/** The AWS SDK's signer takes a `date` header out, since `x-amz-date` stands in its place. */
function withoutDate(request: HttpRequest): HttpRequest {
  const headers = Object.entries(request.headers).filter(([name]) => name.toLowerCase() !== "date");
  return { ...request, headers: Object.fromEntries(headers) };
}
