import { presignRequest, verify, type HttpRequest, type SignatureClaim } from "@org/sts-signer/node";
import { describe, expect, test } from "vitest";

import {
  accessKeyId,
  date,
  HOST,
  key,
  presignByHand,
  SCOPE,
  server,
  signByHand,
  signingDate,
  withHeaders,
  withQuery,
  type PlainRequest,
} from "../support/hand-signed.ts";

/** The request with its authorization header rewritten. */
function rewrite(change: (authorization: string) => string): PlainRequest {
  const request = signByHand({});
  const { authorization = "" } = request.headers;
  const changed = change(authorization);
  if (changed === authorization) throw new Error("nothing was changed");
  return withHeaders(request, { authorization: changed });
}

describe("verify, on the authorization header", () => {
  test.each<[what: string, change: (authorization: string) => string]>([
    ["without blanks after the commas", (text) => text.replaceAll(", ", ",")],
    ["with more blanks", (text) => text.replaceAll(", ", " \t , ").replace("256 ", "256   ")],
    [
      "in another order",
      (text) => {
        const [algorithm = "", ...fields] = text.split(/,? /);
        return `${algorithm} ${fields.toReversed().join(", ")}`;
      },
    ],
  ])("accepts its fields %s", async (_, change) => {
    expect(await verify(rewrite(change), server)).toMatchObject({ ok: true });
  });

  const credential = `Credential=${accessKeyId}/${SCOPE}`;
  test.each<[what: string, change: (authorization: string) => string]>([
    ["no equals sign in Signature", (text) => text.replace("Signature=", "Signature")],
    ["a name alone for SignedHeaders", (text) => text.replace(/SignedHeaders=[^,]*/, "SignedHeaders")],
    ["a name alone for Credential", (text) => text.replace(credential, "Credential")],
    ["a name alone beside the three", (text) => `${text}, more`],
    [
      "a name twice, once with a letter more and alone",
      (text) => text.replace(/SignedHeaders=[^,]*/, "SignatureX"),
    ],
  ])("refuses %s", async (_, change) => {
    expect(await verify(rewrite(change), server)).toStrictEqual({
      ok: false,
      reason: "malformed",
      message: "authorization: expected Credential, SignedHeaders and Signature",
    });
  });

  test.each<[what: string, change: (authorization: string) => string]>([
    ["Credential twice, both the same", (text) => `${text}, ${credential}`],
    ["Credential twice, the right one last", (text) => text.replace("256 ", "256 Credential=a, ")],
    ["SignedHeaders twice", (text) => `${text}, SignedHeaders=host`],
    ["Signature twice", (text) => `${text}, Signature=${"0".repeat(64)}`],
    ["Signature twice and no Credential", (text) => text.replace(credential, "Signature=a")],
  ])("refuses %s", async (_, change) => {
    expect(await verify(rewrite(change), server)).toMatchObject({
      ok: false,
      reason: "malformed",
      message: "a field of the authorization header twice",
    });
  });

  test.each<[what: string, change: (authorization: string) => string]>([
    ["without Credential", (text) => text.replace(`${credential}, `, "")],
    ["without SignedHeaders", (text) => text.replace(/SignedHeaders=[^,]*, /, "")],
    ["without Signature", (text) => text.replace(/, Signature=.*/, "")],
    ["of an algorithm only", () => "AWS4-HMAC-SHA256"],
    ["with a field that nobody knows", (text) => `${text}, Region=eu-west-1`],
    ["with an empty field", (text) => `${text},`],
    [
      "with very many fields",
      (text) => `${text}${Array.from({ length: 50 }, (_, n) => `,f${n}=a`).join("")}`,
    ],
  ])("refuses one %s", async (_, change) => {
    expect(await verify(rewrite(change), server)).toMatchObject({
      reason: "malformed",
      message: "authorization: expected Credential, SignedHeaders and Signature",
    });
  });

  test.each<[what: string, change: (authorization: string) => string]>([
    ["Credential under another name", (text) => text.replace("Credential", "credential")],
    ["SignedHeaders under another name", (text) => text.replace("SignedHeaders", "Signedheaders")],
    ["Signature under another name", (text) => text.replace("Signature", "signature")],
    ["a text after the signature", (text) => `${text} a`],
    ["an equals sign after the signature", (text) => `${text}=`],
    ["a blank instead of a comma", (text) => text.replace(", S", " S")],
  ])("refuses %s", async (_, change) => {
    expect(await verify(rewrite(change), server)).toMatchObject({ ok: false, reason: "malformed" });
  });

  test.each([
    "",
    " ",
    "AWS4-HMAC-SHA512",
    "aws4-hmac-sha256",
    "AWS4-HMAC-SHA256X",
    "AWS4-ECDSA-P256-SHA256",
    "AWS",
    "Bearer",
    "AWS4-HMAC-SHA256,",
  ])("refuses the algorithm %o", async (algorithm) => {
    const expected = {
      ok: false,
      reason: "unsupported-algorithm",
      message: "algorithm: expected AWS4-HMAC-SHA256",
    };
    const changed = rewrite((text) => text.replace("AWS4-HMAC-SHA256", algorithm));
    expect(await verify(changed, server)).toMatchObject(expected);
    const query = { "X-Amz-Algorithm": algorithm };
    expect(await verify(withQuery(presignByHand({}), query), server)).toMatchObject(expected);
  });

  test("refuses a request without a signature, and says so", async () => {
    const expected = { ok: false, reason: "unsigned" };
    expect(await verify(`https://${HOST}/`, server)).toEqual({
      ...expected,
      message: "the request has neither an authorization header nor X-Amz-Signature",
    });
    const parts: NonNullable<HttpRequest["query"]> = presignByHand({}).query;
    const { "X-Amz-Algorithm": _, "X-Amz-Signature": __, ...query } = parts;
    expect(await verify({ ...presignByHand({}), query }, server)).toMatchObject(expected);
    expect(await verify({ ...presignByHand({}), query: { "x-amz-signature": "a" } }, server)).toMatchObject(
      expected,
    );
  });
});

