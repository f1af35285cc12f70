import { showMessage } from "./show-message.ts";
import type { HttpResponse } from "./http-message.ts";

/** What is known about the exchange behind a result or an error. */
export interface ResponseMetadata {
  /** HTTP status of the last response. */
  httpStatusCode?: number;
  /** The service's id of the request, from the header or else the body. Quote it to AWS support. */
  requestId?: string;
  /** A second id some endpoints give (`x-amz-id-2`). */
  extendedRequestId?: string;
  /** CloudFront's id of the request, where one was involved. */
  cfId?: string;
  /** How often the request was sent. */
  attempts?: number;
  /** Milliseconds waited between attempts, all together. */
  totalRetryDelay?: number;
}

/** Something that carries {@link ResponseMetadata}: every result and every service error. */
export interface MetadataBearer {
  /** What is known about the exchange. */
  $metadata: ResponseMetadata;
}

/** How {@link STSServiceException} is made. */
export interface ServiceExceptionOptions {
  /** Default: the class's documented name. */
  name?: string | undefined;
  /** Whose fault it is. Default: `"client"`. */
  $fault?: "client" | "server" | undefined;
  /** Default: empty. */
  $metadata?: ResponseMetadata | undefined;
  /** The service's own words. */
  message?: string | undefined;
  /** The wire code, where it differs from the name. */
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
  /** The service's own words. */
  Message?: string | undefined;
}

/**
 * The service refused the request. `name` is a modelled error's class name, or the wire code of an unmodelled one
 * (`"AccessDenied"`, `"InvalidClientTokenId"`, …). Branch on `name`, never on the message.
 *
 * `instanceof` looks at the error's fields, so it works across copies of this package and for errors that
 * `@aws-sdk/client-sts` made.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html Common errors}
 */
export class STSServiceException extends Error {
  /** Whose fault the service says it is: `"client"` will fail again unchanged, `"server"` may not. */
  readonly $fault: "client" | "server";
  /** What is known about the exchange. */
  $metadata: ResponseMetadata;
  /** Present when sending the request again may help. */
  declare $retryable?: {
    /** Because the service wants fewer requests. */
    readonly throttling?: boolean;
  };
  /** The wire code. */
  declare Code?: string | undefined;
  /** `Sender` or `Receiver`, as the service wrote it. */
  declare Type?: string | undefined;
  /**
   * The error as the service wrote it, absent from errors that were not decoded from a response. The AWS SDK has it too;
   * prefer `name`, `Code` and `message`.
   */
  declare Error?: ServiceErrorDetails | undefined;
  /** What probably causes this and what to do, where it can be known. */
  declare hint?: string | undefined;
  /** The raw response. Not enumerable, so it does not reach JSON or `inspect` output. */
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

  /** Says whether a value is such an error: `instanceof` as a function. */
  static isInstance(value: unknown): value is STSServiceException {
    return value instanceof STSServiceException;
  }

  /**
   * Compares what an error is, not which copy of the package made it. A class that you derive yourself has only its own
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

/** A modelled error's class: its wire code, status and retryability are static data, found through the errors that an operation lists. */
export interface ServiceExceptionClass {
  new (options: ServiceExceptionOptions): STSServiceException;
  /** The class's documented name, which minifiers do not change. Equals `error.name`. */
  readonly exceptionName: string;
  /** The content of `<Code>`. Often the class name without `Exception`. */
  readonly code: string;
  /** HTTP status of the response. */
  readonly statusCode: number;
  /** The service itself says that sending the request again may help. */
  readonly retryable?: boolean;
}
