import type { ResponseText } from "./http-message.ts";
import type { ResponseMetadata } from "./service-exception.ts";

/** Reads the request's ids: from the headers, or else the id found in the body. */
export function metadataOf(answer: ResponseText, requestId?: string): ResponseMetadata {
  const { statusCode, header } = answer;
  return {
    httpStatusCode: statusCode,
    requestId:
      header("x-amzn-requestid") ?? header("x-amzn-request-id") ?? header("x-amz-request-id") ?? requestId,
    extendedRequestId: header("x-amz-id-2"),
    cfId: header("x-amz-cf-id"),
  };
}

/** The content type decides; without one, the first character does. */
export function isJson({ header, text }: ResponseText): boolean {
  const contentType = header("content-type");
  return contentType === undefined ? text.trimStart().startsWith("{") : /[/+]json/i.test(contentType);
}

const EXCERPT_LENGTH = 60;
const SECRET_VALUE = /((?:Secret\w*|\w*Token\w*|\w*Assertion|DecodedMessage|Password)"?\s*[>:=]\s*)[^<\s]+/gi;

/** Says who answered what: host, status, content type and the body's first characters, without secrets. */
export function describeAnswer(answer: ResponseText, host: string | undefined): string {
  const { statusCode, header, text } = answer;
  const type = header("content-type") ?? "no content type";
  const excerpt = text.trim().slice(0, EXCERPT_LENGTH).replace(SECRET_VALUE, "$1***").replace(/\s+/g, " ");
  return `${host ?? "the host"} answered ${statusCode} (${type}) ${excerpt === "" ? "without a body" : JSON.stringify(excerpt)}`;
}
