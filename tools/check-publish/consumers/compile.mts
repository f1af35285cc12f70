// Compiled, never run: the packages' types as a strict ES module of a user sees them.
import { type GetSessionTokenCommandOutput, GetSessionTokenCommand, STS, STSClient } from "@org/sts-client";
import { STSClient as WebCryptoSTSClient } from "@org/sts-client/webcrypto";
import { createFakeSts, type StsMock } from "@org/sts-mock";
import { decodeResponse, encodeRequest, GetSessionToken, STSServiceException } from "@org/sts-protocol";
import { createSigner, type HttpRequest, verify } from "@org/sts-signer";

const mock: StsMock = createFakeSts();
const clients = [STSClient, WebCryptoSTSClient].map(
  (Client) => new Client({ region: "eu-west-1", fetch: mock.fetch }),
);

export async function accessKeyId(): Promise<string> {
  const output: GetSessionTokenCommandOutput | undefined = await clients[0]?.send(
    new GetSessionTokenCommand({ DurationSeconds: 900 }),
  );
  // @ts-expect-error the output has no such member
  void output?.Nothing;
  // @ts-expect-error a duration is a number
  void new GetSessionTokenCommand({ DurationSeconds: "900" });
  return output?.Credentials.AccessKeyId ?? "";
}

export async function byHand(): Promise<Date> {
  const request = encodeRequest(GetSessionToken, {}, { hostname: "sts.eu-west-1.amazonaws.com" });
  const signer = createSigner({
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
    region: "eu-west-1",
    service: "sts",
  });
  const signed: HttpRequest = await signer.sign(request);
  await verify(signed, { findKey: () => undefined });
  const { Credentials } = await decodeResponse(GetSessionToken, new Response());
  return Credentials.Expiration;
}

export function isRefusal(error: unknown): string | undefined {
  return error instanceof STSServiceException ? error.$metadata.requestId : undefined;
}

export const account: Promise<string> = new STS({})
  .getCallerIdentity({})
  .then(({ Account }) => Account ?? "");