describe("verify, on the parameters of a presigned request", () => {
  test.each([
    ["X-Amz-Algorithm", "unsupported-algorithm", "algorithm"],
    ["X-Amz-Credential", "malformed", "Credential"],
    ["X-Amz-Date", "malformed", "date"],
    ["X-Amz-SignedHeaders", "malformed", "SignedHeaders"],
    ["X-Amz-Signature", "malformed", "Signature"],
  ])("refuses one without %s as %s, and names it", async (name, reason, part) => {
    const { query, ...request } = presignByHand({});
    const others = Object.fromEntries(Object.entries(query).filter(([one]) => one !== name));
    expect(Object.keys(others)).toHaveLength(Object.keys(query).length - 1);
    expect(await verify({ ...request, query: others }, server)).toMatchObject({
      ok: false,
      reason,
      message: expect.stringContaining(`${part}: expected`) as string,
    });
  });

  test.each([
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
    "X-Amz-Security-Token",
    "X-Amz-Own",
  ])("refuses %s twice, both the same or not", async (name) => {
    const request = presignByHand({});
    const value = request.query[name] ?? "a";
    for (const values of [
      [value, value],
      [value, "b"],
      ["b", value],
      ["", value],
    ]) {
      expect(await verify(withQuery(request, { [name]: values }), server)).toMatchObject({
        ok: false,
        reason: "malformed",
        message: "a parameter of the signature twice",
      });
    }
  });

  test("keeps to the exact names: in another case they are parameters like any other", async () => {
    const query = { "x-amz-date": "20200101T000000Z", "x-amz-expires": "1", "X-AMZ-Credential": "a" };
    expect(await verify(presignByHand({ query }), server)).toMatchObject({ ok: true });
    const { "X-Amz-Expires": _, ...others } = presignByHand({}).query;
    const changed = { ...presignByHand({}), query: { ...others, "x-amz-expires": "600" } };
    expect((await verify(changed, server)).ok).toBe(false);
  });

  test("accepts another parameter twice when the signature covers it, and takes no third", async () => {
    const credentials = { ...key, accessKeyId };
    const options = { credentials, region: "eu-west-1", service: "execute-api", date };
    const [url] = await presignRequest(`https://${HOST}/?own=2&own=1`, undefined, options);
    expect(await verify(url, server)).toMatchObject({ ok: true });
    expect(await verify(`${url}&own=1`, server)).toMatchObject({ reason: "wrong-signature" });
    expect(await verify(url.replace("own=2", "own=1"), server)).toMatchObject({ reason: "wrong-signature" });
  });

  test.each(["", " ", "-1", "+1", "1.5", "1e3", "0x10", "10s", "12345678", "NaN", "Infinity", " 60", "60\n"])(
    "refuses a life of %o, although it is signed",
    async (expires) => {
      expect(await verify(presignByHand({ expires }), server)).toMatchObject({
        ok: false,
        reason: "malformed",
        message: "X-Amz-Expires: expected a number of seconds",
      });
    },
  );
});

