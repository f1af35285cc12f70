import type { InputIssue } from "./invalid-input-error.ts";
import type { Members, MembersOf } from "./schema.ts";
import type { ServiceExceptionClass } from "./service-exception.ts";

/** API version of STS, sent with every request and part of the XML namespace. */
export const API_VERSION = "2011-06-15";

/** XML namespace of every STS response. */
export const XML_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

/** An operation as code reads it, without the types for people. */
export interface OperationSchema {
  /** Name of the operation, sent as `Action`. */
  readonly name: string;
  /** `"none"`: the request carries its own proof of identity and is never signed. */
  readonly auth: "sigv4" | "none";
  /** Request members in wire order. */
  readonly input: Members;
  /** Members of the `…Result` element. */
  readonly output: Members;
  /** Errors the operation documents. Every operation can also fail with an unmodelled code. */
  readonly errors: readonly ServiceExceptionClass[];
  /** `false`: the global endpoint `sts.amazonaws.com` does not serve the operation. */
  readonly globalEndpoint?: false;
  /**
   * Rules that concern more than one member. Called only with input whose members are valid one by one.
   *
   * @returns What is wrong; empty when the input is valid.
   */
  check?(input: object): readonly InputIssue[];
}

/**
 * An STS operation, declared once. Requests, responses, validation, redaction and the mock's reverse direction all read it.
 *
 * @template Request - the documented input interface
 * @template Response - the documented output interface
 */
export interface Operation<Request extends object, Response extends object> extends OperationSchema {
  /** {@inheritDoc OperationSchema.input} */
  readonly input: MembersOf<Request> & Members;
  /** {@inheritDoc OperationSchema.output} */
  readonly output: MembersOf<Response> & Members;
  /** {@inheritDoc OperationSchema.check} */
  check?(input: Request): readonly InputIssue[];
}
