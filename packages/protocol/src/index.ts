export { encodeRequest, decodeRequest, type EncodeRequestOptions, type DecodedRequest } from "./request.ts";
export {
  decodeResponse,
  encodeResponse,
  type DecodeOptions,
  type EncodeResponseOptions,
} from "./response.ts";
export { decodeFault, encodeFault } from "./fault.ts";

export {
  GetSessionToken,
  type GetSessionTokenRequest,
  type GetSessionTokenResponse,
} from "./operations/get-session-token.ts";
export type { Credentials } from "./operations/shapes.ts";

export {
  STSServiceException,
  type MetadataBearer,
  type ResponseMetadata,
  type ServiceExceptionOptions,
} from "./service-exception.ts";
export { RegionDisabledException } from "./exceptions.ts";
export { ProtocolError, type ProtocolErrorCode } from "./protocol-error.ts";
export { InvalidInputError, type InputIssue, type InputRule } from "./invalid-input-error.ts";

export { validateInput, type InputValidation } from "./validate.ts";
export { redact, REDACTED } from "./redact.ts";
export type { Endpoint, HttpRequest, HttpResponse, ResponseText } from "./http-message.ts";
export { readResponse } from "./http-message.ts";
export { loadXmlParser } from "./load-xml-parser.ts";
export type { XmlElement, XmlParser } from "./xml.ts";

export {
  API_VERSION,
  XML_NAMESPACE,
  type Operation,
  type OperationSchema,
  type ServiceExceptionClass,
} from "./operation.ts";
export type {
  BooleanSchema,
  IntegerSchema,
  ListSchema,
  MapSchema,
  Members,
  MembersOf,
  Schema,
  SchemaOf,
  SchemaTraits,
  StringSchema,
  StructSchema,
  TimestampSchema,
} from "./schema.ts";
