import {
  presignRequest,
  signRequest,
  verify,
  type HttpRequest,
  type VerifyOptions,
} from "@org/sts-signer/node";
import fc from "fast-check";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const now = new Date("2026-11-24T12:00:00Z");
const options = { credentials, region: "eu-west-1", service: "sts", date: now };
const check: VerifyOptions = { findKey: (id) => (id === "AKIDEXAMPLE" ? credentials : undefined), now };
const count = Number(process.env["STS_TEST_RUNS"] ?? 20_000);

/** The same numbers for the same seed, so that a failure can be had again. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

const NASTY = [
  "",
  "\0",
  "%",
  "%zz",
  "%ff%fe",
  "\ud800",
  "../..",
  "//",
  "__proto__",
  "constructor",
  "a".repeat(300),
  ";".repeat(300),
  ",".repeat(300),
  "=",
  "AWS4-HMAC-SHA256",
  "AWS4-HMAC-SHA256 Credential=",
  "AWS4-ECDSA-P256-SHA256 Credential=a/20261124/sts/aws4_request, SignedHeaders=host, Signature=00",
  "X-Amz-Signature",
  "x-amz-date",
  "host",
  "20261124T120000Z",
  "99999999T999999Z",
  "UNSIGNED-PAYLOAD",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "\r\nhost: example.com",
];
const ODD: unknown[] = [
  undefined,
  null,
  0,
  -1,
  Number.NaN,
  true,
  [],
  {},
  [[]],
  Symbol("s"),
  () => 1,
  1n,
  new Date(Number.NaN),
];

describe(`verify, given ${count} fuzzed requests`, () => {
  test("always answers, and never believes one that was changed", async () => {
    const request = {
      method: "POST",
      hostname: "sts.amazonaws.com",
      path: "/a/b",
      query: { a: "1", b: ["2", "3"] },
      headers: { "content-type": "text/plain", "x-amz-target": "t" },
      body: "body",
    };
    const seeds = [await signRequest(request, options), await presignRequest(request, options)];
    const random = createRandom(20_261_124);
    const pick = <T>(from: readonly T[]): T | undefined => from[random(from.length)];
    const mutate = (text: string) => {
      const at = random(text.length + 1);
      return text.slice(0, at) + String(pick(NASTY)) + text.slice(at + random(4));
    };
    const reasons = new Map<string, number>();

    for (let run = 0; run < count; run++) {
      const seed = structuredClone(seeds[run % 2]) as unknown as Record<string, unknown>;
      const part =
        pick(["method", "hostname", "path", "query", "headers", "headers", "headers", "query", "body"]) ?? "";
      const value = seed[part];
      const isOdd = random(20) === 0;
      if (isOdd) seed[part] = pick(ODD);
      else if (typeof value === "string") seed[part] = mutate(value);
      else {
        const bag = { ...(value as Record<string, unknown>) };
        const name = pick(Object.keys(bag)) ?? "";
        const entry = bag[name];
        const action = random(5);
        if (action === 0) delete bag[name];
        else if (action === 1) bag[mutate(name)] = entry;
        else if (action === 2) bag[String(pick(NASTY))] = pick(NASTY);
        else if (action === 3) bag[name] = pick([...ODD, [entry, entry]]);
        else bag[name] = typeof entry === "string" ? mutate(entry) : pick(NASTY);
        seed[part] = bag;
      }
      const result = await verify(seed as unknown as HttpRequest, check);
      const key = result.ok ? "ok" : result.reason;
      reasons.set(key, (reasons.get(key) ?? 0) + 1);
      if (result.ok && !isSame(seed, seeds[run % 2]))
        throw new Error(`run ${run} believed a changed ${part}: ${inspect(seed[part])}`);
    }
    // The run reached every kind of refusal that a changed request can meet.
    expect([...reasons.keys()]).toEqual(
      expect.arrayContaining([
        "malformed",
        "unsigned",
        "wrong-signature",
        "header-missing",
        "header-not-signed",
      ]),
    );
  });

  test("answers to values of any shape", async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ withSymbol: true, withBigInt: true } as object), async (value) => {
        const result = await verify(value as HttpRequest, check);
        expect(result.ok).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test("answers to requests whose members throw", async () => {
    const hostile = new Proxy({} as HttpRequest, {
      get: () => {
        throw new Error("trap");
      },
      has: () => true,
    });
    expect(await verify(hostile, check)).toMatchObject({ ok: false, reason: "malformed" });
    const signed = await signRequest(
      { method: "POST", hostname: "a.example", path: "/", headers: {}, body: "" },
      options,
    );
    const body = Object.defineProperty({ ...signed }, "body", {
      get: () => {
        throw new Error("trap");
      },
    });
    expect(await verify(body, check)).toMatchObject({ ok: false, reason: "malformed" });
  });

  test("refuses texts made to be slow by their size, before it takes them apart or asks for a key", async () => {
    const asked: string[] = [];
    const asking: VerifyOptions = {
      ...check,
      findKey: (id) => {
        asked.push(id);
        return credentials;
      },
    };
    const signed = await signRequest<HttpRequest>(
      { method: "GET", hostname: "a.example", path: "/", headers: {} },
      options,
    );
    const authorization = String(signed.headers["authorization"]);
    const texts = (long: number) => [
      `${authorization}${",".repeat(long)}`,
      authorization.replace("SignedHeaders=", `SignedHeaders=${"a;".repeat(long / 2)}`),
      authorization.replace("Credential=", `Credential=${"a/".repeat(long / 2)}`),
      `AWS4-HMAC-SHA256 ${"=".repeat(long)}`,
      `AWS4-HMAC-SHA256 ${" ,".repeat(long / 2)}`,
    ];
    const verdict = async (text: string) =>
      verify({ ...signed, headers: { ...signed.headers, authorization: text } }, asking);
    // The limit on headers is 262,144 characters.
    for (const text of texts(1_000_000)) expect(await verdict(text)).toMatchObject({ reason: "too-large" });
    for (const text of texts(250_000)) expect(await verdict(text)).toMatchObject({ reason: "malformed" });
    // A million blanks are one.
    expect(await verdict(" ".repeat(1_000_000))).toMatchObject({ reason: "unsupported-algorithm" });
    const long = 1_000_000;
    for (const path of ["/".repeat(long), "/..".repeat(long), "%".repeat(long)]) {
      expect(await verify({ ...signed, path }, asking)).toMatchObject({ reason: "too-large" });
    }
    const query = { a: Array.from({ length: 100_000 }, () => "b") };
    expect(await verify({ ...signed, query }, asking)).toMatchObject({ reason: "too-large" });
    expect(asked).toEqual([]);
  });
});

/** Some mutations change nothing that is signed: white space, empty path segments, headers that proxies own. */
function isSame(changed: Record<string, unknown>, original: HttpRequest | undefined): boolean {
  const simplify = (request: unknown) => {
    const { method, hostname, path, query, body, headers: given } = request as HttpRequest;
    // Without a host header, the host is the request's own.
    const hasHost = Object.keys(given).some((name) => name.toLowerCase() === "host");
    const headers: HttpRequest["headers"] = { ...given, ...(!hasHost && { host: hostname }) };
    const segments: string[] = [];
    for (const segment of path.split("/")) {
      if (segment === "..") segments.pop();
      else if (segment !== "" && segment !== ".") segments.push(segment);
    }
    const signed = Object.entries(headers).filter(([name]) =>
      /^(content-type|x-amz-target|host|x-amz-date)$/i.test(name),
    );
    const canonical = signed.map(([name, value]) => [
      name.toLowerCase(),
      String(value).trim().replaceAll(/\s+/g, " "),
    ]);
    // A header given twice is only the same when it is not signed; an authorization may be spaced in any way.
    const authorization = String(headers["authorization"]).replaceAll(/\s*,\s*|\s+/g, " ");
    const parameters = Object.entries(query ?? {}).map(([name, value]) => `${name}=${String(value)}`);
    return JSON.stringify([
      method,
      segments,
      parameters.toSorted(),
      canonical.map(String).toSorted(),
      authorization,
      String(body ?? ""),
    ]);
  };
  return simplify(changed) === simplify(original);
}
