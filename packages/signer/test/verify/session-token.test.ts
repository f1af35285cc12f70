import type { HttpRequest, SignatureClaim, SignOptions, VerifyOptions } from "@org/sts-signer";
import { describe, expect, test } from "vitest";

import { entries } from "../support/entries.ts";
import {
  accessKeyId,
  date,
  HOST,
  key,
  presignByHand,
  signByHand,
  withHeaders,
  withQuery,
} from "../support/hand-signed.ts";

const sessionToken = "FwoGZXIvYXdzEBYaDMARKED/with+signs==";
const temporary = { ...key, accessKeyId, sessionToken };
const request: HttpRequest = { method: "POST", hostname: HOST, path: "/", headers: {}, body: "a=b" };
const options: SignOptions = { credentials: temporary, region: "eu-west-1", service: "execute-api", date };
const server: VerifyOptions = { findKey: () => temporary, now: date };
const longTerm: VerifyOptions = { ...server, findKey: () => key };

/** Every token that is not the key's, but nearly. */
const others: [what: string, token: string][] = [
  ["without its last character", sessionToken.slice(0, -1)],
  ["without its first character", sessionToken.slice(1)],
  ["of one character", sessionToken.slice(0, 1)],
  ["that is empty", ""],
  ["with a character more", `${sessionToken}=`],
  ["twice", sessionToken + sessionToken],
  ["with another first character", `G${sessionToken.slice(1)}`],
  ["with another last character", `${sessionToken.slice(0, -1)}-`],
  ["in another case", sessionToken.toLowerCase()],
  ["with a zero character after it", `${sessionToken}\0`],
];

