import type { Members, Schema } from "@org/sts-protocol";
import { REDACTED } from "@org/sts-protocol/redact-text";

import type { HandledRequest } from "../transport/request-handler.ts";
import type { CallContext } from "./call-context.ts";
import type { LogMode } from "./logger.ts";
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
  const log = (kind: string, details: object): void =>
    (configuration.givenLogger ?? console).debug({ [kind]: { operation: operation.name, ...details } });
  const { method, protocol, hostname, port, path, headers } = request;
  const { authorization = "", "amz-sdk-request": count = "", "x-amz-security-token": token = "" } = headers;
  const form = readForm(bodyText(request.body), operation.input);
  if (modes.has("signing")) {
    log("signing", {
      algorithm: authorization.split(" ")[0],
      scope: /Credential=([^,]*)/.exec(authorization)?.[1],
      signedHeaders: /SignedHeaders=([^,]*)/.exec(authorization)?.[1],
      date: headers["x-amz-date"],
    });
  }
  if (modes.has("retries") && !/^(attempt=1;|$)/.test(count)) log("retry", { attempt: count });
  if (modes.has("request") || modes.has("requestWithBody")) {
    log("request", {
      method,
      url: `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`,
      headers: redactHeaders(headers),
      ...(modes.has("requestWithBody") && {
        body: shorten(
          form.map(({ name, value, isSecret }) => `${name}=${isSecret ? REDACTED : value}`).join("&"),
        ),
      }),
    });
  }
  if (!modes.has("response") && !modes.has("responseWithBody")) return attempt();
  const logResponse = (value: unknown): void => {
    const { statusCode, headers: received, body } = Object(value);
    if (statusCode === undefined) return;
    const names = secretNames({ kind: "struct", members: operation.output });
    // The service quotes what it rejects.
    const quoted = [authorization, token, ...form.flatMap(({ value, isSecret }) => (isSecret ? value : []))];
    log("response", {
      statusCode,
      headers: redactHeaders(received),
      ...(modes.has("responseWithBody") && {
        body: shorten(redactDocument(`${body ?? ""}`, names, quoted)),
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

function bodyText(body: string | Uint8Array | undefined): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}

function shorten(text: string): string {
  const { length } = text;
  return length <= LONGEST_BODY ? text : `${text.slice(0, LONGEST_BODY)}… (${length} characters)`;
}

function redactHeaders(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      /^(authorization|proxy-authorization|x-amz-security-token|cookie|set-cookie)$/i.test(name)
        ? REDACTED
        : value,
    ]),
  );
}

interface FormParameter {
  readonly name: string;
  readonly value: string;
  readonly isSecret: boolean;
}

/** The parameters of a query body. A parameter that the table does not know counts as a secret. */
function readForm(body: string, members: Members): FormParameter[] {
  return [...new URLSearchParams(body)].map(([name, value]) => {
    const [member = ""] = name.split(".");
    const schema = members[member];
    const isKnown = schema !== undefined && secretNames(schema, member).length === 0;
    return { name, value, isSecret: !isKnown && !/^(Action|Version)$/.test(name) };
  });
}

/** The text of each element, and each JSON string, that the table marks secret, up to its end or the document's. */
function redactDocument(body: string, names: readonly string[], quoted: readonly string[]): string {
  const unquoted = quoted
    .filter(({ length }) => length > 5)
    .reduce((text, secret) => text.replaceAll(secret, REDACTED), body);
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
    unquoted,
  );
}

/** The names of the secret members, in the schema and below it. */
function secretNames(schema: Schema, name = ""): string[] {
  if (schema.sensitive === true) return [name];
  if (schema.kind === "list") return secretNames(schema.member, name);
  if (schema.kind === "map") return secretNames(schema.value, name);
  if (schema.kind !== "struct") return [];
  return Object.entries(schema.members).flatMap(([member, inner]) => secretNames(inner, member));
}
