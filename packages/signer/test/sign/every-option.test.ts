// Every option of signer and verifier changes something that can be seen from outside. A new option without a row here does not
// compile, and an option that is ignored fails its row.
import { createHash } from "node:crypto";

import {
  createSigner,
  createVerifier,
  type HttpRequest,
  type PresignRequestOptions,
  type SignerOptions,
  type VerifierOptions,
  verify,
} from "@org/sts-signer/node";
import { expect, test } from "vitest";

const date = new Date("2026-11-24T12:00:00Z");
const later = (seconds: number): Date => new Date(date.getTime() + seconds * 1000);
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example", sessionToken: "TOKEN" };
const findKey = (): typeof credentials => credentials;

const request: HttpRequest = {
  method: "POST",
  hostname: "orders.example.com",
  path: "/a//b%20c",
  headers: { "user-agent": "test", "x-custom": "1", "x-amz-meta-a": "1" },
  body: "text",
};

type Note = (what: string) => void;

/** What a signature left behind. */
interface Signed {
  /** The signed request, or undefined when it was refused. */
  readonly signed: HttpRequest | undefined;
  readonly code: unknown;
  readonly noted: readonly string[];
}

interface SignerRow {
  readonly value: (note: Note) => unknown;
  readonly beside?: Partial<SignerOptions>;
  readonly method?: "sign" | "presign";
  readonly look: (result: Signed) => unknown;
  /** What is seen without the option, and with it. */
  readonly without: unknown;
  readonly with: unknown;
}

const header =
  (name: string) =>
  ({ signed }: Signed): string | undefined =>
    signed?.headers?.[name] as string | undefined;
const authorization = (result: Signed): string => header("authorization")(result) ?? "";
const scope = (result: Signed): string | undefined => /Credential=([^,]*)/.exec(authorization(result))?.[1];
const signs =
  (name: string) =>
  (result: Signed): boolean =>
    (/SignedHeaders=([^,]*)/.exec(authorization(result))?.[1] ?? "").split(";").includes(name);
const parameter =
  (name: string) =>
  ({ signed }: Signed): unknown =>
    signed?.query?.[name];
const isVerifiedWith =
  (options: Partial<VerifierOptions>) =>
  async ({ signed }: Signed): Promise<boolean> =>
    signed !== undefined && (await verify(signed, { findKey, now: date, ...options })).ok;

const SIGNER_ROWS: { readonly [Option in keyof Required<SignerOptions>]: SignerRow } = {
  credentials: {
    value: () => ({ accessKeyId: "AKIDOTHER", secretAccessKey: "other" }),
    look: (result) => scope(result)?.split("/")[0],
    without: "AKIDEXAMPLE",
    with: "AKIDOTHER",
  },
  region: {
    value: () => "us-east-2",
    look: (result) => scope(result)?.split("/")[2],
    without: "eu-west-1",
    with: "us-east-2",
  },
  service: {
    value: () => "billing",
    look: (result) => scope(result)?.split("/")[3],
    without: "orders",
    with: "billing",
  },
  date: {
    value: () => later(60),
    look: header("x-amz-date"),
    without: "20261124T120000Z",
    with: "20261124T120100Z",
  },
  clock: {
    value: () => () => later(120),
    look: header("x-amz-date"),
    without: "20261124T120000Z",
    with: "20261124T120200Z",
  },
  payloadHash: {
    value: () => "UNSIGNED-PAYLOAD",
    look: header("x-amz-content-sha256"),
    without: undefined,
    with: "UNSIGNED-PAYLOAD",
  },
  sessionToken: {
    value: () => "append",
    look: signs("x-amz-security-token"),
    without: true,
    with: false,
  },
  uriEscapePath: {
    value: () => false,
    beside: { normalizePath: true },
    look: isVerifiedWith({ uriEscapePath: false, normalizePath: true }),
    without: false,
    with: true,
  },
  normalizePath: {
    value: () => false,
    look: isVerifiedWith({ normalizePath: false }),
    without: false,
    with: true,
  },
  applyChecksum: {
    value: () => true,
    look: header("x-amz-content-sha256"),
    without: undefined,
    with: createHash("sha256").update("text").digest("hex"),
  },
  signableHeaders: {
    value: () => new Set(["user-agent"]),
    look: signs("user-agent"),
    without: false,
    with: true,
  },
  unsignableHeaders: {
    value: () => new Set(["x-custom"]),
    look: signs("x-custom"),
    without: true,
    with: false,
  },
  allowExpired: {
    value: () => true,
    beside: { credentials: { ...credentials, expiration: later(-60) } },
    look: ({ code }) => code,
    without: "ERR_CREDENTIALS_EXPIRED",
    with: undefined,
  },
  expiresIn: {
    value: () => 60,
    method: "presign",
    look: parameter("X-Amz-Expires"),
    without: "3600",
    with: "60",
  },
  unhoistableHeaders: {
    value: () => new Set(["x-amz-meta-a"]),
    method: "presign",
    look: header("x-amz-meta-a"),
    without: undefined,
    with: "1",
  },
  hoistableHeaders: {
    value: () => new Set(["x-custom"]),
    method: "presign",
    look: parameter("x-custom"),
    without: undefined,
    with: "1",
  },
  sha256: {
    value: (note) => (data: Uint8Array) => {
      note("hashed");
      return createHash("sha256").update(data).digest();
    },
    look: ({ noted }) => noted.length > 0,
    without: false,
    with: true,
  },
  maxSigningKeys: {
    value: () => 0,
    look: ({ noted }) => noted.at(-1),
    without: "the second signature took fewer hashes",
    with: "the second signature took as many hashes",
  },
};

