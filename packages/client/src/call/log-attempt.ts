import { REDACTED, redactText } from "@org/sts-protocol/redact-text";

import { readForm, secretNames, sentSecrets } from "../errors/sent-secrets.ts";
import type { HandledRequest } from "../transport/request-handler.ts";
import type { CallContext } from "./call-context.ts";
import { log, type LogMode } from "./logger.ts";
import type { HandlerOutput } from "./middleware-stack.ts";

/** How many characters of a body are logged. */
const LONGEST_BODY = 4096;

/** Makes an attempt and logs what the modes select, with secrets redacted. */
export async function logAttempt<Output extends object>(
  attempt: () => Promise<HandlerOutput<Output>>,
  sent: unknown,
  modes: ReadonlySet<LogMode>,
  { operation, configuration }: CallContext,
): Promise<HandlerOutput<Output>> {
  const request = sent as HandledRequest; // the serializer has made it
  const logPart = (kind: string, details: object): void =>
    log(configuration.givenLogger ?? console, "debug", { [kind]: { operation: operation.name, ...details } });
  const { method, protocol, hostname, port, path, headers } = request;
  const { authorization = "", "amz-sdk-request": count = "" } = headers;
  // Any header may contain what is sent in secret, and the service quotes what it rejects.
  const secrets = sentSecrets(request, operation.input);
  if (modes.has("signing")) {
    logPart("signing", {
      algorithm: authorization.split(" ")[0],
      scope: /Credential=([^,]*)/.exec(authorization)?.[1],
      signedHeaders: /SignedHeaders=([^,]*)/.exec(authorization)?.[1],
      date: headers["x-amz-date"],
    });
  }
  if (modes.has("retries") && !/^(attempt=1;|$)/.test(count)) logPart("retry", { attempt: count });
  if (modes.has("request") || modes.has("requestWithBody")) {
    logPart("request", {
      method,
      url: `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`,
      headers: redactHeaders(headers, secrets),
      ...(modes.has("requestWithBody") && {
        body: shorten(
          readForm(request.body, operation.input)
            .map(({ name, value, isSecret }) => `${name}=${isSecret ? REDACTED : value}`)
            .join("&"),
        ),
      }),
    });
  }
  if (!modes.has("response") && !modes.has("responseWithBody")) return attempt();
  const logResponse = (value: unknown): void => {
    const { statusCode, headers: received, body } = Object(value);
    if (statusCode === undefined) return;
    const names = secretNames(operation.output);
    logPart("response", {
      statusCode,
      headers: redactHeaders(received, secrets),
      ...(modes.has("responseWithBody") && {
        body: shorten(redactText(redactDocument(`${body ?? ""}`, names), secrets)),
      }),
    });
  };
  try {
    const result = await attempt();
    logResponse(result.response);
    return result;
  } catch (error) {
    logResponse(Object(error).$response);
    throw error;
  }
}

function shorten(text: string): string {
  const { length } = text;
  return length <= LONGEST_BODY ? text : `${text.slice(0, LONGEST_BODY)}… (${length} characters)`;
}

function redactHeaders(
  headers: Readonly<Record<string, string>> = {},
  secrets: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      /^(authorization|proxy-authorization|x-amz-security-token|cookie|set-cookie)$/i.test(name)
        ? REDACTED
        : redactText(value, secrets),
    ]),
  );
}

/** The text of each element, and each JSON string, that the table marks secret, up to its end or the document's. */
function redactDocument(body: string, names: readonly string[]): string {
  return names.reduce(
    (text, name) =>
      text
        .replaceAll(
          new RegExp(`(<(?:[\\w.-]+:)?${name}\\b[^>]*>)[\\s\\S]*?(?=</(?:[\\w.-]+:)?${name}\\b|$)`, "g"),
          `$1${REDACTED}`,
        )
        .replaceAll(
          new RegExp(`("${name}"\\s*:\\s*)(?:"(?:\\\\.|[^"\\\\])*"?|[^,}\\s]*)`, "g"),
          `$1"${REDACTED}"`,
        ),
    body,
  );
}
