import { STS } from "@aws-sdk/client-sts";
import { serviceError, type StsMock } from "@org/sts-mock";
import { GetSessionToken } from "@org/sts-protocol";

const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

/** What a user's test does with a mock behind msw. The same code runs in Node.js and in a browser. */
export async function runExample(mock: StsMock): Promise<object> {
  const sts = new STS({ region: "eu-west-1", credentials, maxAttempts: 2 });
  const expiration = new Date("2030-01-01T00:00:00Z");
  mock.on(GetSessionToken, { Credentials: { Expiration: expiration } });
  mock.fault({ kind: "throttling", retryAfterSeconds: 0 });
  const { Credentials, $metadata } = await sts.getSessionToken({ DurationSeconds: 900 });
  mock.once(GetSessionToken, serviceError("AccessDenied", 403, "MultiFactorAuthentication failed"));
  const refusal = await sts.getSessionToken({ TokenCode: "123456" }).catch((error: Error) => error.name);
  return {
    accessKeyId: Credentials?.AccessKeyId,
    expires: Credentials?.Expiration?.toISOString(),
    attempts: $metadata.attempts,
    refusal,
    outcomes: mock.calls().map(({ outcome }) => outcome),
    inputs: mock.calls(GetSessionToken).map(({ input }) => input),
    host: mock.calls()[0]?.host,
  };
}

/** What {@link runExample} comes to, everywhere. */
export const EXPECTED = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  expires: "2030-01-01T00:00:00.000Z",
  attempts: 2,
  refusal: "AccessDenied",
  outcomes: ["Throttling", "ok", "AccessDenied"],
  inputs: [{ DurationSeconds: 900 }, { DurationSeconds: 900 }, { TokenCode: "***SensitiveInformation***" }],
  host: "sts.eu-west-1.amazonaws.com",
};

/** Calls a strict fake, wherever it is: the signature is verified, and a wrong one is refused. */
export async function callStrict(endpoint?: string): Promise<string[]> {
  const config = { region: "us-east-1", maxAttempts: 1, ...(endpoint === undefined ? {} : { endpoint }) };
  const good = new STS({ ...config, credentials });
  const wrong = new STS({ ...config, credentials: { ...credentials, secretAccessKey: "wrong" } });
  const { Arn, $metadata } = await good.getCallerIdentity({});
  const refusal = await wrong.getCallerIdentity({}).catch((error: Error) => error.name);
  return [Arn ?? "", $metadata.requestId === undefined ? "no request id" : "request id", refusal as string];
}

/** What {@link callStrict} comes to, everywhere. */
export const EXPECTED_STRICT = ["arn:aws:iam::123456789012:user/demo", "request id", "SignatureDoesNotMatch"];