async function signWith(
  { method = "sign", beside }: SignerRow,
  given: (note: Note) => Partial<SignerOptions>,
): Promise<Signed> {
  const noted: string[] = [];
  const base = { credentials, region: "eu-west-1", service: "orders", clock: () => date };
  const signer = createSigner({ ...base, ...beside, ...given((what) => noted.push(what)) });
  try {
    const signed = await (method === "sign" ? signer.sign(request) : signer.presign(request));
    return { signed, code: undefined, noted };
  } catch (error) {
    return { signed: undefined, code: (error as { code?: unknown }).code, noted };
  }
}

/** Counts the hashes of two signatures by one signer. */
async function signTwice(given: Partial<SignerOptions>): Promise<Signed> {
  let hashes = 0;
  const sha256 = (data: Uint8Array): Uint8Array => {
    hashes += 1;
    return createHash("sha256").update(data).digest();
  };
  const signer = createSigner({
    credentials,
    region: "eu-west-1",
    service: "orders",
    date,
    sha256,
    ...given,
  });
  await signer.sign(request);
  const first = hashes;
  const signed = await signer.sign(request);
  const isFewer = hashes - first < first;
  return {
    signed,
    code: undefined,
    noted: [`the second signature took ${isFewer ? "fewer" : "as many"} hashes`],
  };
}

test.each(Object.entries(SIGNER_ROWS))("the signer's option %s has its effect", async (option, row) => {
  const isSeenInTwo = option === "maxSigningKeys";
  const make = (given: (note: Note) => object): Promise<Signed> =>
    isSeenInTwo ? signTwice(given(() => undefined)) : signWith(row, given);
  expect(await row.look(await make(() => ({})))).toEqual(row.without);
  expect(await row.look(await make((note) => ({ [option]: row.value(note) })))).toEqual(row.with);
});

interface VerifierRow {
  readonly value: unknown;
  readonly beside?: Partial<VerifierOptions>;
  /** How the request is signed, and changed afterwards. */
  readonly sign?: Partial<PresignRequestOptions>;
  readonly presign?: true;
  readonly change?: (signed: HttpRequest) => HttpRequest;
  readonly host?: string;
  readonly look?: (result: object) => unknown;
  readonly without: unknown;
  readonly with: unknown;
}

const reason = (result: object): unknown => (result as { reason?: unknown }).reason;

const VERIFIER_ROWS: {
  // What maxSigningKeys saves is time.
  readonly [Option in Exclude<keyof Required<VerifierOptions>, "maxSigningKeys">]: VerifierRow;
} = {
  findKey: { value: () => undefined, without: undefined, with: "unknown-key" },
  region: { value: "us-east-2", without: undefined, with: "wrong-region" },
  service: { value: ["billing"], without: undefined, with: "wrong-service" },
  now: { value: later(301), without: undefined, with: "expired" },
  clock: { value: () => later(301), without: undefined, with: "expired" },
  maxSkewSeconds: { value: 100, beside: { now: later(200) }, without: undefined, with: "expired" },
  maxExpiresSeconds: { value: 600, presign: true, without: undefined, with: "expires-too-long" },
  defaultExpiresSeconds: {
    value: 60,
    presign: true,
    sign: { expiresIn: "unstated", service: "sts" },
    host: "sts.eu-west-1.amazonaws.com",
    beside: { now: later(600) },
    without: undefined,
    with: "expired",
  },
  requiredSignedHeaders: { value: ["user-agent"], without: undefined, with: "header-not-signed" },
  unsignedHeaders: {
    value: ["x-amz-cf-id"],
    change: (signed) => ({ ...signed, headers: { ...signed.headers, "x-amz-cf-id": "1" } }),
    without: "header-not-signed",
    with: undefined,
  },
  unsignedPayload: {
    value: "refuse",
    sign: { payloadHash: "UNSIGNED-PAYLOAD" },
    without: undefined,
    with: "payload-unsigned",
  },
  maxBodyBytes: { value: 2, without: undefined, with: "too-large" },
  uriEscapePath: {
    value: false,
    beside: { normalizePath: true },
    without: undefined,
    with: "wrong-signature",
  },
  normalizePath: { value: false, without: undefined, with: "wrong-signature" },
  client: {
    value: { canonicalRequest: "POST\n/other" },
    change: (signed) => ({ ...signed, path: "/changed" }),
    look: (result) => "difference" in result,
    without: false,
    with: true,
  },
};

test.each(Object.entries(VERIFIER_ROWS))("the verifier's option %s has its effect", async (option, row) => {
  const signer = createSigner({ credentials, region: "eu-west-1", service: "orders", date, ...row.sign });
  const unsigned = { ...request, hostname: row.host ?? request.hostname };
  const made = row.presign ? await signer.presign(unsigned) : await signer.sign(unsigned);
  const signed = row.change?.(made) ?? made;
  const base = { findKey, clock: () => date, ...row.beside };
  const look = row.look ?? reason;
  expect(look(await createVerifier(base).verify(signed))).toEqual(row.without);
  expect(look(await createVerifier({ ...base, [option]: row.value }).verify(signed))).toEqual(row.with);
});
