import { createContext, runInContext } from "node:vm";

import { afterEach, describe, expect, test } from "vitest";

import { entries } from "../support/entries.ts";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" };
const date = new Date("2026-11-24T12:00:00Z");
const options = { credentials, region: "us-east-1", service: "execute-api", date };
const check = { findKey: () => credentials, now: date };
const url = "https://api.example.com/p";
const plain = { method: "POST", hostname: "api.example.com", path: "/p", headers: {} };

const removed: (() => void)[] = [];

/** Takes a property away until the test ends. */
function remove(owner: object, name: string): void {
  const property = Object.getOwnPropertyDescriptor(owner, name);
  if (property === undefined) throw new Error(`there is no ${name} to remove`);
  Reflect.deleteProperty(owner, name);
  removed.push(() => Object.defineProperty(owner, name, property));
}

afterEach(() => {
  for (const restore of removed.splice(0)) restore();
});

describe.each(entries)("%s, where Request has no body", (_, entry) => {
  test("signs the body that is sent, and leaves the given request unread", async () => {
    remove(Request.prototype, "body");
    const given = new Request(url, { method: "POST", body: '{"a":1}' });
    const signed = await entry.signRequest(given, options);
    expect(given.bodyUsed).toBe(false);
    expect(await entry.verify(signed, check)).toMatchObject({ ok: true, payload: "signed" });
    expect(await signed.clone().text()).toBe('{"a":1}');
    const text = await signed.text();
    const arrived = { ...plain, headers: Object.fromEntries(signed.headers), body: text };
    expect(await entry.verify(arrived, check)).toMatchObject({ ok: true });
    expect(await entry.verify({ ...arrived, body: "" }, check)).toMatchObject({ ok: false });
  });

  test.each(["GET", "HEAD", "POST"])("signs a %s without a body", async (method) => {
    remove(Request.prototype, "body");
    const signed = await entry.signRequest(new Request(url, { method }), options);
    expect(await entry.verify(signed, check)).toMatchObject({ ok: true, payload: "signed" });
    const presigned = await entry.presignRequest(new Request(url, { method }), options);
    expect(await entry.verify(presigned, check)).toMatchObject({ ok: true });
  });

  test("checks the length of a body that comes all at once", async () => {
    remove(Request.prototype, "body");
    const signed = await entry.signRequest(new Request(url, { method: "POST", body: "12345678" }), options);
    expect(await entry.verify(signed, { ...check, maxBodyBytes: 8 })).toMatchObject({ ok: true });
    expect(await entry.verify(signed, { ...check, maxBodyBytes: 7 })).toMatchObject({ reason: "too-large" });
  });
});

describe.each(entries)("%s, without Request, Response and Headers", (_, entry) => {
  test("signs and verifies plain requests with bodies of every kind that can be read", async () => {
    const bytes = new TextEncoder().encode("a=b");
    const bodies = [
      "a=b",
      bytes,
      bytes.buffer,
      new DataView(bytes.buffer),
      new URLSearchParams({ a: "b" }),
      new Blob(["a=b"]),
    ];
    for (const name of ["Request", "Response", "Headers"]) remove(globalThis, name);
    for (const body of bodies) {
      const signed = await entry.signRequest({ ...plain, body }, options);
      expect(await entry.verify(signed, check)).toMatchObject({ ok: true, payload: "signed" });
      // What was given says the same as what was made of it, but for a content type that the body brought.
      const arrived = { ...signed, body };
      expect(await entry.verify(arrived, check)).toMatchObject({ ok: true, payload: "signed" });
      expect(await entry.verify({ ...signed, body: "a=c" }, check)).toMatchObject({ ok: false });
    }
  });

  test("signs and presigns a URL with headers in each form that fetch takes", async () => {
    const given = new Headers({ "x-a": "1" });
    for (const name of ["Request", "Response", "Headers"]) remove(globalThis, name);
    const signatures = new Set<string | undefined>();
    for (const headers of [given, { "x-a": "1" }, [["x-a", "1"]] as [string, string][]]) {
      const [, init] = await entry.signRequest(url, { method: "POST", headers, body: "text" }, options);
      signatures.add(init.headers["authorization"]);
      expect(await entry.verify({ ...plain, headers: init.headers, body: "text" }, check)).toMatchObject({
        ok: true,
      });
    }
    expect(signatures.size).toBe(1);
    const [presigned] = await entry.presignRequest(url, {}, options);
    expect(await entry.verify(presigned, check)).toMatchObject({ ok: true });
  });
});

