// What must work the same in every runtime: each direction of the protocol, the signer with each of its portable hashes,
// and whole calls of the client to the fake STS. Names are sentences about behaviour, as in every other test.
import {
  GetSessionTokenCommand,
  InvalidInputError,
  STS,
  STSClient,
  STSServiceException,
} from "@org/sts-client";
import { STSClient as WebCryptoSTSClient } from "@org/sts-client/webcrypto";
import { createFakeSts, createStsMock, demoUser } from "@org/sts-mock";
import * as protocol from "@org/sts-protocol";
import * as signer from "@org/sts-signer";
import * as webcryptoSigner from "@org/sts-signer/webcrypto";

import { equal, ok, rejection } from "./assert.js";

const { GetSessionToken } = protocol;
const ADDRESS = "https://sts.eu-west-1.amazonaws.com/";
const ENDPOINT = { hostname: "sts.eu-west-1.amazonaws.com" };
const INPUT = {
  DurationSeconds: 3600,
  SerialNumber: "arn:aws:iam::123456789012:mfa/demo",
  TokenCode: "123456",
};
const BODY =
  "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=3600" +
  "&SerialNumber=arn%3Aaws%3Aiam%3A%3A123456789012%3Amfa%2Fdemo&TokenCode=123456";
const OUTPUT = {
  Credentials: {
    AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
    SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
    SessionToken: "token with <&> and “quotes”",
    Expiration: new Date("2030-01-01T00:00:00Z"),
  },
};
const REQUEST_ID = "00000000-0000-4000-8000-000000000000";

const [demoKey] = demoUser.accessKeys ?? [];
const credentials = { accessKeyId: demoKey.accessKeyId, secretAccessKey: demoKey.secretAccessKey };

async function findKey(id) {
  return id === credentials.accessKeyId ? credentials : undefined;
}

// The first of the published vectors of Signature Version 4, and the presigned URL of the S3 documentation.
const VECTOR = {
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
  region: "us-east-1",
  service: "service",
  date: new Date("2015-08-30T12:36:00Z"),
};
const VECTOR_SIGNATURE = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
const S3_URL = "https://examplebucket.s3.amazonaws.com/test.txt";
const S3_SIGNATURE = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