describe("verify, on the credential", () => {
  test.each([
    ["the least there can be", "a", "20261124/r/s/aws4_request"],
    ["every character that a key id can have", "A_a0+=,.@-", SCOPE],
    ["the longest key id", "A".repeat(256), SCOPE],
    ["the longest region and service", "A", `20261124/${"r".repeat(128)}/${"s".repeat(128)}/aws4_request`],
    ["a region and service with signs", "A", "20261124/eu_west*1/s3.x/aws4_request"],
  ])("takes %s apart", async (_, id, scope) => {
    const asked: unknown[] = [];
    const findKey = (...args: [string, SignatureClaim]) => {
      asked.push(args);
      return key;
    };
    const [, region, service] = scope.split("/");
    const result = await verify(presignByHand({ accessKeyId: id, scope }), { ...server, findKey });
    expect(result).toMatchObject({ ok: true, accessKeyId: id, region, service });
    expect(asked).toMatchObject([[id, { region, service }]]);
  });

  test.each([
    ["no key id", "", SCOPE],
    ["a key id of 257 characters", "A".repeat(257), SCOPE],
    ["a slash in the key id", "A/B", SCOPE],
    ["a blank in the key id", "A B", SCOPE],
    ["a key id that is a path", "../A", SCOPE],
    ["a letter beyond ASCII in the key id", "é", SCOPE],
    ["no service", "A", "20261124/eu-west-1//aws4_request"],
    ["a region of 129 characters", "A", `20261124/${"r".repeat(129)}/s/aws4_request`],
    ["a service of 129 characters", "A", `20261124/r/${"s".repeat(129)}/aws4_request`],
    ["a blank in the region", "A", "20261124/eu west/s/aws4_request"],
    ["a tab in the service", "A", "20261124/r/s\tx/aws4_request"],
    ["a day of seven digits", "A", "2026112/r/s/aws4_request"],
    ["a day of nine digits", "A", "202611241/r/s/aws4_request"],
    ["a day in letters", "A", "2026nov4/r/s/aws4_request"],
    ["another last part", "A", "20261124/r/s/aws5_request"],
    ["the last part in upper case", "A", "20261124/r/s/AWS4_REQUEST"],
    ["a longer last part", "A", "20261124/r/s/aws4_requests"],
    ["more after the last part", "A", "20261124/r/s/aws4_request/x"],
    ["no last part", "A", "20261124/r/s"],
    ["a part too many", "A", "20261124/r/s/x/aws4_request"],
  ])("refuses %s, although the signature is right", async (_, id, scope) => {
    const result = await verify(presignByHand({ accessKeyId: id, scope }), server);
    // Nothing of it is repeated.
    expect(result).toStrictEqual({
      ok: false,
      reason: "malformed",
      message: "Credential: expected an access key id, day, region, service and aws4_request",
    });
  });
});

test("verify names an empty region in the scope, although the signature is right", async () => {
  const result = await verify(signByHand({ scope: "20261124//execute-api/aws4_request" }), server);
  expect(result).toStrictEqual({
    ok: false,
    reason: "malformed",
    message: "Credential: the region in the scope is empty",
  });
});

