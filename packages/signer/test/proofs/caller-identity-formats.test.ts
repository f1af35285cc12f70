import { createSigner, verify } from "@org/sts-signer";
import { checkAkeylessCloudId, createAkeylessCloudId } from "@org/sts-signer/akeyless";
import {
  checkCallerIdentity,
  signCallerIdentity,
  type ProofFailure,
  type CallerIdentityClaim,
} from "@org/sts-signer/caller-identity";
import { checkGoogleSubjectToken, createGoogleSubjectToken } from "@org/sts-signer/google";
import { checkInfisicalLogin, createInfisicalLogin } from "@org/sts-signer/infisical";
import { checkMongoDbParts, createMongoDbParts } from "@org/sts-signer/mongodb";
import { checkSnowflakeToken, createSnowflakeToken } from "@org/sts-signer/snowflake";
import { checkVaultLogin, createVaultLogin } from "@org/sts-signer/vault";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { printedSecrets } from "../support/printed-secrets.ts";
import { damaged, fuzzChecker } from "../support/fuzz-proof.ts";
import { recorded, recordedAt, recordedKinds } from "../support/recorded-proofs.ts";
import { type OpenRequest, spoilings, times } from "../support/request-forms.ts";

type Json = Record<string, unknown>;
const credentials = { ...recorded.keys, sessionToken: "a/token+with=signs" };
const signer = createSigner({ credentials });
const region = "eu-west-1";
const date = recordedAt;
const google = "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool/providers/aws";
const body = "Action=GetCallerIdentity&Version=2011-06-15";
const encode = (text: string) => Buffer.from(text).toString("base64");
const decode = (text: unknown) => Buffer.from(String(text), "base64").toString();
const parse = (text: string) => JSON.parse(text) as Json;
const single = (lists: Json) =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, (values as unknown[])[0]]));
const listed = (headers: Json) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

interface Format {
  readonly name: string;
  readonly audience: string | undefined;
  readonly make: () => Promise<unknown>;
  readonly open: (proof: unknown) => OpenRequest;
  readonly close: (request: OpenRequest, proof: unknown) => unknown;
  readonly check: (
    proof: unknown,
    more?: { now?: Date; regions?: string[]; partition?: string; maxAgeSeconds?: number },
  ) => CallerIdentityClaim | ProofFailure;
  /** What the proof itself carries; the rest the checker knows. */
  readonly carries: readonly ("url" | "body" | "method" | "host")[];
}

