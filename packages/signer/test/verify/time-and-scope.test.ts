import { verify, type HttpRequest, type VerifyOptions } from "@org/sts-signer/node";
import { describe, expect, test } from "vitest";

import {
  accessKeyId,
  after,
  date,
  HOST,
  presignByHand,
  server,
  signByHand,
  signingDate,
} from "../support/hand-signed.ts";

const signed = signByHand({});
const presigned = presignByHand({ expires: "600" });

describe("verify, on the time", () => {
  test.each<[reason: string | undefined, seconds: number, more: Partial<VerifyOptions>]>([
    [undefined, 0, {}],
    [undefined, 300, {}],
    ["expired", 300.001, {}],
    [undefined, -300, {}],
    ["not-yet-valid", -300.001, {}],
    [undefined, 10, { maxSkewSeconds: 10 }],
    ["expired", 10.001, { maxSkewSeconds: 10 }],
    [undefined, -10, { maxSkewSeconds: 10 }],
    ["not-yet-valid", -10.001, { maxSkewSeconds: 10 }],
    [undefined, 0, { maxSkewSeconds: 0 }],
    ["expired", 0.001, { maxSkewSeconds: 0 }],
    ["not-yet-valid", -0.001, { maxSkewSeconds: 0 }],
    [undefined, 0, { maxExpiresSeconds: 1 }],
    ["not-yet-valid", Number.NaN, {}],
    ["not-yet-valid", Number.NaN, { maxSkewSeconds: Number.POSITIVE_INFINITY }],
    ["not-yet-valid", 0, { maxSkewSeconds: Number.NaN }],
  ])("of a signature in the header: %s at %d seconds after it, with %o", async (reason, seconds, more) => {
    const result = await verify(signed, { ...server, now: after(seconds), ...more });
    expect(result).toMatchObject(reason === undefined ? { ok: true } : { ok: false, reason, accessKeyId });
  });

  test.each<[reason: string | undefined, seconds: number, more: Partial<VerifyOptions>]>([
    [undefined, 0, {}],
    [undefined, 600, {}],
    ["expired", 600.001, {}],
    [undefined, 600, { maxSkewSeconds: 10 }],
    [undefined, -300, {}],
    ["not-yet-valid", -300.001, {}],
    [undefined, -10, { maxSkewSeconds: 10 }],
    ["not-yet-valid", -10.001, { maxSkewSeconds: 10 }],
    [undefined, 0, { maxExpiresSeconds: 600 }],
    ["expires-too-long", 0, { maxExpiresSeconds: 599 }],
    ["expires-too-long", 700, { maxExpiresSeconds: 599 }],
    ["expires-too-long", -700, { maxExpiresSeconds: 599 }],
    ["expires-too-long", 0, { maxExpiresSeconds: Number.NaN }],
    ["not-yet-valid", Number.NaN, {}],
  ])("of a signature in the query: %s at %d seconds after it, with %o", async (reason, seconds, more) => {
    const result = await verify(presigned, { ...server, now: after(seconds), ...more });
    expect(result).toMatchObject(reason === undefined ? { ok: true } : { ok: false, reason, accessKeyId });
  });

  test.each<[reason: string | undefined, expires: string, more?: Partial<VerifyOptions>]>([
    ["expires-too-long", "0"],
    ["expires-too-long", "0000000"],
    [undefined, "1"],
    [undefined, "0000001"],
    [undefined, "604800"],
    ["expires-too-long", "604801"],
    ["expires-too-long", "9999999"],
    [undefined, "9999999", { maxExpiresSeconds: 9_999_999 }],
  ])(
    "of a life that is too short or too long: %s for X-Amz-Expires=%s %o",
    async (reason, expires, more = {}) => {
      const result = await verify(presignByHand({ expires }), { ...server, ...more });
      expect(result).toMatchObject(
        reason === undefined
          ? { ok: true }
          : { ok: false, reason, message: `X-Amz-Expires is ${Number(expires)} seconds` },
      );
    },
  );

  test.each<[when: string, request: HttpRequest, more: Partial<VerifyOptions>, expires: Date]>([
    ["a presigned request's is as it says", presigned, {}, after(600)],
    ["a presigned request's is not the clock's tolerance", presigned, { maxSkewSeconds: 10 }, after(600)],
    ["a presigned request's is not from now on", presigned, { now: after(500) }, after(600)],
    ["the longest presigned request's is a week", presignByHand({ expires: "604800" }), {}, after(604_800)],
    ["a signature in the header's is the tolerance", signed, {}, after(300)],
    ["a signature in the header's is the tolerance that was set", signed, { maxSkewSeconds: 10 }, after(10)],
    ["a signature in the header's may be at once", signed, { maxSkewSeconds: 0 }, date],
    ["a signature in the header's is not from now on", signed, { now: after(200) }, after(300)],
  ])("tells the end of a good signature: %s", async (_, request, more, expires) => {
    expect(await verify(request, { ...server, ...more })).toMatchObject({ ok: true, date, expires });
  });

  test("asks the clock when there is no `now`, and only then, and once", async () => {
    const asked: string[] = [];
    const clock = () => {
      asked.push("clock");
      return after(301);
    };
    expect(await verify(signed, { ...server, clock })).toMatchObject({ ok: true });
    expect(asked).toEqual([]);
    expect(await verify(signed, { ...server, now: undefined, clock })).toMatchObject({ reason: "expired" });
    expect(asked).toEqual(["clock"]);
  });

  test("takes the system's time when there is neither, and refuses what was signed long ago or is to come", async () => {
    const { now: _, ...without } = server;
    const at = (time: number) => {
      const when = new Date(time).toISOString().replaceAll(/[:-]|\.\d+/g, "");
      const scope = `${when.slice(0, 8)}/eu-west-1/execute-api/aws4_request`;
      return signByHand({ signed: { host: HOST, "x-amz-date": when }, signingDate: when, scope });
    };
    expect(await verify(at(Date.now()), without)).toMatchObject({ ok: true });
    expect(await verify(at(Date.now() - 3_600_000), without)).toMatchObject({ reason: "expired" });
    expect(await verify(at(Date.now() + 3_600_000), without)).toMatchObject({ reason: "not-yet-valid" });
  });

  test("says when a refused request was signed", async () => {
    expect(await verify(signed, { ...server, now: after(301) })).toMatchObject({
      message: `signed at ${signingDate}, too long ago`,
    });
    expect(await verify(signed, { ...server, now: after(-301) })).toMatchObject({
      message: `signed at ${signingDate}, later than now`,
    });
  });
});

