import { writings } from "../marked-secrets.ts";
import { type SecretName, secrets } from "./secrets.ts";

export const words = (names: readonly SecretName[]): string =>
  writings(Object.fromEntries(names.map((name) => [name, secrets[name]])))
    .map(([, text]) => text)
    .join(" , ");

// What a header can hold.
export const headerWords = (names: readonly SecretName[]): string =>
  words(names).replaceAll(/[^\t\x20-\x7e]/g, "");

export const responding =
  (status: number, body: string, headers: Record<string, string> = {}): typeof fetch =>
  async () =>
    new Response(body, { status, headers });

export const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export const faultXml = (code: string, message: string, id = "r-1"): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${escapeXml(id)}</RequestId></ErrorResponse>`;

/** Services that quote what they were sent, in every place that a client reads. */
export function echoes(names: readonly SecretName[]): [name: string, send: typeof fetch][] {
  const said = words(names);
  const xml = { "content-type": "text/xml" };
  const [first = "bearer"] = names;
  // Codes that look like codes: letters and digits of a secret.
  const word = secrets[first].replaceAll(/[^\w]/g, "").slice(0, 60);
  return [
    ["a message", responding(400, faultXml("ValidationError", said), xml)],
    ["a code", responding(400, faultXml(`Bad ${said}`, "No"), xml)],
    ["a request id", responding(400, faultXml("AccessDenied", "No", said), xml)],
    [
      "a type and elements nobody knows",
      responding(
        400,
        `<ErrorResponse><Error><Type>${escapeXml(said)}</Type><Code>A</Code><Detail>${escapeXml(said)}</Detail><Message>No</Message></Error></ErrorResponse>`,
        xml,
      ),
    ],
    [
      "headers with ids",
      responding(403, faultXml("AccessDenied", "No"), {
        ...xml,
        "x-amzn-requestid": headerWords(names),
        "x-amz-id-2": headerWords(names),
        "x-amz-cf-id": headerWords(names),
      }),
    ],
    ["a content type", responding(500, "no", { "content-type": `text/plain; ${headerWords(names)}` })],
    [
      "an error type",
      responding(400, "{}", { "content-type": "application/json", "x-amzn-errortype": headerWords(names) }),
    ],
    [
      "a page",
      responding(502, `<html><body><h1>Bad gateway</h1>${escapeXml(said)}</body></html>`, {
        "content-type": "text/html",
      }),
    ],
    ["plain text", responding(400, said, { "content-type": "text/plain" })],
    [
      "plain text in its first words",
      responding(500, `${secrets[first]} is what you sent`, { "content-type": "text/plain" }),
    ],
    [
      "JSON",
      responding(
        400,
        JSON.stringify({
          message: said,
          Message: said,
          code: said,
          Code: said,
          error: said,
          error_description: said,
          __type: said,
        }),
        { "content-type": "application/json" },
      ),
    ],
    [
      "JSON as a word",
      responding(
        400,
        JSON.stringify({
          message: word,
          code: secrets[first],
          Code: secrets[first],
          error: secrets[first],
          __type: secrets[first],
        }),
        { "content-type": "application/json" },
      ),
    ],
    [
      "JSON of a success",
      responding(200, JSON.stringify({ message: said, code: said, Code: secrets[first], error: said }), {
        "content-type": "application/json",
      }),
    ],
    [
      "JSON that breaks off",
      responding(200, `{"Message":${JSON.stringify(said)}`, { "content-type": "application/json" }),
    ],
    ["XML that breaks off", responding(200, `<a><b>${escapeXml(said)}`, xml)],
    [
      "a redirect",
      responding(302, "", { location: `https://example.com/?${encodeURIComponent(secrets[first])}` }),
    ],
  ];
}

/** What HTTP libraries throw: the request hangs on the error in some way. */
export function throwers(names: readonly SecretName[]): [name: string, send: typeof fetch][] {
  const said = words(names);
  return [
    [
      "the request in its message",
      async (url, init) =>
        Promise.reject(
          new Error(`bad ${String(url)} ${JSON.stringify(init?.headers)} ${String(init?.body)}`),
        ),
    ],
    [
      "the secrets in its message, in every writing",
      async () => Promise.reject(new TypeError(`bad value ${said}`)),
    ],
    [
      "the request in a member",
      async (_url, init) =>
        Promise.reject(
          Object.assign(new Error("failed"), { config: { headers: init?.headers, data: init?.body } }),
        ),
    ],
    [
      "the request in a hidden member",
      async (_url, init) =>
        Promise.reject(Object.defineProperty(new Error("failed"), "request", { value: { init } })),
    ],
    [
      "a Headers object",
      async (_url, init) =>
        Promise.reject(
          Object.assign(new Error("failed"), {
            headers: new Headers(init?.headers),
            body: String(init?.body),
          }),
        ),
    ],
    ["the secrets in its cause", async () => Promise.reject(new Error("failed", { cause: new Error(said) }))],
    [
      "the secrets in its name and code",
      async () =>
        Promise.reject(
          Object.assign(new Error("failed"), {
            name: said,
            code: said,
            syscall: said,
            address: said,
            hostname: said,
          }),
        ),
    ],
    [
      "the secrets in one of several errors",
      async () => Promise.reject(new AggregateError([new Error(said)], "failed")),
    ],
    ["the secrets, and no error", async () => Promise.reject(said)], // eslint-disable-line prefer-promise-reject-errors
  ];
}

/** Responses that end in the middle, with an error that quotes. */
export const breakingOff =
  (names: readonly SecretName[]): typeof fetch =>
  async () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("<a>"));
          controller.error(new Error(`broke off: ${words(names)}`));
        },
      }),
    );

export let requests = 0;

/** Everything that a service or a library can do to a request. */
export const mishaps = (names: readonly SecretName[]): [name: string, send: typeof fetch][] => {
  const counted =
    (send: typeof fetch): typeof fetch =>
    (...parameters) => {
      requests += 1;
      return send(...parameters);
    };
  return [
    ...echoes(names).map(([what, send]): [string, typeof fetch] => [`echoed in ${what}`, counted(send)]),
    ...throwers(names).map(([what, send]): [string, typeof fetch] => [
      `when fetch throws ${what}`,
      counted(send),
    ]),
    ["when the response breaks off", counted(breakingOff(names))],
  ];
};