const formats: readonly Format[] = [
  {
    name: "caller identity",
    audience: "api.example.com",
    make: () =>
      signCallerIdentity(signer, {
        region,
        date,
        audience: { header: "x-server-id", value: "api.example.com" },
      }),
    open: (proof) => structuredClone(proof) as OpenRequest,
    close: (request) => request,
    check: (proof, more) =>
      checkCallerIdentity(proof, {
        now: date,
        audience: { header: "X-Server-Id", value: "api.example.com" },
        ...more,
      }),
    carries: ["url", "body", "method", "host"],
  },
  {
    name: "Vault",
    audience: "vault.example.com",
    make: () => createVaultLogin(signer, { region, date, role: "dev", serverId: "vault.example.com" }),
    open: (proof) => {
      const login = proof as Json;
      return {
        method: login["iam_http_request_method"],
        url: decode(login["iam_request_url"]),
        headers: single(parse(decode(login["iam_request_headers"]))),
        body: decode(login["iam_request_body"]),
      };
    },
    close: ({ method, url, headers, body: text }) => ({
      role: "dev",
      iam_http_request_method: method,
      iam_request_url: encode(url),
      iam_request_body: encode(String(text)),
      iam_request_headers: encode(JSON.stringify(listed(headers))),
    }),
    check: (proof, more) => checkVaultLogin(proof, { now: date, serverId: "vault.example.com", ...more }),
    carries: ["url", "body", "method", "host"],
  },
  {
    name: "Google",
    audience: google,
    make: () => createGoogleSubjectToken(signer, { region, date, audience: google }),
    open: (proof) => {
      const { url, method, headers } = parse(decodeURIComponent(String(proof)));
      const pairs = headers as { key: string; value: string }[];
      return {
        method,
        url: String(url),
        headers: Object.fromEntries(pairs.map(({ key, value }) => [key, value])),
        body: "",
      };
    },
    close: ({ method, url, headers }) =>
      encodeURIComponent(
        JSON.stringify({
          url,
          method,
          headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
        }),
      ),
    check: (proof, more) =>
      checkGoogleSubjectToken(proof, { now: date, audience: google, binding: "signed", ...more }),
    carries: ["url", "method", "host"],
  },
  {
    name: "Snowflake",
    audience: "snowflakecomputing.com",
    make: () => createSnowflakeToken(signer, { region, date }),
    open: (proof) => ({ ...(parse(decode(proof)) as unknown as OpenRequest), body: "" }),
    close: ({ method, url, headers }) => encode(JSON.stringify({ url, method, headers })),
    check: (proof, more) => checkSnowflakeToken(proof, { now: date, ...more }),
    carries: ["url", "method", "host"],
  },
  {
    name: "MongoDB",
    audience: recorded.temporary.mongodb.nonce,
    make: () =>
      createMongoDbParts(signer, {
        host: "sts.eu-west-1.amazonaws.com",
        serverNonce: recorded.temporary.mongodb.nonce,
        date,
      }),
    open: (proof) => {
      const { a, d, t } = proof as Record<string, string>;
      return {
        method: "POST",
        url: "https://sts.eu-west-1.amazonaws.com/",
        headers: { authorization: a, "x-amz-date": d, "x-amz-security-token": t },
        body,
      };
    },
    close: ({ headers }) => {
      const { authorization: a, "x-amz-date": d, "x-amz-security-token": t, ...others } = headers;
      return { ...(a !== undefined && { a }), d, t, ...others };
    },
    check: (proof, more) =>
      checkMongoDbParts(proof, {
        now: date,
        host: "sts.eu-west-1.amazonaws.com",
        serverNonce: recorded.temporary.mongodb.nonce,
        ...more,
      }),
    carries: [],
  },
  {
    name: "Infisical",
    audience: undefined,
    make: () => createInfisicalLogin(signer, { region, date, identityId: "identity" }),
    open: (proof) => {
      const login = proof as Json;
      const headers = parse(decode(login["iamRequestHeaders"]));
      return {
        method: login["iamHttpRequestMethod"],
        url: `https://${headers["Host"] as string}/`,
        headers,
        body: decode(login["iamRequestBody"]),
      };
    },
    close: ({ method, headers, body: text }) => ({
      iamHttpRequestMethod: method,
      iamRequestBody: encode(String(text)),
      iamRequestHeaders: encode(JSON.stringify(headers)),
      identityId: "identity",
    }),
    check: (proof, more) => checkInfisicalLogin(proof, { now: date, ...more }),
    carries: ["body", "method", "host"],
  },
  {
    name: "Akeyless",
    audience: undefined,
    make: () => createAkeylessCloudId(signer, { date }),
    open: (proof) => {
      const fields = parse(decode(proof));
      return {
        method: fields["sts_request_method"],
        url: decode(fields["sts_request_url"]),
        headers: single(parse(decode(fields["sts_request_headers"]))),
        body: decode(fields["sts_request_body"]),
      };
    },
    close: ({ method, url, headers, body: text }) =>
      encode(
        JSON.stringify({
          sts_request_method: method,
          sts_request_url: encode(url),
          sts_request_body: encode(String(text)),
          sts_request_headers: encode(JSON.stringify(listed(headers))),
        }),
      ),
    check: (proof, more) => checkAkeylessCloudId(proof, { now: date, ...more }),
    carries: ["url", "body", "method", "host"],
  },
];

