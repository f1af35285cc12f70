/** A request inside of a proof, opened to be changed. */
export interface OpenRequest {
  method: unknown;
  url: string;
  /** By name as the proof has it. */
  headers: Record<string, unknown>;
  body: unknown;
}

/** One way to spoil a request, and why a checker refuses it then. */
export interface Spoiling {
  readonly what: string;
  readonly reason: string;
  readonly spoil: (request: OpenRequest) => void;
  /** For formats that carry it only. */
  readonly needs?: "url" | "body" | "method";
}

const header = (request: OpenRequest, name: string): string =>
  Object.keys(request.headers).find((key) => key.toLowerCase() === name) ?? name;

function edit(request: OpenRequest, name: string, change: (text: string) => unknown): void {
  const key = header(request, name);
  request.headers[key] = change(String(request.headers[key]));
}

const authorization =
  (from: string | RegExp, to: string) =>
  (request: OpenRequest): void => {
    edit(request, "authorization", (text) => text.replace(from, to));
  };

const host =
  (to: string) =>
  (request: OpenRequest): void => {
    request.url = request.url.replace(/^https:\/\/[^/?]+/, `https://${to}`);
    if (header(request, "host") in request.headers) request.headers[header(request, "host")] = to;
  };

/** What every checker of a GetCallerIdentity request signed in its headers refuses. */
export const spoilings: readonly Spoiling[] = [
  ...[
    "example.com",
    "sts.s3.amazonaws.com",
    "sts.-.amazonaws.com",
    "sts.eu-west-1.amazonaws.com.example.com",
    "sts.eu-west-1.amazonaws.com.",
    "iam.amazonaws.com",
    "169.254.169.254",
    "localhost",
    "sts.cn-north-1.amazonaws.com.cn",
  ].map((to): Spoiling => ({ what: `the host ${to}`, reason: "wrong-host", spoil: host(to) })),
  {
    what: "http",
    reason: "wrong-host",
    needs: "url",
    spoil: (request) => void (request.url = request.url.replace("https", "http")),
  },
  {
    what: "a port",
    reason: "wrong-path",
    needs: "url",
    spoil: (request) => void (request.url = request.url.replace(".com", ".com:8443")),
  },
  {
    what: "a user",
    reason: "wrong-path",
    needs: "url",
    spoil: (request) => void (request.url = request.url.replace("//", "//user@")),
  },
  { what: "a fragment", reason: "wrong-path", needs: "url", spoil: (request) => void (request.url += "#x") },
  {
    what: "another path",
    reason: "wrong-path",
    needs: "url",
    spoil: (request) => void (request.url = request.url.replace(/\.com\/?/, ".com/x")),
  },
  {
    what: "a backslash in the address",
    reason: "malformed",
    needs: "url",
    spoil: (request) => void (request.url = request.url.replace("//", "\\\\")),
  },
  {
    what: "no address",
    reason: "malformed",
    needs: "url",
    spoil: (request) => void (request.url = "no address"),
  },
  {
    what: "another parameter",
    reason: "wrong-parameters",
    needs: "url",
    spoil: (request) => void (request.url += `${request.url.includes("?") ? "&" : "?"}RoleArn=a`),
  },
  { what: "PUT", reason: "wrong-method", needs: "method", spoil: (request) => void (request.method = "PUT") },
  {
    what: "a method in lower case",
    reason: "wrong-method",
    needs: "method",
    spoil: (request) => void (request.method = "post"),
  },
  {
    what: "a method that is no text",
    reason: "malformed",
    needs: "method",
    spoil: (request) => void (request.method = 1),
  },
  {
    what: "another action",
    reason: "wrong-action",
    needs: "body",
    spoil: (request) => void (request.body = "Action=GetSessionToken__&Version=2011-06-15"),
  },
  {
    what: "another version",
    reason: "wrong-action",
    needs: "body",
    spoil: (request) => void (request.body = "Action=GetCallerIdentity&Version=2011-06-16"),
  },
  {
    what: "the action twice",
    reason: "wrong-parameters",
    needs: "body",
    spoil: (request) => void (request.body = "Action=GetCallerIdentity&Version=2011-06-15&Action=AssumeRole"),
  },
  {
    what: "another member in the body",
    reason: "wrong-parameters",
    needs: "body",
    spoil: (request) => void (request.body = "Action=GetCallerIdentity&Version=2011-06-15&RoleArn=a"),
  },
  {
    what: "a body that is too large",
    reason: "too-large",
    needs: "body",
    spoil: (request) => void (request.body = "A".repeat(2000)),
  },
  {
    what: "no signature",
    reason: "wrong-parameters",
    spoil: (request) => {
      delete request.headers[header(request, "authorization")];
    },
  },
  {
    what: "a signature that is none",
    reason: "malformed",
    spoil: authorization(/Signature=\w+/, "Signature=0"),
  },
  {
    what: "the algorithm of Signature Version 4a",
    reason: "unsupported-algorithm",
    spoil: authorization("HMAC-SHA256", "ECDSA-P256-SHA256"),
  },
  { what: "another service in the scope", reason: "wrong-service", spoil: authorization("/sts/", "/iam/") },
  { what: "another day in the scope", reason: "wrong-day", spoil: authorization("/20261124/", "/20261123/") },
  {
    what: "30 February",
    reason: "malformed",
    spoil: (request) => {
      edit(request, "x-amz-date", () => "20260230T120000Z");
    },
  },
  {
    what: "24:00",
    reason: "malformed",
    spoil: (request) => {
      edit(request, "x-amz-date", () => "20261123T240000Z");
    },
  },
  {
    what: "a host that is not signed",
    reason: "header-not-signed",
    spoil: authorization(/(SignedHeaders=.*?)\bhost;/, "$1"),
  },
  {
    what: "a signed header that is not there",
    reason: "header-missing",
    spoil: authorization("host;", "host;user-agent;"),
  },
  {
    what: "x-amz-target",
    reason: "header-not-allowed",
    spoil: (request) => void (request.headers["X-Amz-Target"] = "a"),
  },
  {
    what: "transfer-encoding",
    reason: "header-not-allowed",
    spoil: (request) => void (request.headers["transfer-encoding"] = "chunked"),
  },
  {
    what: "a header twice in different case",
    reason: "header-not-allowed",
    spoil: (request) =>
      void (request.headers["X-AMZ-DATE"] = request.headers["x-AMZ-date"] = "20261124T120000Z"),
  },
  {
    what: "a line end in a header",
    reason: "malformed",
    spoil: (request) => void (request.headers["accept"] = "a\r\nx: y"),
  },
  {
    what: "a header that is no text",
    reason: "malformed",
    spoil: (request) => void (request.headers["accept"] = 1),
  },
  {
    what: "a header that is too long",
    reason: "too-large",
    spoil: (request) => void (request.headers["accept"] = "a".repeat(9000)),
  },
  {
    what: "another length than the body's",
    reason: "header-not-allowed",
    spoil: (request) => {
      edit(request, "content-length", () => "1");
    },
  },
];

/** Signed in the past or the future, in seconds, and why it is refused. */
export const times: readonly (readonly [seconds: number, reason: string | undefined])[] = [
  [0, undefined],
  [900, undefined],
  [901, "expired"],
  [86_400, "expired"],
  [-60, undefined],
  [-61, "not-yet-valid"],
  [Number.NaN, "not-yet-valid"],
];