describe("verify, on the signing date", () => {
  test.each([
    "",
    "20261124",
    "20261124T120000",
    "20261124T1200Z",
    "2026-11-24T12:00:00Z",
    "20261124t120000z",
    "20261124T120000Z ",
    " 20261124T120000Z",
    "20261124T120000.000Z",
    "20261324T120000Z",
    "20261100T120000Z",
    "20261132T120000Z",
    "20261124T250000Z",
    "20261124T126000Z",
    "20261124T120061Z",
    "+20261124T120000Z",
    "99999999T999999Z",
    "Tue, 24 Nov 2026 12:00:00 GMT",
    "1796212800",
  ])("refuses %o in the query, although it is signed", async (text) => {
    expect(await verify(presignByHand({ signingDate: text }), server)).toMatchObject({
      ok: false,
      reason: "malformed",
      message: "date: expected a form such as 20150830T123600Z",
    });
  });

  test("demands one", async () => {
    const { "X-Amz-Date": _, ...query } = presignByHand({}).query;
    expect(await verify({ ...presigned, query }, server)).toMatchObject({ reason: "malformed" });
    const undated = signByHand({ signed: { host: HOST } });
    expect(await verify(undated, server)).toMatchObject({ reason: "malformed" });
    const dated = presignByHand({ unsigned: { date: "Tue, 24 Nov 2026 12:00:00 GMT" } });
    expect(await verify(dated, server)).toMatchObject({ ok: true });
    expect(await verify({ ...dated, query }, server)).toMatchObject({ reason: "malformed" });
  });

  test.each(["Tue, 24 Nov 2026 12:00:00 GMT", signingDate])(
    "reads `date: %s` when there is no x-amz-date",
    async (text) => {
      const plain = { host: HOST, date: text };
      expect(await verify(signByHand({ signed: plain }), server)).toMatchObject({ ok: true, date });
      expect(await verify(signByHand({ signed: plain }), { ...server, now: after(301) })).toMatchObject({
        reason: "expired",
      });
    },
  );

  test("prefers x-amz-date to `date`, whichever is the earlier", async () => {
    for (const other of ["Tue, 24 Nov 2026 13:00:00 GMT", "Tue, 24 Nov 2026 11:00:00 GMT", "no date"]) {
      const both = { host: HOST, "x-amz-date": signingDate, date: other };
      expect(await verify(signByHand({ signed: both }), server)).toMatchObject({ ok: true, date });
    }
    const wrong = { host: HOST, "x-amz-date": "no date", date: "Tue, 24 Nov 2026 12:00:00 GMT" };
    expect(await verify(signByHand({ signed: wrong }), server)).toMatchObject({ reason: "malformed" });
  });

  test.each([
    "no date",
    "",
    "20261124T12:00",
    `${" ".repeat(5)}a`,
    `Tue, 24 Nov 2026 12:00:00 GMT (${"a".repeat(64)})`,
    "Tue, 24 Nov 12026 12:00:00 GMT",
  ])("refuses `date: %s`, although it is signed", async (text) => {
    expect(await verify(signByHand({ signed: { host: HOST, date: text.trim() } }), server)).toMatchObject({
      ok: false,
      reason: "malformed",
      message: "date: expected a form such as 20150830T123600Z",
    });
  });

  test("refuses a scope of another day, also when that day is yesterday or tomorrow", async () => {
    for (const day of ["20261123", "20261125", "20251124"]) {
      const scope = `${day}/eu-west-1/execute-api/aws4_request`;
      const expected = {
        ok: false,
        reason: "wrong-day",
        message: `the scope's day is ${day}, the signing date ${signingDate}`,
        accessKeyId,
      };
      expect(await verify(signByHand({ scope }), server)).toMatchObject(expected);
      expect(await verify(presignByHand({ scope }), server)).toMatchObject(expected);
    }
  });
});

