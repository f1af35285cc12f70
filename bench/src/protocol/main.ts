// How much processor time decoding a response into the typed result takes, beside `@aws-sdk/client-sts`, in one process and in turns.
import {
  AssumeRoleWithWebIdentityCommand as AwsAssumeRoleWithWebIdentityCommand,
  GetSessionTokenCommand as AwsGetSessionTokenCommand,
  STSClient as AwsSTSClient,
} from "@aws-sdk/client-sts";
import {
  AssumeRoleWithWebIdentity,
  decodeResponse,
  encodeResponse,
  GetSessionToken,
  type Operation,
} from "@org/sts-protocol";

import { printTable } from "../client/table.ts";
import { median } from "../median.ts";

const CREDENTIALS = {
  AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
  SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
  SessionToken: "AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT+FvwqnKwRcOIfrRh3c/".repeat(6),
  Expiration: new Date("2026-07-11T19:55:29Z"),
};
const LONG_TOKEN = `${CREDENTIALS.SessionToken}/`.repeat(9);

/** The parts of the AWS SDK's client that its deserializer step uses. */
interface AwsProtocol {
  deserializeResponse(schema: object, context: object, response: object): Promise<object>;
}

const aws = new AwsSTSClient({ region: "eu-west-1" });
// The member is not in the client's public types.
const { protocol: awsProtocol } = aws.config as unknown as { readonly protocol: AwsProtocol };

function theirs(command: object, body: Uint8Array): () => Promise<object> {
  // A command's schema is not in its public type: kind, name space, name, traits, input, output.
  const { schema = [] } = command as { readonly schema?: readonly unknown[] };
  const [, namespace, name, traits, input, output] = schema;
  const operation = { namespace, name, traits, input, output };
  return () =>
    awsProtocol.deserializeResponse(operation, aws.config, {
      statusCode: 200,
      headers: { "content-type": "text/xml", "x-amzn-requestid": "r-1" },
      body,
    });
}

function ours<Request extends object, Response extends object>(
  operation: Operation<Request, Response>,
  body: Uint8Array,
): () => Promise<object> {
  const headers = { "content-type": "text/xml", "x-amzn-requestid": "r-1" };
  return () => decodeResponse(operation, { statusCode: 200, headers, body });
}

async function measure(decode: () => Promise<object>, calls: number): Promise<number> {
  const started = process.cpuUsage().user;
  for (let done = 0; done < calls; done += 1) await decode();
  return (process.cpuUsage().user - started) / calls;
}

/** Prints microseconds per response, and how many times as fast as the AWS SDK that is. */
export async function runProtocolBenchmarks(): Promise<void> {
  const rounds = Number(process.env["STS_BENCH_ROUNDS"] ?? 7);
  const requestId = "c6104cbe-af31-11e0-8154-cbc7ccf896c7";
  const short = encodeResponse(GetSessionToken, { Credentials: CREDENTIALS }, { requestId });
  const long = encodeResponse(
    AssumeRoleWithWebIdentity,
    {
      Credentials: { ...CREDENTIALS, SessionToken: LONG_TOKEN },
      SubjectFromWebIdentityToken: "amzn1.account.AF6RHO7KZU5XRVQJGXK6HB56KR2A",
      AssumedRoleUser: {
        AssumedRoleId: "AROACLKWSDQRAOEXAMPLE:app1",
        Arn: "arn:aws:sts::123456789012:assumed-role/web/app1",
      },
      Provider: "www.amazon.com",
      Audience: "client.5498841531868486423.1548@apps.example.com",
    },
    { requestId },
  );
  const works = [
    { operation: GetSessionToken, command: new AwsGetSessionTokenCommand({}), response: short },
    {
      operation: AssumeRoleWithWebIdentity,
      command: new AwsAssumeRoleWithWebIdentityCommand({
        RoleArn: undefined,
        RoleSessionName: undefined,
        WebIdentityToken: undefined,
      }),
      response: long,
    },
  ] as const;
  for (const { operation, command, response } of works) {
    const body = new TextEncoder().encode(response.body);
    const callers = {
      "client-sts": theirs(command, body),
      // Each entry keeps its operation's types.
      "sts-protocol": ours(operation as Operation<object, object>, body),
    };
    const measured = new Map<string, number[]>();
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, decode] of Object.entries(callers)) {
        const microseconds = await measure(decode, 5000);
        // The first round warms up.
        if (round > 0) measured.set(name, [...(measured.get(name) ?? []), microseconds]);
      }
    }
    const of = (name: string): number => median(measured.get(name) ?? []);
    printTable(
      `${operation.name}, ${body.length} bytes decoded into the typed result (medians of ${rounds})`,
      Object.keys(callers).map((caller) => ({
        caller,
        microseconds: of(caller).toFixed(1),
        "times as fast as client-sts": (of("client-sts") / of(caller)).toFixed(2),
      })),
    );
  }
}

if (import.meta.main) await runProtocolBenchmarks();
