import { SignatureV4 as SmithySignatureV4 } from "@smithy/signature-v4";
import { expect, test, vi } from "vitest";

import { entries } from "../support/entries.ts";
import { NodeSha256 } from "../support/node-sha256.ts";

const HOST = "orders.eu-west-1.amazonaws.com";
const signingDate = new Date("2026-11-24T12:00:00Z");
const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const temporary = { ...credentials, sessionToken: "a/token+with=signs" };

/** A stream of a kind that no signer has heard of. */
class UnheardOfStream {
  readonly kind = "unheard of";
}

interface Case {
  /** What differs from the plain constructor options. */
  readonly init?: object;
  /** What differs from the plain request. */
  readonly request?: object;
  /** Options of the call. */
  readonly options?: object;
}

const HEADERS = { Host: HOST, "Content-Type": "text/plain", "X-Amz-Acl": "private", "X-Custom": " a  b " };

const CASES: Record<string, Case> = {
  "nothing special": {},
  "a body of text": { request: { body: "a=b&c=é" } },
  "a body of bytes": { request: { body: new Uint8Array([0, 255, 10]) } },
  "a stream of an unknown kind": { request: { body: new UnheardOfStream() } },
  "names of headers in any case": { request: { headers: HEADERS } },
  "no host": { request: { headers: { "x-custom": "a" } } },
  "a port that no host header has": { request: { port: 8443, headers: { "x-custom": "a" } } },
  "a hash in a header of another case": {
    request: { body: "text", headers: { host: HOST, "X-AMZ-Content-sha256": "UNSIGNED-PAYLOAD" } },
  },
  "a date header": { request: { headers: { host: HOST, date: "yesterday", Date: "today" } } },
  "what an earlier signature left": {
    request: {
      headers: { host: HOST, authorization: "AWS4-HMAC-SHA256 old", "X-Amz-Date": "20200101T000000Z" },
    },
  },
  "headers that are never signed": {
    request: { headers: { host: HOST, "user-agent": "a", connection: "close", "sec-fetch-mode": "cors" } },
  },
  "headers that are not to be signed": {
    request: { headers: HEADERS },
    options: { unsignableHeaders: new Set(["content-type"]) },
  },
  "headers to be signed in spite of two lists": {
    request: { headers: { host: HOST, "user-agent": "a", "x-custom": "b" } },
    options: {
      unsignableHeaders: new Set(["x-custom"]),
      signableHeaders: new Set(["x-custom", "user-agent"]),
    },
  },
  "headers that stay out of the query": {
    request: { headers: HEADERS },
    options: { unhoistableHeaders: new Set(["x-amz-acl"]) },
  },
  "headers that go into the query": {
    request: { headers: HEADERS },
    options: { hoistableHeaders: new Set(["content-type"]) },
  },
  "another region and service": { options: { signingRegion: "us-east-1", signingService: "billing" } },
  "a function for the region": { init: { region: async () => "eu-south-2" } },
  "a function for the credentials": { init: { credentials: async () => temporary } },
  "a session token": { init: { credentials: temporary } },
  "a path that is escaped once": { init: { uriEscapePath: false }, request: { path: "/a%20b/c%3Dd" } },
  "a path that is escaped twice": { request: { path: "/a%20b/c%3Dd" } },
  "dot segments and empty segments": { request: { path: "/a/../b/./c//d/" } },
  "no header for the hash": { init: { applyChecksum: false } },
  "a query of every form": {
    request: { query: { b: ["2", "1"], a: "é +&=", "X-Amz-Meta": "m" } },
  },
  "a life of one second": { options: { expiresIn: 1 } },
  "a life of seven days": { options: { expiresIn: 604_800 } },
};

const INIT = { credentials, region: "eu-west-1", service: "orders" };
const REQUEST = {
  protocol: "https:",
  hostname: HOST,
  method: "POST",
  path: "/",
  query: {},
  headers: { host: HOST },
};

type AnySigner = Record<"sign" | "presign", (request: never, options: object) => Promise<object>>;

const rows = entries.flatMap(([entry, { SignatureV4 }]) =>
  Object.entries(CASES).flatMap(([name, given]) =>
    (["sign", "presign"] as const).map((method) => ({ entry, SignatureV4, name, given, method })),
  ),
);

test.each(rows)("$entry: SignatureV4.$method does with $name as Smithy's does", async (row) => {
  const { init, request, options } = row.given;
  const call = (signer: AnySigner) =>
    signer[row.method](
      { ...REQUEST, ...request } as never, // both take plain requests
      { signingDate, ...options },
    );
  const expected = await call(new SmithySignatureV4({ ...INIT, ...init, sha256: NodeSha256 }));
  expect(await call(new row.SignatureV4({ ...INIT, ...init }))).toEqual({ ...expected });
});

// What the two do differently, each as the other does with what was meant.
const DIFFERENCES: [name: string, ours: Case, theirs: Case][] = [
  ["rounds a life of fractions down", { options: { expiresIn: 432.9 } }, { options: { expiresIn: 432 } }],
  [
    "signs in the region that credentials are good for",
    { init: { credentials: { ...temporary, credentialScope: "us-west-2" } } },
    { init: { credentials: temporary, region: "us-west-2" } },
  ],
  [
    "signs a parameter without a value, which is sent by its name",
    { request: { query: { bare: null } } },
    { request: { query: { bare: "" } } },
  ],
];
const differences = entries.flatMap(([entry, { SignatureV4 }]) =>
  DIFFERENCES.map(([name, ours, theirs]) => ({ entry, SignatureV4, name, ours, theirs })),
);

test.each(differences)("$entry: SignatureV4.presign $name", async ({ SignatureV4, ours, theirs }) => {
  const found = await presign(new SignatureV4({ ...INIT, ...ours.init }), ours);
  const expected = new SmithySignatureV4({ ...INIT, ...theirs.init, sha256: NodeSha256 });
  expect(found).toBe(await presign(expected, theirs));
  const asGiven = new SmithySignatureV4({ ...INIT, ...ours.init, sha256: NodeSha256 });
  expect(found).not.toBe(await presign(asGiven, ours));
});

async function presign(signer: AnySigner, { request, options }: Case): Promise<unknown> {
  const signed = await signer.presign(
    { ...REQUEST, ...request } as never, // both take plain requests
    { signingDate, ...options },
  );
  return (signed as { query: Record<string, string> }).query["X-Amz-Signature"];
}

test.each(entries)("%s: SignatureV4 looks at the clock once for a signature", async (_, entry) => {
  const signer = new entry.SignatureV4(INIT);
  vi.useFakeTimers({ now: signingDate, toFake: ["Date"] });
  try {
    const clock = vi.spyOn(globalThis, "Date");
    const signed: object = await signer.sign(REQUEST);
    const presigned: object = await signer.presign(REQUEST);
    const looks: readonly unknown[][] = clock.mock.calls;
    expect(looks.filter(({ length }) => length === 0)).toHaveLength(2);
    expect(signed).toMatchObject({ headers: { "x-amz-date": "20261124T120000Z" } });
    expect(presigned).toMatchObject({ query: { "X-Amz-Date": "20261124T120000Z" } });
  } finally {
    vi.restoreAllMocks();
    vi.useRealTimers();
  }
});
