// Microseconds of the processor that decoding one response into the typed result takes: `node decode.js short|long`, as JSON.
import { AssumeRoleWithWebIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import {
  AssumeRoleWithWebIdentity,
  decodeResponse,
  encodeResponse,
  GetSessionToken,
} from "@org/sts-protocol";

const token = "AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT+FvwqnKwRcOIfrRh3c/".repeat(6);
const Credentials = {
  AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
  SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
  SessionToken: token,
  Expiration: new Date("2026-07-11T19:55:29Z"),
};
const works = {
  short: [GetSessionToken, GetSessionTokenCommand, { Credentials }],
  long: [
    AssumeRoleWithWebIdentity,
    AssumeRoleWithWebIdentityCommand,
    {
      Credentials: { ...Credentials, SessionToken: `${token}/`.repeat(9) },
      SubjectFromWebIdentityToken: "amzn1.account.AF6RHO7KZU5XRVQJGXK6HB56KR2A",
      AssumedRoleUser: {
        AssumedRoleId: "AROACLKWSDQRAOEXAMPLE:app1",
        Arn: "arn:aws:sts::123456789012:assumed-role/web/app1",
      },
      Provider: "www.amazon.com",
      Audience: "client.5498841531868486423.1548@apps.example.com",
    },
  ],
};
const [operation, Command, output] = works[process.argv[2]];
const { body: text } = encodeResponse(operation, output, {
  requestId: "c6104cbe-af31-11e0-8154-cbc7ccf896c7",
});
const body = new TextEncoder().encode(text);
const headers = { "content-type": "text/xml", "x-amzn-requestid": "r-1" };

// What the SDK's deserializer step does, without the steps around it.
const { config } = new STSClient({ region: "eu-west-1" });
const [, namespace, name, traits, input, result] = new Command({}).schema;
const callers = {
  "client-sts": () =>
    config.protocol.deserializeResponse({ namespace, name, traits, input, output: result }, config, {
      statusCode: 200,
      headers,
      body,
    }),
  ours: () => decodeResponse(operation, { statusCode: 200, headers, body }),
};

async function measure(decode) {
  const started = process.cpuUsage().user;
  for (let done = 0; done < 5000; done += 1) await decode();
  return (process.cpuUsage().user - started) / 5000;
}

const measured = { "client-sts": [], ours: [] };
for (let round = 0; round < 8; round += 1) {
  for (const [caller, decode] of Object.entries(callers)) measured[caller].push(await measure(decode));
}
const middle = (values) => values.slice(1).sort((a, b) => a - b)[3];
console.log(JSON.stringify({ "client-sts": middle(measured["client-sts"]), ours: middle(measured.ours) }));