describe.each(entries)("%s: verify, on the session token of temporary keys", (_, entry) => {
  const { presignRequest, signRequest, verify } = entry;

  test("refuses a request without it, signed with it or without, in the header and in the query", async () => {
    const expected = {
      ok: false,
      reason: "wrong-session-token",
      message: "expected the session token of this key",
      accessKeyId,
    };
    // The signature is right in each: of a request that had no token, or of one that had it appended unsigned.
    expect(await verify(signByHand({}), server)).toMatchObject(expected);
    expect(await verify(presignByHand({}), server)).toMatchObject(expected);
    const append: SignOptions = { ...options, sessionToken: "append" };
    const signed = await signRequest(request, append);
    const { "x-amz-security-token": token, ...headers }: HttpRequest["headers"] = signed.headers;
    expect(token).toBe(sessionToken);
    expect(await verify(signed, server)).toMatchObject({ ok: true });
    expect(await verify({ ...signed, headers }, server)).toMatchObject(expected);
    const presigned = await presignRequest(request, append);
    const { "X-Amz-Security-Token": parameter, ...query } = presigned.query ?? {};
    expect(parameter).toBe(sessionToken);
    expect(await verify(presigned, server)).toMatchObject({ ok: true });
    expect(await verify({ ...presigned, query }, server)).toMatchObject(expected);
  });

  test.each(others)("refuses a token %s, although the signature is right", async (_what, token) => {
    const expected = { ok: false, reason: "wrong-session-token" };
    // Unsigned, and then signed with the rest.
    const unsigned = { "x-amz-security-token": token };
    expect(await verify(signByHand({ unsigned }), server)).toMatchObject(expected);
    expect(await verify(presignByHand({ unsigned }), server)).toMatchObject(expected);
    expect(
      await verify(withQuery(presignByHand({}), { "X-Amz-Security-Token": token }), server),
    ).toMatchObject(expected);
    const credentials = { ...temporary, sessionToken: token };
    expect(await verify(await signRequest(request, { ...options, credentials }), server)).toMatchObject(
      expected,
    );
    expect(await verify(await presignRequest(request, { ...options, credentials }), server)).toMatchObject(
      expected,
    );
  });

  test("refuses any token that comes with a key that has none", async () => {
    const expected = {
      ok: false,
      reason: "wrong-session-token",
      message: "expected no session token",
    };
    for (const findKey of [
      () => key,
      () => ({ ...key, sessionToken: undefined }),
      () => ({ ...key, sessionToken: "" }),
    ]) {
      const check = { ...server, findKey };
      const unsigned = { "x-amz-security-token": sessionToken };
      expect(await verify(signByHand({ unsigned }), check)).toMatchObject(expected);
      expect(await verify(presignByHand({ unsigned }), check)).toMatchObject(expected);
      const query = { "X-Amz-Security-Token": sessionToken };
      expect(await verify(withQuery(presignByHand({}), query), check)).toMatchObject(expected);
      expect(await verify(signByHand({}), check)).toMatchObject({ ok: true });
    }
  });

  test("never tells a token, neither the key's nor the one that came", async () => {
    for (const token of ["another MARKED token", ""]) {
      const unsigned = { "x-amz-security-token": token };
      for (const one of [signByHand({ unsigned }), presignByHand({ unsigned })]) {
        const result = await verify(one, server);
        expect(result.ok).toBe(false);
        expect(JSON.stringify(result)).not.toContain("MARKED");
      }
    }
  });

  test("accepts a token in the query that was signed, was appended, or came in a header", async () => {
    expect(await verify(await presignRequest(request, options), server)).toMatchObject({ ok: true });
    const appended = withQuery(presignByHand({}), { "X-Amz-Security-Token": sessionToken });
    expect(await verify(appended, server)).toMatchObject({ ok: true });
    const inHeader = presignByHand({ unsigned: { "x-amz-security-token": sessionToken } });
    expect(await verify(inHeader, server)).toMatchObject({ ok: true });
  });

  test("prefers the token of the query to that of a header", async () => {
    const appended = withQuery(presignByHand({}), { "X-Amz-Security-Token": sessionToken });
    const other = withHeaders(appended, { "x-amz-security-token": "another" });
    expect(await verify(other, server)).toMatchObject({ ok: true });
    const wrong = withQuery(presignByHand({ unsigned: { "x-amz-security-token": sessionToken } }), {
      "X-Amz-Security-Token": "another",
    });
    expect(await verify(wrong, server)).toMatchObject({ reason: "wrong-session-token" });
  });

  test("does not take a token in the query for the one of a signature in the header", async () => {
    const query = { "X-Amz-Security-Token": sessionToken };
    expect(await verify(signByHand({ query }), server)).toMatchObject({ reason: "wrong-session-token" });
    // It is a parameter like any other there, and cannot be added to what was signed.
    expect(await verify(signByHand({ query }), longTerm)).toMatchObject({ ok: true });
    expect(await verify(withQuery(signByHand({}), query), longTerm)).toMatchObject({
      reason: "wrong-signature",
    });
  });

  test("lets no parameter but the token be added to a presigned request", async () => {
    const appended = withQuery(presignByHand({}), { "X-Amz-Security-Token": sessionToken });
    for (const name of [
      "a",
      "x-amz-security-token",
      "X-Amz-Security-Tokens",
      "X-Amz-Own",
      "x-amz-signature",
    ]) {
      expect(await verify(withQuery(appended, { [name]: "b" }), server)).toMatchObject({
        reason: "wrong-signature",
      });
    }
  });

  test("hands findKey the token that came, and undefined when none did", async () => {
    const claims: SignatureClaim[] = [];
    const findKey = (_id: string, claim: SignatureClaim) => {
      claims.push(claim);
      return temporary;
    };
    await verify(signByHand({ unsigned: { "x-amz-security-token": "a" } }), { ...server, findKey });
    await verify(withQuery(presignByHand({}), { "X-Amz-Security-Token": "b" }), { ...server, findKey });
    await verify(signByHand({}), { ...server, findKey });
    const rest = { region: "eu-west-1", service: "execute-api", date };
    expect(claims).toStrictEqual([
      { ...rest, sessionToken: "a" },
      { ...rest, sessionToken: "b" },
      { ...rest, sessionToken: undefined },
    ]);
  });
});