describe.each(formats)("a GetCallerIdentity proof of the form of $name", (format) => {
  test("passes the checker, says who and until when, and holds a request whose signature is good", async () => {
    const claim = format.check(await format.make());
    expect(claim).toMatchObject({
      ok: true,
      accessKeyId: credentials.accessKeyId,
      date,
      expires: new Date(+date + 900_000),
      audience: format.audience,
      isBound: format.audience !== undefined,
      signature: expect.stringMatching(/^[\da-f]{64}$/) as string,
    });
    if (!claim.ok) throw new Error(claim.reason);
    const result = await verify(claim.request, { findKey: () => credentials, now: date, service: "sts" });
    expect(result).toMatchObject({ ok: true, region: claim.region });
    expect(claim.request.url).toMatch(
      /^https:\/\/sts\.(eu-west-1\.)?amazonaws\.com\/(\?Action=GetCallerIdentity&Version=2011-06-15)?$/,
    );
  });

  test("prints its claim and its request without the token and the signature", async () => {
    const claim = format.check(await format.make());
    if (!claim.ok) throw new Error(claim.reason);
    expect(printedSecrets(claim, credentials.sessionToken)).toEqual([]);
  });

  test("stays the same when it is opened and closed again", async () => {
    const proof = await format.make();
    expect(format.check(format.close(format.open(proof), proof))).toEqual(format.check(proof));
  });

  const applicable = spoilings.filter(({ what, needs, reason }) =>
    needs === undefined
      ? format.carries.includes("host") ||
        !(
          reason === "wrong-host" ||
          reason === "header-not-allowed" ||
          /a header/.test(what) ||
          what === "no signature"
        )
      : format.carries.includes(needs),
  );

  test.each(applicable)("is refused as $reason with $what", async ({ spoil, reason }) => {
    const proof = await format.make();
    const request = format.open(proof);
    spoil(request);
    const result = format.check(format.close(request, proof));
    expect(result).toMatchObject({ ok: false, reason });
    expect(Object.keys(result).toSorted()).toEqual(["message", "ok", "reason"]);
  });

  test.each(times)("when checked %d seconds after signing: %s", async (seconds, reason) => {
    const result = format.check(await format.make(), { now: new Date(+date + seconds * 1000) });
    expect(result).toMatchObject(reason === undefined ? { ok: true } : { ok: false, reason });
  });

  test("is refused when it is older than the caller allows, and never taken for longer than STS takes it", async () => {
    const proof = await format.make();
    const at = (seconds: number, maxAgeSeconds: number) =>
      format.check(proof, { now: new Date(+date + seconds * 1000), maxAgeSeconds });
    expect(at(60, 60)).toMatchObject({ ok: true, expires: new Date(+date + 60_000) });
    expect(at(61, 60)).toMatchObject({ reason: "expired" });
    expect(at(901, 3600)).toMatchObject({ reason: "expired" });
    expect(at(0, Number.NaN)).toMatchObject({ reason: "expired" });
  });

  test("is refused in another partition and for other regions", async () => {
    const proof = await format.make();
    expect(format.check(proof, { partition: "aws-cn" })).toMatchObject({ reason: "wrong-host" });
    expect(format.check(proof, { regions: ["ap-south-1"] })).toMatchObject({ reason: "wrong-host" });
  });

  test.each<[what: string, proof: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 1],
    ["a list", []],
    ["an empty object", {}],
    ["an empty text", ""],
    ["a text", "no proof"],
    ["base64 of no JSON", encode("no JSON")],
    ["a text that is too large", "A".repeat(20_000)],
    [
      "an object that throws",
      new Proxy(
        {},
        {
          get: () => {
            throw new Error("trap");
          },
          ownKeys: () => {
            throw new Error("trap");
          },
        },
      ),
    ],
  ])("is never %s", (_, proof) => {
    const result = format.check(proof);
    expect(result.ok || result.reason).toMatch(/^(malformed|wrong-parameters|too-large)$/);
  });

  test("is refused or accepted without an exception when it is damaged", async () => {
    const proof = await format.make();
    const request = format.open(proof);
    const text = typeof proof === "string" ? damaged(proof) : fc.constant(proof);
    const inner = fc
      .record({
        url: damaged(request.url),
        authorization: damaged(String(request.headers["authorization"] ?? request.headers["Authorization"])),
        body: damaged(String(request.body)),
        which: fc.constantFrom("url", "authorization", "body"),
      })
      .map(({ which, ...spoilt }) => {
        const changed = structuredClone(request);
        if (which === "url") changed.url = spoilt.url;
        else if (which === "body") changed.body = spoilt.body;
        else
          changed.headers[Object.keys(changed.headers).find((key) => /^authorization$/i.test(key)) ?? ""] =
            spoilt.authorization;
        try {
          return format.close(changed, proof);
        } catch {
          return changed; // half of a surrogate pair cannot be percent-encoded
        }
      });
    expect(() => fuzzChecker(fc.oneof(text, inner), (given) => format.check(given))).not.toThrow();
  });
});

