import { presignRequest, signRequest, verify, type HttpRequest, type SignOptions } from "@org/sts-signer";
import { presignRequestV4a, signRequestV4a } from "@org/sts-signer/sigv4a";
import { describe, expect, test } from "vitest";

const key = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" };
const session = { accessKeyId: "ASIAIOSFODNN7EXAMPLE", secretAccessKey: "other", sessionToken: "OLD-TOKEN" };
const now = new Date("2026-11-24T12:00:00Z");
const later = new Date("2026-11-24T12:01:00Z");
const settings: Omit<SignOptions, "credentials"> = { region: "us-east-1", service: "s3", date: later };
const first: SignOptions = { ...settings, date: now, credentials: session };
const again: SignOptions = { ...settings, credentials: key };
const check = { findKey: (id: string) => (id === key.accessKeyId ? key : undefined), now: later };
const plain: HttpRequest = {
  method: "PUT",
  hostname: "bucket.s3.us-east-1.amazonaws.com",
  path: "/key",
  query: { acl: "" },
  headers: { "Content-Type": "text/plain" },
  body: "a body",
};
const url = "https://bucket.s3.us-east-1.amazonaws.com/key?acl=";

/** In headers and in the query, with the token signed or appended, and by SigV4a. */
async function earlier(): Promise<HttpRequest[]> {
  return [
    await signRequest(plain, first),
    await presignRequest(plain, first),
    await signRequest(plain, { ...first, sessionToken: "append" }),
    await signRequestV4a(plain, { ...first, regionSet: "*" }),
    await presignRequestV4a(plain, { ...first, regionSet: "*" }),
  ];
}

describe("a request that was signed before", () => {
  test("is signed in headers as if it never had been", async () => {
    const fresh = await signRequest(plain, again);
    for (const request of await earlier()) {
      const { query, headers, ...others } = await signRequest(request, again);
      expect({ ...others, query, headers }).toEqual(fresh);
      expect(JSON.stringify({ query, headers })).not.toContain("OLD-TOKEN");
      expect(await verify({ ...others, query, headers }, check)).toMatchObject({ ok: true });
    }
  });

  test("is presigned as if it never had been", async () => {
    const fresh = await presignRequest(plain, again);
    for (const request of await earlier()) {
      const signed = await presignRequest(request, again);
      expect(signed).toEqual(fresh);
      expect(await verify(signed, check)).toMatchObject({ ok: true });
    }
  });

  test("is signed again as a Request and as a URL, too", async () => {
    const signed = await signRequest(await signRequest(new Request(url), first), again);
    expect(signed.headers.has("x-amz-security-token")).toBe(false);
    expect(await verify(signed, check)).toMatchObject({ ok: true });
    const [presigned] = await presignRequest(url, {}, first);
    const [address, init] = await signRequest(presigned, {}, again);
    expect(address).toBe(url);
    expect(await verify(new Request(address, init), check)).toMatchObject({ ok: true });
  });

  test("gets the hash of the body that it has now", async () => {
    const changed = { ...(await signRequest(plain, first)), body: "another body" };
    const signed = await signRequest(changed, again);
    expect(await verify(signed, check)).toMatchObject({ ok: true, payload: "signed" });
  });

  test("keeps what its caller said of the body: no hash, chunks, or the hash of a stream", async () => {
    const hash = "ab".repeat(32);
    for (const payloadHash of ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"]) {
      const signed = await signRequest(await signRequest(plain, { ...first, payloadHash }), again);
      expect(signed.headers["x-amz-content-sha256"]).toBe(payloadHash);
    }
    const stream = { ...plain, body: new ReadableStream() };
    const signed = await signRequest(await signRequest(stream, { ...first, payloadHash: hash }), again);
    expect(signed.headers["x-amz-content-sha256"]).toBe(hash);
  });

  test("keeps a token that its caller put there and no signature left", async () => {
    const request = { ...plain, headers: { "X-Amz-Security-Token": "own" } };
    const signed = await signRequest(request, again);
    expect(signed.headers["X-Amz-Security-Token"]).toBe("own");
  });
});
