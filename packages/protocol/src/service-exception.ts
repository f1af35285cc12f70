import { showMessage } from "./show-message.ts";
import type { HttpResponse } from "./http-message.ts";

/** What is known about the exchange behind a result or an error. */
export interface ResponseMetadata {
  /** HTTP status of the last response. */
  httpStatusCode?: number;
  /** The service's id of the request, from the header or else the body. Quote it to AWS support. */
  requestId?: string;
  /** A second id that some endpoints return (`x-amz-id-2`). */
  extendedRequestId?: string;
  /** CloudFront's request id, if CloudFront was involved. */
  cfId?: string;
  /** How often the request was sent. */
  attempts?: number;
  /** Total milliseconds waited between attempts. */
  totalRetryDelay?: number;
}

/** Anything with {@link ResponseMetadata}: every result and every service error. */
export interface MetadataBearer {
  /** What is known about the exchange. */
  $metadata: ResponseMetadata;
}

/** Options for creating an {@link STSServiceException}. */
export interface ServiceExceptionOptions {
  /** Default: the class's documented name. */
  name?: string | undefined;
  /** Who is at fault. Default: `"client"`. */
  $fault?: "client" | "server" | undefined;
  /** Default: empty. */
  $metadata?: ResponseMetadata | undefined;
  /** The service's message. */
  message?: string | undefined;
  /** The wire code, if it differs from the name. */
  Code?: string | undefined;
  /** `Sender` or `Receiver`. */
  Type?: string | undefined;
}

/** The members of `<Error>`. */
export interface ServiceErrorDetails {
  /** `Sender` or `Receiver`. */
  Type?: string | undefined;
  /** The wire code. */
  Code?: string | undefined;
  /** The service's message. */
  Message?: string | undefined;
}

/**
 * The service refused the request. `name` is a modelled error's class name, or the wire code of an unmodelled one
 * (`"AccessDenied"`, `"InvalidClientTokenId"`, …). Branch on `name`, never on the message.
 *
 * `instanceof` checks the error's fields, so it works across copies of this package and for errors from
 * `@aws-sdk/client-sts`.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html Common errors}
 */
export class STSServiceException extends Error {
  /** Who the service says is at fault: `"client"` will fail again unchanged, `"server"` may not. */
  readonly $fault: "client" | "server";
  /** What is known about the exchange. */
  $metadata: ResponseMetadata;
  /** Present when a retry may help. */
  declare $retryable?: {
    /** Whether the service wants fewer requests. */
    readonly throttling?: boolean;
  };
  /** The wire code. */
  declare Code?: string | undefined;
  /** `Sender` or `Receiver`, as the service wrote it. */
  declare Type?: string | undefined;
  /**
   * The error as the service wrote it; absent from errors that were not decoded from a response. The AWS SDK has it too;
   * prefer `name`, `Code` and `message`.
   */
  declare Error?: ServiceErrorDetails | undefined;
  /** The probable cause and what to do, if they can be known. */
  declare hint?: string | undefined;
  /** The raw response. Not enumerable, so it is not in JSON or `inspect` output. */
  declare readonly $response?: HttpResponse;

  /** @param options - `message` and, for an unmodelled error, `name` and `$fault` */
  constructor(options: ServiceExceptionOptions) {
    super(options.message);
    showMessage(this);
    const statics = new.target as object as Partial<ServiceExceptionClass>; // subclasses carry these, the base class does not
    this.name = options.name ?? statics.exceptionName ?? "STSServiceException";
    this.$fault = options.$fault ?? "client";
    this.$metadata = options.$metadata ?? {};
    const code = options.Code ?? statics.code;
    if (code !== undefined) this.Code = code;
    if (options.Type !== undefined) this.Type = options.Type;
    if (statics.retryable === true) this.$retryable = {};
  }

  /** Returns whether a value is such an error: `instanceof` as a function. */
  static isInstance(value: unknown): value is STSServiceException {
    return value instanceof STSServiceException;
  }

  /**
   * Compares by what an error is, not by which copy of the package created it. A class that you derive yourself matches only its own
   * instances.
   */
  static override [Symbol.hasInstance](this: object, value: unknown): boolean {
    if (typeof value !== "object" || value === null) return false;
    // `this` is the class on the right of `instanceof`.
    const { prototype } = this as { readonly prototype: object };
    if (Object.prototype.isPrototypeOf.call(prototype, value)) return true;
    if (!("$fault" in value && "$metadata" in value && "name" in value)) return false;
    return Object.hasOwn(this, "exceptionName")
      ? value.name === (this as Partial<ServiceExceptionClass>).exceptionName
      : this === STSServiceException;
  }
}

/** A modelled error's class: its wire code, status and retryability are static data, found through an operation's list of errors. */
export interface ServiceExceptionClass {
  new (options: ServiceExceptionOptions): STSServiceException;
  /** The class's documented name, which minifiers do not change. Equals `error.name`. */
  readonly exceptionName: string;
  /** The content of `<Code>`. Often the class name without `Exception`. */
  readonly code: string;
  /** HTTP status of the response. */
  readonly statusCode: number;
  /** The service itself says that a retry may help. */
  readonly retryable?: boolean;
}