/** @type {Record<string, () => unknown>} */
export const tests = {
  "encodes a request as the service reads it": () => {
    const request = protocol.encodeRequest(GetSessionToken, INPUT, ENDPOINT);
    equal(request.method, "POST");
    equal(request.body, BODY);
  },

  "decodes a request that it encoded": async () => {
    const request = protocol.encodeRequest(GetSessionToken, INPUT, ENDPOINT);
    const { operation, input } = await protocol.decodeRequest(request, [GetSessionToken]);
    equal(operation.name, "GetSessionToken");
    equal(input, INPUT);
  },

  "refuses input that the service would refuse": async () => {
    const error = await rejection(() =>
      protocol.encodeRequest(GetSessionToken, { DurationSeconds: 1 }, ENDPOINT),
    );
    ok(error instanceof InvalidInputError, "an InvalidInputError");
    equal(error.issues[0].path, "DurationSeconds");
  },

  "decodes an XML answer that it encoded": async () => {
    const answer = protocol.encodeResponse(GetSessionToken, OUTPUT, { requestId: REQUEST_ID });
    const { Credentials, $metadata } = await protocol.decodeResponse(GetSessionToken, answer);
    equal(Credentials, OUTPUT.Credentials);
    ok(Credentials.Expiration instanceof Date, "a Date");
    equal($metadata.requestId, REQUEST_ID);
  },

  "decodes a JSON answer in a Response": async () => {
    const options = { requestId: REQUEST_ID, format: "json" };
    const { statusCode, headers, body } = protocol.encodeResponse(GetSessionToken, OUTPUT, options);
    const response = new Response(body, { status: statusCode, headers });
    equal((await protocol.decodeResponse(GetSessionToken, response)).Credentials, OUTPUT.Credentials);
  },

  "refuses an answer with a document type": async () => {
    const body = '<!DOCTYPE x [<!ENTITY e "e">]><GetSessionTokenResponse/>';
    const answer = { statusCode: 200, headers: { "content-type": "text/xml" }, body };
    const error = await rejection(() => protocol.decodeResponse(GetSessionToken, answer));
    equal(error.code, "ERR_RESPONSE_NOT_STS");
    equal(error.cause?.code, "ERR_XML_FORBIDDEN");
  },

  "decodes an error into its class": async () => {
    const thrown = new protocol.RegionDisabledException({ message: "not here", $metadata: {} });
    const fault = protocol.encodeFault(thrown, { requestId: REQUEST_ID });
    const error = await rejection(() => protocol.decodeResponse(GetSessionToken, fault));
    ok(error instanceof protocol.RegionDisabledException, "a RegionDisabledException");
    ok(error instanceof STSServiceException, "the client's STSServiceException");
    equal(error.$metadata.requestId, REQUEST_ID);
  },

  "signs a plain request as the published vector says": () => signsTheVector(signer),
  "signs a plain request as the published vector says, with WebCrypto": () => signsTheVector(webcryptoSigner),
  "presigns a URL as the documentation says": () => presignsTheDocumentedUrl(signer),
  "presigns a URL as the documentation says, with WebCrypto": () => presignsTheDocumentedUrl(webcryptoSigner),

  // Where there is no `Request`, nobody can have one.
  ...("Request" in globalThis && {
    "signs and verifies a Request": async () => {
      const request = new Request(ADDRESS, { method: "POST", body: BODY });
      const signed = await signer.signRequest(request, { credentials });
      ok(signed instanceof Request, "a Request");
      equal(await signed.clone().text(), BODY);
      const result = await signer.verify(signed, { findKey, region: "eu-west-1", service: "sts" });
      ok(result.ok, `a good signature, found ${JSON.stringify(result)}`);
    },
  }),

  "signs and verifies what fetch takes, with parameters as its body": async () => {
    const init = {
      method: "POST",
      headers: new Headers({ "x-trace": "1" }),
      body: new URLSearchParams(BODY),
    };
    const [url, { method, headers, body }] = await signer.signRequest(ADDRESS, init, { credentials });
    equal(url, ADDRESS);
    equal(headers["content-type"], "application/x-www-form-urlencoded;charset=UTF-8");
    equal(new TextDecoder().decode(body), BODY);
    const request = { method, ...ENDPOINT, path: "/", headers, body };
    const result = await signer.verify(request, { findKey, region: "eu-west-1", service: "sts" });
    ok(result.ok, `a good signature, found ${JSON.stringify(result)}`);
  },

  "finds that a signed body was changed": async () => {
    const request = { method: "POST", hostname: ENDPOINT.hostname, path: "/", headers: {}, body: BODY };
    const signed = await signer.signRequest(request, { credentials, region: "eu-west-1", service: "sts" });
    equal((await signer.verify(signed, { findKey })).ok, true);
    equal((await signer.verify({ ...signed, body: `${BODY}0` }, { findKey })).ok, false);
  },

  "gets an MFA session from a fake STS that checks the signature": () => getsAnMfaSession(STSClient),
  "gets an MFA session from a fake STS that checks the signature, with WebCrypto": () =>
    getsAnMfaSession(WebCryptoSTSClient),

  "gets credentials in JSON without an XML parser": async () => {
    const parseXml = () => {
      throw new Error("the parser was called");
    };
    const fake = createFakeSts();
    const client = createClient(STSClient, fake.fetch, { responseFormat: "json", parseXml });
    const { Credentials } = await client.send(new GetSessionTokenCommand({}));
    ok(Credentials.Expiration.getTime() > Date.now(), "a time to come");
  },

  "calls an operation with the aggregated client": async () => {
    const sts = createClient(STS, createFakeSts().fetch);
    equal((await sts.getCallerIdentity({})).Account, "123456789012");
  },

  "answers with the documented example": async () => {
    const client = createClient(STSClient, createStsMock().fetch);
    const { Credentials } = await client.send(new GetSessionTokenCommand({}));
    ok(Credentials.AccessKeyId.startsWith("ASIA") || Credentials.AccessKeyId.startsWith("AKIA"), "a key id");
  },

  "throws the service's refusal of a wrong key": async () => {
    const wrong = { ...credentials, secretAccessKey: "wrong" };
    const client = createClient(STSClient, createFakeSts().fetch, { credentials: wrong });
    const error = await rejection(() => client.send(new GetSessionTokenCommand({})));
    ok(error instanceof STSServiceException, "an STSServiceException");
    equal(error.name, "SignatureDoesNotMatch");
    equal(error.$metadata.httpStatusCode, 403);
    ok(!JSON.stringify(error).includes("Signature="), "no signature in the error");
  },

  "tries again when throttled": async () => {
    const mock = createStsMock().fault({ kind: "throttling" });
    const client = createClient(STSClient, mock.fetch, { sleep: async () => {} });
    const { $metadata } = await client.send(new GetSessionTokenCommand({}));
    equal($metadata.attempts, 2);
    equal(mock.calls().length, 2);
  },

  "gives up when the caller aborts, with the caller's reason": async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const never = (_input, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        controller.abort(reason);
      });
    const client = createClient(STSClient, never);
    const call = client.send(new GetSessionTokenCommand({}), { abortSignal: controller.signal });
    const error = await rejection(() => call);
    ok(
      error === reason || error.cause === reason || error.name === "AbortError",
      `the reason, found ${error}`,
    );
  },
};

async function signsTheVector({ signRequest }) {
  const request = { method: "GET", hostname: "example.amazonaws.com", path: "/", headers: {} };
  const { headers } = await signRequest(request, VECTOR);
  equal(
    headers.authorization ?? headers.Authorization,
    [
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request",
      "SignedHeaders=host;x-amz-date",
      `Signature=${VECTOR_SIGNATURE}`,
    ].join(", "),
  );
}

async function presignsTheDocumentedUrl({ presignRequest }) {
  const [url] = await presignRequest(S3_URL, undefined, {
    credentials: {
      accessKeyId: "AKIAIOSFODNN7EXAMPLE",
      secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    },
    region: "us-east-1",
    service: "s3",
    date: new Date("2013-05-24T00:00:00Z"),
    expiresIn: 86_400,
  });
  equal(new URL(url).searchParams.get("X-Amz-Signature"), S3_SIGNATURE);
}

async function getsAnMfaSession(Client) {
  const fake = createFakeSts();
  const client = createClient(Client, fake.fetch);
  const [{ serialNumber }] = demoUser.mfaDevices;
  const command = new GetSessionTokenCommand({
    DurationSeconds: 900,
    SerialNumber: serialNumber,
    TokenCode: await fake.mfaCode(serialNumber),
  });
  const { Credentials, $metadata } = await client.send(command);
  ok(Credentials.AccessKeyId.startsWith("ASIA"), "the key id of a session");
  ok(Credentials.SessionToken.length > 0, "a session token");
  ok(Credentials.Expiration.getTime() > Date.now(), "a time to come");
  equal($metadata.httpStatusCode, 200);
  equal(fake.calls().length, 1);
}

function createClient(Client, fetch, configuration = {}) {
  return new Client({ region: "eu-west-1", credentials, fetch, ...configuration });
}
