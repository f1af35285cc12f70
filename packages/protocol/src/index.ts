/**
 * The operations of STS as data, and the encoding and decoding of requests, responses and errors.
 *
 * @module @org/sts-protocol
 */

// For users: the operations, encoding and decoding, errors.

export * from "./operations/all.ts";
export type {
  OriginIdentity,
  TransactionContext,
  TrustedIdentityPropagationContext,
} from "./operations/identity-context.ts";
export type { PolicyDescriptorType } from "./operations/session-policy.ts";
export type { Tag } from "./operations/session-tags.ts";
export type { AssumedRoleUser, Credentials } from "./operations/shapes.ts";

export { encodeRequest, type EncodeRequestOptions, encodeWithoutHost } from "./encode-request.ts";
export { decodeRequest, type DecodedRequest } from "./decode-request.ts";
export { encodeResponse, type EncodeResponseOptions } from "./encode-response.ts";
export { decodeFault, decodeHttpResponse, decodeResponse } from "./decode.ts";
export type { DecodeOptions, OutputValidation } from "./decode-options.ts";
export { encodeFault } from "./encode-fault.ts";
export type { EncodedResponse, Endpoint, HttpRequest, HttpResponse } from "./http-message.ts";
export { validateInput, type InputValidation } from "./validate.ts";
export { redact } from "./redact.ts";
export { REDACTED } from "./redacted.ts";
export { redactText } from "./redact-text.ts";

export {
  STSServiceException,
  type MetadataBearer,
  type ResponseMetadata,
  type ServiceErrorDetails,
  type ServiceExceptionOptions,
} from "./service-exception.ts";
export {
  ExpiredTokenException,
  ExpiredTradeInTokenException,
  IDPCommunicationErrorException,
  IDPRejectedClaimException,
  InsufficientSessionLifetimeException,
  InvalidAuthorizationMessageException,
  InvalidContextAssertionException,
  InvalidIdentityTokenException,
  InvalidSubjectCredentialsException,
  JWTPayloadSizeExceededException,
  MalformedPolicyDocumentException,
  OutboundWebIdentityFederationDisabledException,
  PackedPolicyTooLargeException,
  RegionDisabledException,
  SessionDurationEscalationException,
} from "./exceptions.ts";
export { ProtocolError, type ProtocolErrorCode } from "./protocol-error.ts";
export { InvalidInputError, type InputIssue, type InputRule } from "./invalid-input-error.ts";

// For library authors: decoding without fast-xml-parser, the tables, and the types that declare an operation.

export { decodeResponseText } from "./decode-response.ts";
export { decodeFaultText } from "./decode-fault.ts";
export { operations } from "./operations.ts";
export { API_VERSION, XML_NAMESPACE, type Operation, type OperationSchema } from "./operation.ts";
export type { ServiceExceptionClass } from "./service-exception.ts";
export type {
  BooleanSchema,
  IntegerSchema,
  ListSchema,
  MapSchema,
  Members,
  MembersOf,
  OptionalMember,
  RequiredMember,
  Schema,
  SchemaOf,
  StringSchema,
  StructSchema,
  TimestampSchema,
} from "./schema.ts";
export type { XmlElement, XmlParser } from "./xml-element.ts";