describe("the audience of a proof", () => {
  const audience = { header: "x-server-id", value: "api.example.com" };

  test.each(formats.filter((format) => format.audience !== undefined && format.name !== "MongoDB"))(
    "binds the proof of $name: another value, none, or one outside of the signature is refused",
    async (format) => {
      const proof = await format.make();
      const open = () => format.open(proof);
      const name = Object.keys(open().headers).find((key) => open().headers[key] === format.audience) ?? "";
      const changed = (change: (request: OpenRequest) => void) => {
        const request = open();
        change(request);
        return format.check(format.close(request, proof));
      };
      expect(changed((request) => void (request.headers[name] = "other.example.com"))).toMatchObject({
        reason: "wrong-audience",
      });
      expect(
        changed((request) => {
          delete request.headers[name];
        }),
      ).toMatchObject({ reason: "header-missing" });
      const unsign = (request: OpenRequest) => {
        request.headers["authorization"] = String(request.headers["authorization"]).replace(`;${name}`, "");
      };
      expect(changed(unsign)).toMatchObject({ reason: "header-not-signed" });
    },
  );

  test("binds the parts of MongoDB by the server's nonce and its host", async () => {
    const { host, nonce, parts } = recorded.longTerm.mongodb;
    const other = encode("o".repeat(64));
    const claim = checkMongoDbParts(parts, { host, serverNonce: other, now: date });
    if (!claim.ok) throw new Error(claim.reason);
    const result = await verify(claim.request, { findKey: () => recorded.keys, now: date });
    expect(result).toMatchObject({ ok: false, reason: "wrong-signature" });
    expect(
      checkMongoDbParts(parts, { host: "sts.amazonaws.com", serverNonce: nonce, now: date }),
    ).toMatchObject({ reason: "wrong-region" });
    expect(
      checkMongoDbParts(parts, { host: "sts.example.com", serverNonce: nonce, now: date }),
    ).toMatchObject({ reason: "wrong-host" });
    expect(checkMongoDbParts(parts, { host, serverNonce: "short", now: date })).toMatchObject({
      reason: "wrong-audience",
    });
    expect(checkMongoDbParts({ ...parts, x: "more" }, { host, serverNonce: nonce, now: date })).toMatchObject(
      { reason: "wrong-parameters" },
    );
    for (const name of [
      "content-length",
      "content-type",
      "x-mongodb-gs2-cb-flag",
      "x-mongodb-server-nonce",
    ]) {
      const a = parts.a.replace(new RegExp(`\\b${name};?`), "").replace(";,", ",");
      expect(checkMongoDbParts({ ...parts, a }, { host, serverNonce: nonce, now: date })).toMatchObject({
        reason: "header-not-signed",
      });
    }
  });

  test.each(recordedKinds)(
    "of Google is taken outside of the signature, which the claim says ($kind)",
    ({ proofs }) => {
      const options = { audience: google, now: date };
      expect(checkGoogleSubjectToken(proofs.google, options)).toMatchObject({
        ok: true,
        isBound: false,
        audience: google,
      });
      expect(checkGoogleSubjectToken(proofs.google, { ...options, binding: "signed" })).toMatchObject({
        reason: "header-not-signed",
      });
      expect(checkGoogleSubjectToken(proofs.google, { ...options, audience: "//other" })).toMatchObject({
        reason: "wrong-audience",
      });
      const without = encodeURIComponent(
        decodeURIComponent(proofs.google).replace(/,\{"key":"x-goog[^}]*\}/, ""),
      );
      expect(checkGoogleSubjectToken(without, options)).toMatchObject({ reason: "header-missing" });
    },
  );

  test("may be left out of a presigned URL, which then is not bound", async () => {
    const signed = await signer.presign(
      "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
      {},
      { region, service: "sts", date, expiresIn: 60 },
    );
    expect(checkCallerIdentity(signed[0], { now: date })).toMatchObject({
      ok: true,
      isBound: false,
      audience: undefined,
    });
    expect(checkCallerIdentity(signed[0], { now: date, audience })).toMatchObject({
      reason: "header-not-signed",
    });
    // The AWS SDK for Go states no life.
    expect(checkCallerIdentity(signed[0].replace("&X-Amz-Expires=60", ""), { now: date })).toMatchObject({
      ok: true,
    });
  });

  test("of a presigned URL is the value the server expects, and comes with the request", async () => {
    const headers = { "x-server-id": "api.example.com" };
    const [url] = await signer.presign(
      "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
      { headers },
      { region, service: "sts", date, expiresIn: 60 },
    );
    const claim = checkCallerIdentity(url, { now: date, audience });
    if (!claim.ok) throw new Error(claim.reason);
    expect(claim).toMatchObject({ isBound: true, audience: "api.example.com" });
    expect(await verify(claim.request, { findKey: () => credentials, now: date })).toMatchObject({
      ok: true,
    });
    const other = checkCallerIdentity(url, {
      now: date,
      audience: { ...audience, value: "other.example.com" },
    });
    if (!other.ok) throw new Error(other.reason);
    expect(await verify(other.request, { findKey: () => credentials, now: date })).toMatchObject({
      reason: "wrong-signature",
    });
  });
});

describe.each(recordedKinds)("with $kind credentials", ({ proofs, credentials: keys }) => {
  const own = createSigner({ credentials: keys });

  test("the subject token is the one that google-auth-library makes, byte for byte", async () => {
    const made = await createGoogleSubjectToken(own, { region, audience: google, date, binding: "unsigned" });
    expect(made).toBe(proofs.google);
  });

  test("the Snowflake token is the one that snowflake-sdk makes, byte for byte, in both partitions", async () => {
    expect(await createSnowflakeToken(own, { region, date })).toBe(proofs.snowflake);
    expect(await createSnowflakeToken(own, { region: "cn-north-1", date })).toBe(proofs.snowflakeChina);
    expect(checkSnowflakeToken(proofs.snowflake, { now: date })).toMatchObject({ ok: true, isBound: true });
    expect(checkSnowflakeToken(proofs.snowflakeChina, { now: date, partition: "aws-cn" })).toMatchObject({
      ok: true,
      region: "cn-north-1",
    });
  });

  test("the MongoDB parts are those that the driver sends, byte for byte", async () => {
    for (const { host, nonce, parts } of [proofs.mongodb, proofs.mongodbGlobal]) {
      expect(await createMongoDbParts(own, { host, serverNonce: nonce, date })).toEqual(parts);
      const claim = checkMongoDbParts(parts, { host, serverNonce: nonce, now: date });
      if (!claim.ok) throw new Error(claim.reason);
      expect(claim.request.body).toHaveLength(43);
      expect(await verify(claim.request, { findKey: () => keys, now: date })).toMatchObject({ ok: true });
    }
  });

  test("the Infisical login is the one that the SDK sends, byte for byte", async () => {
    expect(await createInfisicalLogin(own, { region, identityId: "identity", date })).toEqual(
      proofs.infisical,
    );
    expect(checkInfisicalLogin(proofs.infisical, { now: date })).toMatchObject({
      ok: true,
      identityId: "identity",
      isBound: false,
    });
  });

  test("the cloud id is the one that akeyless-cloud-id makes, byte for byte", async () => {
    expect(await createAkeylessCloudId(own, { date })).toBe(proofs.akeyless);
    expect(checkAkeylessCloudId(proofs.akeyless, { now: date })).toMatchObject({ ok: true, isBound: false });
  });

  test("what the real packages made has a good signature", async () => {
    const claims = [
      checkGoogleSubjectToken(proofs.google, { audience: google, now: date }),
      checkSnowflakeToken(proofs.snowflake, { now: date }),
      checkInfisicalLogin(proofs.infisical, { now: date }),
      checkAkeylessCloudId(proofs.akeyless, { now: date }),
    ];
    for (const claim of claims) {
      if (!claim.ok) throw new Error(claim.reason);
      expect(await verify(claim.request, { findKey: () => keys, now: date })).toMatchObject({ ok: true });
    }
  });
});

describe("a login of Vault", () => {
  const login = () => createVaultLogin(signer, { region, date, role: "dev", serverId: "vault.example.com" });
  const options = { now: date, serverId: "vault.example.com" };

  test("names its role, or none", async () => {
    expect(checkVaultLogin(await login(), options)).toMatchObject({ ok: true, role: "dev" });
    const { role, ...rest } = await login();
    expect(role).toBe("dev");
    expect(checkVaultLogin(rest, options)).toMatchObject({ ok: true, role: undefined });
    expect(checkVaultLogin({ ...rest, role: 1 }, options)).toMatchObject({ reason: "malformed" });
  });

  test("may have its headers as an object, and their values as text or as lists of one", async () => {
    const made = await login();
    const lists = parse(decode(made.iam_request_headers));
    for (const headers of [lists, single(lists)])
      expect(checkVaultLogin({ ...made, iam_request_headers: headers }, options)).toMatchObject({ ok: true });
    const doubled = { ...lists, "x-vault-aws-iam-server-id": ["vault.example.com", "other.example.com"] };
    expect(checkVaultLogin({ ...made, iam_request_headers: doubled }, options)).toMatchObject({
      reason: "header-not-allowed",
    });
  });

  test("may have a scope of another region at the global endpoint only, as hvac makes it", async () => {
    const made = await createVaultLogin(signer, { date, serverId: "vault.example.com" });
    const moved = (from: string, to: string, value = made) => ({
      ...value,
      iam_request_headers: encode(decode(value.iam_request_headers).replace(from, to)),
    });
    expect(checkVaultLogin(moved("us-east-1", "eu-west-1"), options)).toMatchObject({
      ok: true,
      region: "eu-west-1",
    });
    expect(checkVaultLogin(moved("eu-west-1/sts", "us-east-1/sts", await login()), options)).toMatchObject({
      reason: "wrong-region",
    });
  });

  test.each(["iam_http_request_method", "iam_request_url", "iam_request_body", "iam_request_headers"])(
    "needs %s",
    async (name) => {
      const made: Json = { ...(await login()) };
      delete made[name];
      expect(checkVaultLogin(made, options)).toMatchObject({ reason: "wrong-parameters" });
    },
  );

  test("has each member once, at every depth", async () => {
    const made = await login();
    const text = decode(made.iam_request_headers);
    const twice = `${text.slice(0, -1)},"x-vault-aws-iam-server-id":["vault.example.com"]}`;
    expect(checkVaultLogin({ ...made, iam_request_headers: encode(twice) }, options)).toMatchObject({
      reason: "wrong-parameters",
    });
    expect(checkVaultLogin({ ...made, more: 1 }, options)).toMatchObject({ reason: "wrong-parameters" });
  });

  test("is taken without a server's name when the server has none, and then says that it is not bound", async () => {
    const made = await createVaultLogin(signer, { date });
    expect(checkVaultLogin(made, { now: date })).toMatchObject({ ok: true, isBound: false });
    expect(checkVaultLogin(made, options)).toMatchObject({ reason: "header-not-signed" });
  });
});
