import { verify, type HttpRequest } from "@org/sts-signer/node";
import { describe, expect, test } from "vitest";

import {
  after,
  date,
  HOST,
  key,
  presignByHand,
  server,
  signByHand,
  signingDate,
  withHeaders,
  withQuery,
} from "../support/hand-signed.ts";

const base = { host: HOST, "x-amz-date": signingDate };
const token = "a session token";

describe("verify, on the headers that have to be signed", () => {
  test.each(["header", "query"] as const)(
    "accepts a signature made by hand in the %s, so that what follows fails for its own reason",
    async (signedIn) => {
      const request = signedIn === "header" ? signByHand({}) : presignByHand({});
      expect(await verify(request, server)).toMatchObject({ ok: true, signedIn });
    },
  );

  test("refuses a signature that is right but does not cover host, in the header", async () => {
    const request = signByHand({ signed: { "x-amz-date": signingDate }, unsigned: { host: HOST } });
    expect(await verify(request, server)).toMatchObject({
      ok: false,
      reason: "header-not-signed",
      message: "host is not among the signed headers",
    });
  });

  test("refuses a signature that is right but does not cover host, in the query", async () => {
    const signed = { "x-own": "a" };
    for (const unsigned of [{ host: HOST }, {}]) {
      expect(await verify(presignByHand({ signed, unsigned }), server)).toMatchObject({
        ok: false,
        reason: "header-not-signed",
      });
    }
  });

  test.each([
    "x-amz-target",
    "x-amz-security-token-extra",
    "x-amz-security-tokens",
    "x-amz-content-sha256-extra",
    "x-amz-content-sha2566",
    "x-amz-date-extra",
    "x-amz-dates",
    "x-amz-my-security-token",
    "x-amz-x-amz-security-token",
    "x-amz-",
    "X-Amz-Target",
  ])("refuses an unsigned %s, in the header and in the query", async (name) => {
    const unsigned = { [name]: "a" };
    const expected = {
      ok: false,
      reason: "header-not-signed",
      message: `${name.toLowerCase()} is not among the signed headers`,
    };
    expect(await verify(signByHand({ unsigned }), server)).toMatchObject(expected);
    expect(await verify(presignByHand({ unsigned }), server)).toMatchObject(expected);
  });

  test.each(["x-amzn-trace-id", "x-amz", "x-forwarded-for", "my-x-amz-header", "user-agent"])(
    "accepts an unsigned %s, which proxies may add",
    async (name) => {
      const unsigned = { [name]: "a" };
      expect(await verify(signByHand({ unsigned }), server)).toMatchObject({ ok: true });
      expect(await verify(presignByHand({ unsigned }), server)).toMatchObject({ ok: true });
    },
  );

  test("accepts a session token and a hash of the body in headers that are not signed", async () => {
    const withToken = { ...server, findKey: () => ({ ...key, sessionToken: token }) };
    const unsigned = { "x-amz-security-token": token };
    expect(await verify(signByHand({ unsigned }), withToken)).toMatchObject({ ok: true });
    const payloadHash = "UNSIGNED-PAYLOAD";
    const hashed = signByHand({ unsigned: { "x-amz-content-sha256": payloadHash }, payloadHash });
    expect(await verify(hashed, server)).toMatchObject({ ok: true, payload: "unsigned" });
  });

  test("accepts HTTP/2's :authority for host, as the header that is signed and as the one that arrives", async () => {
    const { host: _, ...others } = base;
    const signed = { ":authority": HOST, ...others };
    expect(await verify(signByHand({ signed }), server)).toMatchObject({
      ok: true,
      signedHeaders: [":authority", "x-amz-date"],
    });
    expect(await verify(presignByHand({ signed: { ":authority": HOST } }), server)).toMatchObject({
      ok: true,
    });
    // What arrives as the other of the two has the same value.
    const { headers, ...request } = signByHand({ signed });
    const { ":authority": authority, ...rest } = headers;
    const asHost: HttpRequest = { ...request, headers: { ...rest, host: authority ?? "" } };
    expect(await verify(asHost, server)).toMatchObject({ ok: true });
    const another = withHeaders(asHost, { host: "other.example.com" });
    expect(await verify(another, server)).toMatchObject({ reason: "wrong-signature" });
  });

  test("demands that a presigned request signs x-amz-date if it has that header, beside the date in its query", async () => {
    const unsigned = { "x-amz-date": signingDate };
    expect(await verify(presignByHand({ unsigned }), server)).toMatchObject({
      reason: "header-not-signed",
      message: "x-amz-date is not among the signed headers",
    });
    expect(await verify(presignByHand({ signed: base }), server)).toMatchObject({ ok: true });
    const inHeader = signByHand({ signed: { host: HOST }, unsigned });
    expect(await verify(inHeader, server)).toMatchObject({ ok: true });
  });

  test("returns exactly the headers that are signed", async () => {
    const request = signByHand({ signed: { ...base, "x-own": "a" }, unsigned: { "x-other": "b" } });
    expect(await verify(request, server)).toMatchObject({ signedHeaders: ["host", "x-amz-date", "x-own"] });
  });

  test("demands the headers that the server requires, whether they are in the request or not", async () => {
    const required = { ...server, requiredSignedHeaders: ["x-own", "x-server-id"] };
    const signed = { ...base, "x-own": "a" };
    const expected = { reason: "header-not-signed", message: "x-server-id is not among the signed headers" };
    expect(await verify(signByHand({ signed }), required)).toMatchObject(expected);
    const unsigned = { "x-server-id": "b" };
    expect(await verify(signByHand({ signed, unsigned }), required)).toMatchObject(expected);
    const both = signByHand({ signed: { ...signed, ...unsigned } });
    expect(await verify(both, required)).toMatchObject({ ok: true });
  });

  test("refuses a signed header that is not in the request, even if it was signed as empty", async () => {
    const signedHeaders = "host;x-amz-date;x-own";
    expect(await verify(signByHand({ signed: base, signedHeaders }), server)).toMatchObject({
      reason: "header-missing",
      message: "x-own was signed but is not in the request",
    });
    const empty = signByHand({ signed: { ...base, "x-own": "" } });
    expect(await verify(empty, server)).toMatchObject({ ok: true });
  });

  test("takes the request's own host for a host header that is missing, with its port", async () => {
    const { headers, ...request } = signByHand({ signed: { ...base, host: `${HOST}:8443` } });
    const { host: _, ...hostless } = headers;
    const direct: HttpRequest = { ...request, headers: hostless };
    expect(await verify({ ...direct, port: 8443 }, server)).toMatchObject({ ok: true });
    expect(await verify(direct, server)).toMatchObject({ reason: "wrong-signature" });
    expect(await verify({ ...direct, hostname: "other.example", port: 8443 }, server)).toMatchObject({
      reason: "wrong-signature",
    });
  });

  test("holds a host header against the signature, whatever the request's own host is", async () => {
    const request = signByHand({});
    expect(await verify({ ...request, hostname: "other.example" }, server)).toMatchObject({ ok: true });
    expect(await verify(withHeaders(request, { host: "other.example" }), server)).toMatchObject({
      reason: "wrong-signature",
    });
  });
});