describe.each(entries)("%s, with objects of another realm", (_, entry) => {
  const context = createContext({});

  test.each(["new Uint8Array([97, 61, 98])", "new Uint8Array([97, 61, 98]).buffer", "'a=b'"])(
    "signs and verifies a body made there: %s",
    async (source) => {
      const body: unknown = runInContext(source, context);
      const signed = await entry.signRequest({ ...plain, body }, options);
      expect(await entry.verify(signed, check)).toMatchObject({ ok: true, payload: "signed" });
      expect(await entry.verify({ ...signed, body: "a=b" }, check)).toMatchObject({ ok: true });
    },
  );

  test("signs a Request of another implementation, and returns one of its kind", async () => {
    class OtherRequest {
      readonly headers: Headers;
      readonly method: string;
      readonly body: BodyInit | null;
      readonly signal = new AbortController().signal;
      readonly input: OtherRequest | string;
      constructor(input: OtherRequest | string, init: RequestInit = {}) {
        this.input = input;
        const from = typeof input === "string" ? undefined : input;
        this.method = init.method ?? from?.method ?? "GET";
        this.headers = new Headers(init.headers ?? from?.headers);
        this.body = init.body ?? from?.body ?? null;
      }
      get url(): string {
        return typeof this.input === "string" ? this.input : this.input.url;
      }
      clone(): OtherRequest {
        return new OtherRequest(this);
      }
      async arrayBuffer(): Promise<ArrayBuffer> {
        return new Response(this.body).arrayBuffer();
      }
    }
    const given = new OtherRequest(url, { method: "POST", body: "text" }) as unknown as Request;
    const signed = await entry.signRequest(given, options);
    expect(signed).toBeInstanceOf(OtherRequest);
    const arrived = { ...plain, headers: Object.fromEntries(signed.headers), body: "text" };
    expect(await entry.verify(arrived, check)).toMatchObject({ ok: true });
  });
});

describe.each(entries)("%s, with a Headers object in plain data", (_, entry) => {
  test("signs and verifies what it holds", async () => {
    const headers = new Headers({ "Content-Type": "text/plain", "x-a": "1" });
    const request = { ...plain, headers: headers as never, body: "text" };
    const signed = await entry.signRequest(request, options);
    expect(signed.headers).toMatchObject({ "content-type": "text/plain", "x-a": "1" });
    const arrived = { ...signed, headers: new Headers(signed.headers) as never };
    expect(await entry.verify(arrived, check)).toMatchObject({
      ok: true,
      signedHeaders: ["content-type", "host", "x-a", "x-amz-date"],
    });
  });
});

describe.each(entries)("%s, over HTTP/2", (_, entry) => {
  const headers = { ":authority": "kinesis.us-east-1.amazonaws.com", "content-type": "application/json" };
  const request = { ...plain, hostname: "kinesis.us-east-1.amazonaws.com", headers, body: "{}" };

  test("signs :authority in the place of the host, and adds none", async () => {
    const signed = await entry.signRequest(request, options);
    expect(signed.headers).not.toHaveProperty("host");
    expect((signed.headers as Record<string, string>)["authorization"]).toContain(
      "SignedHeaders=:authority;content-type;x-amz-date,",
    );
    expect(await entry.verify(signed, check)).toMatchObject({ ok: true });
  });

  test("verifies a request whose :authority became a host on the way, and the other way round", async () => {
    const signed = await entry.signRequest(request, options);
    const { ":authority": authority, ...others } = signed.headers as Record<string, string>;
    const http1 = { ...signed, headers: { ...others, host: authority ?? "" } };
    expect(await entry.verify(http1, check)).toMatchObject({ ok: true });
    const bySdk = await entry.signRequest(
      { ...request, headers: { "content-type": "application/json" } },
      options,
    );
    const { host, ...rest } = bySdk.headers as Record<string, string>;
    const http2 = {
      ...bySdk,
      hostname: "10.0.0.1",
      headers: { ...rest, ":authority": host ?? "", ":method": "POST" },
    };
    expect(await entry.verify(http2, check)).toMatchObject({ ok: true });
  });

  test("refuses another :authority, and a signature that covers neither it nor the host", async () => {
    const signed = await entry.signRequest(request, options);
    const moved = { ...signed, headers: { ...signed.headers, ":authority": "evil.example" } };
    expect(await entry.verify(moved, check)).toMatchObject({ reason: "wrong-signature" });
    const unsignable = { ...options, unsignableHeaders: new Set([":authority"]) };
    expect(await entry.verify(await entry.signRequest(request, unsignable), check)).toMatchObject({
      reason: "header-not-signed",
      message: "host is not among the signed headers",
    });
  });
});