describe("verify, on the key", () => {
  test("refuses a key id that nobody knows, and says whose it claims to be", async () => {
    for (const findKey of [() => undefined, async () => undefined]) {
      for (const request of [signByHand({}), presignByHand({})]) {
        expect(await verify(request, { ...server, findKey })).toStrictEqual({
          ok: false,
          reason: "unknown-key",
          message: "there is no such access key id",
          accessKeyId,
        });
      }
    }
  });

  test("refuses the key of somebody else, and a key that differs in one character", async () => {
    const { secretAccessKey } = key;
    for (const other of [secretAccessKey.slice(1), `${secretAccessKey}x`, secretAccessKey.toLowerCase()]) {
      const result = await verify(signByHand({}), { ...server, findKey: () => ({ secretAccessKey: other }) });
      expect(result).toMatchObject({ ok: false, reason: "wrong-signature" });
      expect(JSON.stringify(result)).not.toContain(other);
    }
  });

  test("lets pass what findKey throws, at once or later", async () => {
    const error = new Error("the database is down");
    const failing = [
      () => {
        throw error;
      },
      async () => Promise.reject(error),
    ];
    for (const findKey of failing) {
      await expect(verify(signByHand({}), { ...server, findKey })).rejects.toBe(error);
    }
  });
});

describe("verify, on the signature itself", () => {
  const right = presignByHand({}).query["X-Amz-Signature"] ?? "";
  test.each([
    ["in upper case", right.toUpperCase()],
    ["with a digit less", right.slice(1)],
    ["with a digit more", `${right}0`],
    ["with a blank after it", `${right} `],
    ["with a line end after it", `${right}\n`],
    ["with a letter that is no digit", `g${right.slice(1)}`],
    ["that is empty", ""],
    ["twice in a row", right + right],
  ])("refuses one %s", async (_, signature) => {
    expect(
      await verify(withQuery(presignByHand({}), { "X-Amz-Signature": signature }), server),
    ).toMatchObject({
      ok: false,
      reason: "malformed",
      message: "Signature: expected 64 lower-case hexadecimal digits",
    });
  });

  test("refuses another in its first, middle or last digit, with all that is needed to find out why", async () => {
    for (const at of [0, 31, 63]) {
      const digit = right[at] === "0" ? "1" : "0";
      const other = right.slice(0, at) + digit + right.slice(at + 1);
      const result = await verify(withQuery(presignByHand({}), { "X-Amz-Signature": other }), server);
      expect(result).toEqual({
        ok: false,
        reason: "wrong-signature",
        message: "the signature is not the one of this request under this key",
        accessKeyId,
        canonicalRequest: expect.stringMatching(
          /^GET\n\/\nX-Amz-Algorithm=[^\n]+\nhost:[\w.]+\n\nhost\n[\da-f]{64}$/,
        ) as string,
        stringToSign: expect.stringMatching(
          new RegExp(`^AWS4-HMAC-SHA256\n${signingDate}\n${SCOPE}\n[\\da-f]{64}$`),
        ) as string,
      });
      // The signature is no part of what it signs.
      expect(JSON.stringify(result)).not.toContain("X-Amz-Signature");
    }
  });
});

describe("verify, on the date header", () => {
  /** Signed with its date in `date` alone. */
  const dated = (text: string | undefined) =>
    signByHand({ signed: { host: HOST, ...(text !== undefined && { date: text }) } });
  const http = "Tue, 24 Nov 2026 12:00:00 GMT";

  test("accepts one of up to 64 characters in any form that is a date", async () => {
    for (const text of [
      http,
      signingDate,
      `${http} (20261124T)`,
      `${http} (${"a".repeat(62 - http.length - 1)})`,
    ])
      expect(await verify(dated(text), server)).toMatchObject({ ok: true, date });
  });

  test.each([
    ["none", undefined],
    ["a longer one", `${http} (${"a".repeat(63 - http.length - 1)})`],
    ["text", "yesterday"],
    ["nothing", ""],
    ["half of a basic date", "20261124T"],
  ])("refuses %s", async (_what, text) => {
    expect(await verify(dated(text), server)).toStrictEqual({
      ok: false,
      reason: "malformed",
      message: "date: expected a form such as 20150830T123600Z",
    });
  });
});

test("verify says that the region is empty only when it is", async () => {
  const messageFor = async (credential: string) => {
    const { query, ...request } = presignByHand({});
    const result = await verify({ ...request, query: { ...query, "X-Amz-Credential": credential } }, server);
    return result.ok ? "accepted" : result.message;
  };
  expect(await messageFor(`${accessKeyId}/20261124//sts/aws4_request`)).toBe(
    "Credential: the region in the scope is empty",
  );
  expect(await messageFor(`${accessKeyId}/x/20261124//sts/aws4_request`)).toBe(
    "Credential: expected an access key id, day, region, service and aws4_request",
  );
});