describe("verify, on the list of signed names", () => {
  test.each([
    ["a name twice", "host;host;x-amz-date"],
    ["a later name twice", "host;x-amz-date;x-amz-date"],
    ["names that are not sorted", "x-amz-date;host"],
    ["a name in upper case", "Host;host;x-amz-date"],
    ["an empty list", ""],
    ["an empty name", "host;;x-amz-date"],
    ["an empty first name", ";host;x-amz-date"],
    ["an empty last name", "host;x-amz-date;"],
    ["a blank before a name", " host;x-amz-date"],
    ["a character that no name has", "host;x-amz-date;x(y"],
    ["a line end", "host;x\n;x-amz-date"],
    ["a letter beyond ASCII", "host;x-amz-date;é"],
  ])("refuses %s, although the signature over it is right", async (_, signedHeaders) => {
    // The values are there, so that nothing but the list itself is wrong.
    const signed = { ...base, Host: HOST, "": "", "x(y": "a", é: "a" };
    const expected = {
      ok: false,
      reason: "malformed",
      message: "SignedHeaders: expected lower-case names, sorted, each once",
    };
    expect(await verify(signByHand({ signed, signedHeaders }), server)).toMatchObject(expected);
    expect(await verify(presignByHand({ signed, signedHeaders }), server)).toMatchObject(expected);
  });

  test("accepts a name with every character that HTTP allows in one", async () => {
    const signed = { "!#$%&'*+.^_`|~09az-": "a", ...base };
    expect(await verify(signByHand({ signed }), server)).toMatchObject({ ok: true });
  });

  test("accepts 200 signed names and no more", async () => {
    const names = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${1000 + index}`, "a"]));
    const most = signByHand({ signed: { ...base, ...names(198) } });
    expect(await verify(most, server)).toMatchObject({ ok: true });
    const more = signByHand({ signed: { ...base, ...names(199) } });
    expect(await verify(more, server)).toMatchObject({ reason: "malformed" });
  });
});

describe("verify, on headers that come twice", () => {
  test("joins the values of one header, in an array or under names in other cases, in the order they came", async () => {
    const request = signByHand({ signed: { ...base, "x-own": "a,b c" } });
    const { "x-own": _, ...others } = request.headers;
    const given: HttpRequest["headers"][] = [
      { "x-own": ["a", " b  c "] },
      { "X-Own": "a", "x-own": "b c" },
      { "x-OWN": ["a"], "x-own": ["b\tc"] },
    ];
    for (const own of given) {
      expect(await verify({ ...request, headers: { ...others, ...own } }, server)).toMatchObject({
        ok: true,
      });
    }
    const swapped = { ...request, headers: { ...others, "x-own": ["b c", "a"] } };
    expect(await verify(swapped, server)).toMatchObject({ reason: "wrong-signature" });
  });

  test("refuses a second value of a signed header, under a name in any case", async () => {
    const request = signByHand({ signed: { ...base, "x-own": "a" } });
    for (const more of [
      { "X-Own": "b" },
      { "x-own": ["a", "b"] },
      { Host: HOST },
      { "X-Amz-Date": signingDate },
    ]) {
      expect((await verify(withHeaders(request, more), server)).ok).toBe(false);
    }
  });

  test("refuses two authorization headers, the right one and the same or another", async () => {
    const request = signByHand({});
    const { authorization = "" } = request.headers;
    for (const second of [authorization, "Bearer abc"]) {
      for (const headers of [{ Authorization: second }, { authorization: [authorization, second] }]) {
        expect(await verify(withHeaders(request, headers), server)).toMatchObject({ reason: "malformed" });
      }
    }
  });

  test("refuses a request that is signed in the header and in the query, whichever half of the query's is there", async () => {
    const request = signByHand({});
    for (const name of ["X-Amz-Signature", "X-Amz-Algorithm"]) {
      expect(await verify(withQuery(request, { [name]: "a" }), server)).toMatchObject({
        reason: "malformed",
        message: "signed in the header and in the query",
      });
    }
    const presigned = withHeaders(presignByHand({}), { Authorization: "Bearer abc" });
    expect(await verify(presigned, server)).toMatchObject({
      reason: "malformed",
      message: "signed in the header and in the query",
    });
  });

  test("asks for no key before the headers are in order", async () => {
    const asked: string[] = [];
    const asking = {
      ...server,
      findKey: (id: string) => {
        asked.push(id);
        return key;
      },
    };
    const unsigned = { "x-amz-target": "a" };
    await verify(signByHand({ unsigned }), asking);
    await verify(signByHand({}), { ...asking, now: after(301) });
    await verify(signByHand({}), { ...asking, region: "us-east-1" });
    expect(asked).toEqual([]);
    expect(await verify(signByHand({}), { ...asking, now: date })).toMatchObject({ ok: true });
    expect(asked).toHaveLength(1);
  });
});
