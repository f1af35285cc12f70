import { S3Client, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SignatureV4 as SmithySignatureV4 } from "@smithy/signature-v4";
import { SignerError, type HttpRequest } from "@org/sts-signer";
import { describe, expect, test } from "vitest";

import { entries } from "../support/entries.ts";
import { NodeSha256 } from "../support/node-sha256.ts";

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "token",
};
const signingDate = new Date("2026-11-24T12:00:00Z");
const init = { credentials: async () => credentials, region: async () => "us-east-1", service: "transcribe" };
const smithy = new SmithySignatureV4({ ...init, sha256: NodeSha256 });

describe.each(entries)("%s: SignatureV4", (_, { SignatureV4, verify }) => {
  const ours = new SignatureV4(init);

  test("signs text as Smithy's does", async () => {
    expect(await ours.sign("some text", { signingDate })).toBe(
      await smithy.sign("some text", { signingDate }),
    );
  });

  test("signs an event as Smithy's does", async () => {
    const event = { headers: new Uint8Array([1, 2, 3]), payload: new Uint8Array([4, 5]) };
    const options = { signingDate, priorSignature: "ab".repeat(32) };
    expect(await ours.sign(event, options)).toBe(await smithy.sign(event, options));
  });

  test("signs a message with a header of every type as Smithy's does", async () => {
    const bytes = new Uint8Array([255, 0, 1, 2, 3, 4, 5, 6]);
    const headers = {
      ":date": { type: "timestamp", value: new Date("1969-12-31T23:59:59.123Z") },
      yes: { type: "boolean", value: true },
      no: { type: "boolean", value: false },
      byte: { type: "byte", value: -2 },
      short: { type: "short", value: -300 },
      integer: { type: "integer", value: -70_000 },
      binary: { type: "binary", value: bytes },
      text: { type: "string", value: "é" },
      uuid: { type: "uuid", value: "5c2c7a1e-7c0c-4b0a-9a53-0d6a3a4c7f3e" },
    } as const;
    const signable = { message: { headers, body: bytes }, priorSignature: "cd".repeat(32) };
    const options = { signingDate, signingRegion: "eu-west-1", signingService: "lex" };
    const expected = await smithy.signMessage(signable, options);
    expect(await ours.sign(signable, options)).toEqual(expected);
    expect(await ours.signMessage(signable, options)).toEqual(expected);
  });

  test.each([1_790_000_000, "1790000000", "2026-09-21T14:13:20Z", new Date(1_790_000_000_000)])(
    "takes %o for a date, as Smithy's does",
    async (date) => {
      expect(await ours.sign("text", { signingDate: date })).toBe(
        await smithy.sign("text", { signingDate: date }),
      );
    },
  );

  test("returns an instance of the class it was given, and leaves the given one as it was", async () => {
    class Request implements HttpRequest {
      readonly method = "GET";
      readonly hostname = "example.amazonaws.com";
      readonly path = "/";
      readonly headers = { host: "example.amazonaws.com" };
    }
    const request = new Request();
    expect(await ours.sign(request)).toBeInstanceOf(Request);
    expect(await ours.presign(request)).toBeInstanceOf(Request);
    expect(request).toEqual(new Request());
  });

  test("rejects a life of more than seven days with a SignerError", async () => {
    const request = { method: "GET", hostname: "example.amazonaws.com", path: "/", headers: {} };
    const refused = ours.presign(request, { expiresIn: 604_801 });
    await expect(refused).rejects.toBeInstanceOf(SignerError);
    await expect(refused).rejects.toMatchObject({ code: "ERR_EXPIRES_IN_INVALID" });
  });

  test.each([
    [
      "PutObject",
      new PutObjectCommand({ Bucket: "bucket", Key: "a key/with (odd) é characters", Body: "text" }),
    ],
    ["GetObject", new GetObjectCommand({ Bucket: "bucket", Key: "a//b/../c", Range: "bytes=0-1" })],
  ])("signs %s of a real S3Client, so that our verify and Smithy's signer agree", async (_name, command) => {
    const settings = { service: "s3", credentials, region: "eu-west-1", uriEscapePath: false };
    const sent: HttpRequest[] = [];
    const client = new S3Client({
      region: "eu-west-1",
      credentials,
      signer: new SignatureV4(settings),
      requestHandler: {
        handle: async (request: HttpRequest) => {
          sent.push(request);
          return { response: { statusCode: 200, headers: {}, body: undefined } };
        },
      },
    });
    await client.send(command).catch(() => undefined);
    const [request] = sent;
    if (request === undefined) throw new Error("the client sent nothing");

    const result = await verify(request, { findKey: () => credentials, region: "eu-west-1", service: "s3" });
    expect(result).toMatchObject({ ok: true, accessKeyId: "AKIDEXAMPLE" });

    const { authorization, ...headers } = request.headers as Record<string, string>;
    const date = headers["x-amz-date"] ?? "";
    const at = date.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5");
    const again = await new SmithySignatureV4({ ...settings, sha256: NodeSha256 }).sign(
      { ...(request as unknown as Parameters<typeof smithy.presign>[0]), headers },
      { signingDate: new Date(at) },
    );
    expect(again.headers["authorization"]).toBe(authorization);
  });
});