describe("verify, on the region and the service", () => {
  test.each<[reason: string | undefined, more: Partial<VerifyOptions>]>([
    [undefined, { region: "eu-west-1", service: "execute-api" }],
    [undefined, { region: ["us-east-1", "eu-west-1"], service: ["sts", "execute-api"] }],
    [undefined, { region: undefined, service: undefined }],
    ["wrong-region", { region: [] }],
    ["wrong-region", { region: "" }],
    ["wrong-region", { region: "eu-west-11" }],
    ["wrong-region", { region: "eu-west" }],
    ["wrong-region", { region: ["us-east-1", "eu-west-2"] }],
    ["wrong-region", { region: "execute-api", service: "eu-west-1" }],
    ["wrong-service", { service: [] }],
    ["wrong-service", { service: "" }],
    ["wrong-service", { service: "execute" }],
    ["wrong-service", { service: "execute-api-2" }],
    ["wrong-service", { region: "eu-west-1", service: ["sts", "s3"] }],
  ])("%s for %o", async (reason, more) => {
    for (const request of [signed, presigned]) {
      const result = await verify(request, { ...server, ...more });
      expect(result).toMatchObject(
        reason === undefined
          ? { ok: true, region: "eu-west-1", service: "execute-api" }
          : { ok: false, reason, accessKeyId },
      );
    }
  });

  test("says what was expected and what came", async () => {
    expect(await verify(signed, { ...server, region: ["us-east-1", "us-west-2"] })).toMatchObject({
      message: "the scope's region is eu-west-1, expected us-east-1 or us-west-2",
    });
    expect(await verify(signed, { ...server, service: "sts" })).toMatchObject({
      message: "the scope's service is execute-api, expected sts",
    });
  });
});
