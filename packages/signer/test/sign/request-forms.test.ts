import { type HttpRequest, type SignOptions } from "@org/sts-signer";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { inspect } from "node:util";

import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

import { entries } from "../support/entries.ts";
import { NodeSha256 } from "../support/node-sha256.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "MARKED-SECRET" };
const date = new Date("2026-11-24T12:00:00Z");
const options: SignOptions = { credentials, region: "eu-west-1", service: "execute-api", date };
const url = "https://example.amazonaws.com/path?a=1";
const hex = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

describe.each(entries)("%s", (_, entry) => {
  const { createHeaderSigner, createSigner, explainSignature, presignRequest, signRequest, verify } = entry;
  const check = { findKey: () => credentials, now: date };
  const payloadHash = async (body: unknown, more: Partial<SignOptions> = {}) => {
    const request = { method: "POST", hostname: "a.example", path: "/", headers: {}, body };
    return (await explainSignature(request, { ...options, ...more })).canonicalRequest.split("\n").at(-1);
  };

  test("hashes text, bytes of any view, ArrayBuffer, Blob and URLSearchParams alike", async () => {
    const bytes = new TextEncoder().encode("a=b");
    const padded = new Uint8Array([0, ...bytes, 0]);
    const bodies = [
      "a=b",
      bytes,
      padded.subarray(1, 4),
      new DataView(padded.buffer, 1, 3),
      padded.slice(1, 4).buffer,
      Buffer.from("a=b"),
      new Blob(["a", "=b"]),
      new URLSearchParams({ a: "b" }),
    ];
    for (const body of bodies) expect(await payloadHash(body)).toBe(hex("a=b"));
  });

  test("hashes no body, null and empty bodies as nothing", async () => {
    for (const body of [undefined, null, "", new Uint8Array(), new Blob([])])
      expect(await payloadHash(body)).toBe(hex(""));
  });

  test("does not read a stream: it is UNSIGNED-PAYLOAD, in a header that says so, or the hash that is given", async () => {
    for (const body of [new ReadableStream(), Readable.from(["a"])]) {
      expect(await payloadHash(body)).toBe("UNSIGNED-PAYLOAD");
      expect(await payloadHash(body, { payloadHash: hex("a") })).toBe(hex("a"));
    }
    const request = {
      method: "POST",
      hostname: "a.example",
      path: "/",
      headers: {},
      body: new ReadableStream(),
    };
    expect((await signRequest(request, options)).headers).toMatchObject({
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
    });
  });

  test("fixes the boundary of a form, so that the bytes signed are the bytes sent", async () => {
    const form = new FormData();
    form.set("name", "value");
    form.set("file", new Blob(["content"]), "file.txt");
    const [address, init] = await signRequest(url, { method: "POST", body: form }, options);
    expect(init.headers["content-type"]).toMatch(/^multipart\/form-data; ?boundary=/);
    const sent = new Request(address, init);
    expect(await verify(sent, check)).toMatchObject({ ok: true, payload: "signed" });
    expect((await sent.formData()).get("name")).toBe("value");
  });

  test("returns what fetch takes for what fetch takes, without a host header", async () => {
    const [address, init] = await signRequest(
      new URL(url),
      { method: "put", body: "b", headers: { a: "1" } },
      options,
    );
    expect(address).toBe(url);
    expect(init).toMatchObject({ method: "PUT", body: "b", headers: { a: "1" } });
    expect(Object.keys(init.headers).sort()).toEqual(["a", "authorization", "x-amz-date"]);
    expect(await verify(new Request(address, init), check)).toMatchObject({ ok: true });
  });

  test("returns a Request for a Request, with its signal, its mode and its stream, and leaves the given one unread", async () => {
    const controller = new AbortController();
    const given = new Request(url, {
      method: "POST",
      body: "text",
      signal: controller.signal,
      redirect: "manual",
      mode: "same-origin",
    });
    const signed = await signRequest(given, options);
    const unsigned = await signRequest(given, { ...options, payloadHash: "UNSIGNED-PAYLOAD" });
    expect(given.bodyUsed).toBe(false);
    expect([await signed.text(), await unsigned.text(), await given.text()]).toEqual([
      "text",
      "text",
      "text",
    ]);
    expect(given.headers.has("authorization")).toBe(false);
    expect(signed).toMatchObject({ redirect: "manual", mode: "same-origin", method: "POST" });
    controller.abort();
    expect(signed.signal.aborted).toBe(true);
  });

  test("presigns a URL, a Request and a plain request alike", async () => {
    const [address] = await presignRequest(url, undefined, options);
    const request = await presignRequest(new Request(url), options);
    const plain: HttpRequest = {
      method: "GET",
      hostname: "example.amazonaws.com",
      path: "/path",
      query: { a: "1" },
      headers: {},
    };
    const { query } = await presignRequest(plain, options);
    expect(request.url).toBe(address);
    expect(Object.fromEntries(new URL(address).searchParams)).toEqual(query);
  });

  test("does not modify what it is given, however deep it is frozen", async () => {
    const request = Object.freeze({
      method: "GET",
      hostname: "a.example",
      path: "/",
      query: Object.freeze({ a: Object.freeze(["2", "1"]) }),
      headers: Object.freeze({
        A: Object.freeze(["1", "2"]),
        Authorization: "old",
        "X-Amz-Date": "old",
        "x-amz-meta": "m",
      }),
    });
    const frozen = Object.freeze({
      ...options,
      credentials: Object.freeze({ ...credentials, sessionToken: "t" }),
    });
    const signed = await signRequest(request, frozen);
    expect(signed.headers).not.toHaveProperty("Authorization");
    expect(signed.headers).toMatchObject({ "x-amz-date": "20261124T120000Z" });
    await presignRequest(request, frozen);
    expect(request.headers.Authorization).toBe("old");
  });

  test("signs again what was signed before, by header or by query", async () => {
    const temporary = { ...options, credentials: { ...credentials, sessionToken: "t" } };
    const signed = await signRequest(new Request(url), temporary);
    expect(
      await verify(
        await signRequest(signed, { ...temporary, credentials: { ...credentials, sessionToken: "u" } }),
        {
          ...check,
          findKey: () => ({ ...credentials, sessionToken: "u" }),
        },
      ),
    ).toMatchObject({ ok: true });
    const [once] = await presignRequest(url, undefined, temporary);
    const [twice] = await presignRequest(once, undefined, options);
    const [plain] = await presignRequest(url, undefined, options);
    expect(twice).toBe(plain);
  });

  test.each(["constructor", "__proto__", "__PROTO__", "toString", "hasOwnProperty"])(
    "signs and sends a header with the name that every object has: %s",
    async (name) => {
      const headers = Object.fromEntries([
        ["host", "example.com"],
        [name, "value"],
      ]);
      const request = { method: "GET", hostname: "example.com", path: "/", headers };
      const signed = await signRequest(request, { ...options, service: "sts", region: "eu-west-1" });
      const found = Object.entries(signed.headers).filter(
        ([key]) => key.toLowerCase() === name.toLowerCase(),
      );
      expect(found).toEqual([[name, "value"]]);
      expect(signed.headers["authorization"]).toMatch(
        new RegExp(`SignedHeaders=[^,]*\\b${name.toLowerCase()}\\b`),
      );
    },
  );

  test("includes the port in the host unless it is the protocol's own", async () => {
    const host = async (port: number | undefined, protocol?: string) => {
      const request = { method: "GET", protocol, hostname: "a.example", port, path: "/", headers: {} };
      return (await signRequest(request, options)).headers;
    };
    expect(await host(undefined)).toMatchObject({ host: "a.example" });
    expect(await host(443)).toMatchObject({ host: "a.example" });
    expect(await host(80, "http:")).toMatchObject({ host: "a.example" });
    expect(await host(8443)).toMatchObject({ host: "a.example:8443" });
  });

  test("keeps S3's rules: the path as it is, its own header, no body in a URL", async () => {
    const s3 = { ...options, service: "s3" };
    const request = {
      method: "PUT",
      hostname: "bucket.s3.amazonaws.com",
      path: "/a//b/../c%20(d)/é",
      headers: {},
      body: "x",
    };
    const { canonicalRequest } = await explainSignature(request, s3);
    expect(canonicalRequest.split("\n")[1]).toBe("/a//b/../c%20%28d%29/%C3%A9");
    expect((await signRequest(request, s3)).headers).toMatchObject({ "x-amz-content-sha256": hex("x") });
    const presigned = await explainSignature(request, { ...s3, signedIn: "query" });
    expect(presigned.canonicalRequest.split("\n").at(-1)).toBe("UNSIGNED-PAYLOAD");
  });

  test("takes credentials from a function, and their own region over the option", async () => {
    const provider = async () => ({ ...credentials, credentialScope: "us-gov-west-1" });
    const signed = await signRequest(new Request(url), { ...options, credentials: provider });
    expect(signed.headers.get("authorization")).toContain("/20261124/us-gov-west-1/execute-api/aws4_request");
  });

  test("signs a header that usually is not, and leaves one unsigned that usually is", async () => {
    const headers = { "user-agent": "a", "x-other": "b" };
    const rules = { signableHeaders: new Set(["user-agent"]), unsignableHeaders: new Set(["x-other"]) };
    const signed = await signRequest(
      { method: "GET", hostname: "a.example", path: "/", headers },
      { ...options, ...rules },
    );
    expect(signed.headers).toMatchObject({
      authorization: expect.stringContaining("SignedHeaders=host;user-agent;x-amz-date,") as string,
    });
  });

  test("signs request after request as if each were its first", async () => {
    const unsignableHeaders = new Set(["x-b"]);
    // The first has one name, which HTTP does not know and which could pass for the two of the second.
    const odd = [{ "x-a\nx-b": "1" }, { "x-a": "1", "x-b": "1" }];
    const bags: Record<string, string>[] = [{ "x-a": "1" }, { "x-a": "2" }, ...odd, {}];
    const rules = [{}, { unsignableHeaders }, { signableHeaders: new Set(["user-agent"]) }];
    const dates = ["2026-11-24T00:00:00Z", "2026-11-24T00:00:00.999Z", "2026-11-24T00:00:01Z"];
    const signer = createSigner(options);
    // Each after each, so that what one leaves behind would be seen in the next.
    for (const bag of [...bags, ...bags.toReversed()]) {
      for (const rule of [...rules, ...rules.toReversed()]) {
        for (const date of dates) {
          const headers = { "user-agent": "a", ...bag };
          const request: HttpRequest = { method: "GET", hostname: "a.example", path: "/", headers };
          const own = { ...rule, date: new Date(date) };
          expect(await signer.sign(request, own)).toEqual(await signRequest(request, { ...options, ...own }));
        }
      }
    }
    unsignableHeaders.clear();
    const request: HttpRequest = { method: "GET", hostname: "a.example", path: "/", headers: { "x-b": "1" } };
    expect(await signer.sign(request, { unsignableHeaders })).toEqual(await signRequest(request, options));
  });

  test("signs where a library has put another Promise in the place of the language's", async () => {
    const request: HttpRequest = {
      method: "POST",
      hostname: "a.example",
      path: "/",
      headers: {},
      body: "a=b",
    };
    const signer = createSigner(options);
    const signed = await signer.sign(request);
    const native = globalThis.Promise;
    globalThis.Promise = class<T> extends native<T> {};
    try {
      expect(await signer.sign(request)).toEqual(signed);
      expect(await createSigner(options).sign(request)).toEqual(signed);
      expect(await signRequest({ ...request, body: new Blob(["a=b"]) }, options)).toMatchObject({
        headers: { authorization: signed.headers["authorization"] },
      });
    } finally {
      globalThis.Promise = native;
    }
  });

  test("moves headers into the query by rule and by name", async () => {
    const headers = { "x-amz-acl": "private", "x-amz-meta-a": "1", "x-own": "2" };
    const rules = { unhoistableHeaders: new Set(["x-amz-meta-a"]), hoistableHeaders: new Set(["x-own"]) };
    const request: HttpRequest = { method: "GET", hostname: "a.example", path: "/", headers };
    const signed = await presignRequest(request, { ...options, ...rules });
    expect(signed.headers).toEqual({ host: "a.example", "x-amz-meta-a": "1" });
    expect(signed.query).toMatchObject({
      "x-amz-acl": "private",
      "x-own": "2",
      "X-Amz-SignedHeaders": "host;x-amz-meta-a",
    });
    expect(await verify(signed, check)).toMatchObject({ ok: true });
  });

  test.each([
    ["ERR_CREDENTIALS_INVALID", { credentials: { accessKeyId: "", secretAccessKey: "x" } }],
    ["ERR_CREDENTIALS_INVALID", { credentials: undefined as never }],
    ["ERR_CREDENTIALS_INVALID", { credentials: { accessKeyId: "MARKED-ID" } as never }],
    ["ERR_SCOPE_INVALID", { region: "" }],
    ["ERR_SCOPE_INVALID", { service: undefined as never }],
    ["ERR_DATE_INVALID", { date: new Date(Number.NaN) }],
    ["ERR_EXPIRES_IN_INVALID", { expiresIn: 0 }],
    ["ERR_EXPIRES_IN_INVALID", { expiresIn: 604_801 }],
    ["ERR_EXPIRES_IN_INVALID", { expiresIn: 0.9 }],
    ["ERR_EXPIRES_IN_INVALID", { expiresIn: Number.NaN }],
  ])("rejects with %s (%#), and says nothing secret", async (code, changes) => {
    const error: unknown = await presignRequest(new Request(url), { ...options, ...changes }).catch(
      (error: unknown) => error,
    );
    expect(error).toMatchObject({ name: "SignerError", code });
    expect(JSON.stringify(error) + String(error)).not.toContain("MARKED");
  });

  test("uses a hash of the caller's, as a class, a synchronous function or an asynchronous one", async () => {
    const expected = await signRequest(new Request(url, { method: "POST", body: "x" }), options);
    const hashes = [
      NodeSha256,
      (data: Uint8Array) => createHash("sha256").update(data).digest(),
      async (data: Uint8Array) =>
        new Uint8Array(await crypto.subtle.digest("SHA-256", data as Uint8Array<ArrayBuffer>)),
    ];
    for (const sha256 of hashes) {
      for (const secretAccessKey of [credentials.secretAccessKey, "a long secret".repeat(10)]) {
        const own = { ...options, credentials: { ...credentials, secretAccessKey } };
        const request = () => new Request(url, { method: "POST", body: "x" });
        const ours = await createSigner({ ...own, sha256 }).sign(request());
        expect(ours.headers.get("authorization")).toBe(
          (await signRequest(request(), own)).headers.get("authorization"),
        );
      }
    }
    expect(expected.headers.has("authorization")).toBe(true);
  });

  test("takes the names of options that the clients of the AWS SDK give to a signer", async () => {
    const other = { date: new Date("2030-01-01T00:00:00Z"), region: "eu-central-1", service: "sts" };
    const named = { signingDate: other.date, signingRegion: other.region, signingService: other.service };
    for (const signer of [createSigner(options), createHeaderSigner(options)]) {
      expect((await signer.sign(new Request(url), named)).headers).toEqual(
        (await signer.sign(new Request(url), other)).headers,
      );
      expect(await signer.sign(url, {}, named)).toEqual(await signer.sign(url, {}, other));
    }
    const signer = createSigner(options);
    expect(await signer.presign(url, {}, named)).toEqual(await signer.presign(url, {}, other));
  });

  test("signs headers alike where it cannot presign", async () => {
    const signer = createHeaderSigner(options);
    const expected = await createSigner(options).sign(new Request(url));
    expect((await signer.sign(new Request(url))).headers).toEqual(expected.headers);
    expect(Object.keys(signer)).toEqual(["sign"]);
  });

  test("writes the same date once and often, for any date there is", async () => {
    const signer = createSigner(options);
    await fc.assert(
      fc.asyncProperty(
        fc.date({ min: new Date("1970-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
        async (date) => {
          const [often] = await signer.presign(url, {}, { date });
          const [once] = await presignRequest(url, {}, { ...options, date });
          expect(often).toBe(once);
          expect(often).toContain(`X-Amz-Date=${date.toISOString().replaceAll(/[:-]|\.\d+/g, "")}`);
        },
      ),
    );
  });

  test("keeps signing keys apart by secret, scope and day", async () => {
    const signer = createSigner({ ...options, maxSigningKeys: 3 });
    const authorization = async (changes: Partial<SignOptions>) => {
      const signed = await signer.sign(new Request(url), changes);
      const fresh = await signRequest(new Request(url), { ...options, ...changes });
      expect(signed.headers.get("authorization")).toBe(fresh.headers.get("authorization"));
    };
    for (let round = 0; round < 3; round++) {
      await authorization({});
      await authorization({ credentials: { ...credentials, secretAccessKey: "corrected" } });
      await authorization({ region: "us-east-1" });
      await authorization({ service: "sts" });
      await authorization({ date: new Date("2026-11-25T00:00:00Z") });
    }
  });

  test("never keeps the secret itself, whole or in part of a name", async () => {
    const set = vi.spyOn(Map.prototype, "set");
    try {
      const signer = createSigner(options);
      await signer.sign(new Request(url));
      await signer.sign(new Request(url));
      // Something is kept, under the name of whose key it is.
      const kept = set.mock.calls.filter(([name]) => String(name).includes("AKIDEXAMPLE"));
      expect(kept.length).toBeGreaterThan(0);
      const shown = inspect(set.mock.calls, { depth: Infinity, showHidden: true });
      expect(shown).not.toMatch(/MARKED|SECRET/);
    } finally {
      set.mockRestore();
    }
  });

  describe("with a hash that counts", () => {
    let calls = 0;
    const sha256 = (data: Uint8Array) => {
      calls++;
      return createHash("sha256").update(data).digest();
    };
    const count = async (work: () => Promise<unknown>) => {
      const before = calls;
      await work();
      return calls - before;
    };
    const signs = (signer: ReturnType<typeof createSigner>, changes: Partial<SignOptions> = {}) =>
      count(() => signer.sign(new Request(url), changes));

    test("derives a key once, and signs side by side with one that is still being derived", async () => {
      const signer = createSigner({ ...options, sha256 });
      const first = await signs(signer);
      const next = await signs(signer);
      expect(next).toBeGreaterThan(0);
      expect(next).toBeLessThan(first);
      expect(await signs(signer)).toBe(next);
      const other = createSigner({ ...options, sha256 });
      let signed: Request[] = [];
      const together = await count(async () => {
        signed = await Promise.all(Array.from({ length: 20 }, () => other.sign(new Request(url))));
      });
      expect(together).toBe(first + 19 * next);
      expect(new Set(signed.map(({ headers }) => headers.get("authorization"))).size).toBe(1);
    });

    test("keeps as many keys as it is told, 100 by default, and drops the oldest", async () => {
      const measure = createSigner({ ...options, sha256 });
      const first = await signs(measure);
      const next = await signs(measure);
      for (const [given, limit] of [
        [0, 0],
        [1, 1],
        [3, 3],
        [undefined, 100],
      ] as const) {
        const signer = createSigner({
          ...options,
          sha256,
          ...(given !== undefined && { maxSigningKeys: given }),
        });
        const region = (index: number) => ({ region: `region-${index}` });
        for (let index = 0; index < limit; index++) expect(await signs(signer, region(index))).toBe(first);
        // All of them are there; one more takes the place of the oldest, and of no other.
        for (let index = 0; index < limit; index++) expect(await signs(signer, region(index))).toBe(next);
        expect(await signs(signer, region(limit))).toBe(first);
        for (let index = 1; index < limit; index++) expect(await signs(signer, region(index))).toBe(next);
        expect(await signs(signer, region(0))).toBe(first);
      }
    });
  });

  test("does not keep a key whose derivation failed", async () => {
    let failures = 1;
    const sha256 = async (data: Uint8Array) => {
      if (failures-- > 0) throw new Error("no hash today");
      return createHash("sha256").update(data).digest();
    };
    const signer = createSigner({ ...options, sha256 });
    await expect(signer.sign(new Request(url))).rejects.toThrow("no hash today");
    expect((await signer.sign(new Request(url))).headers.has("authorization")).toBe(true);
  });
});
