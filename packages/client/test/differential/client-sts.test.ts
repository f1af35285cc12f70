import { isDeepStrictEqual } from "node:util";

import * as aws from "@aws-sdk/client-sts";
import * as ours from "@org/sts-client";
import {
  encodeFault,
  encodeResponse,
  type OperationSchema,
  operations,
  STSServiceException,
} from "@org/sts-protocol";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { arbitraryInput, arbitraryMembers } from "../../../protocol/test/support/arbitrary-value.ts";
import { asAwsReads, outcomeFields, readIntendedDifferences, scopeOf } from "../support/compare.ts";
import {
  type LoopbackAnswer,
  type LoopbackServer,
  type Received,
  startLoopbackServer,
} from "../support/loopback-server.ts";

const RUNS = Number(process.env["STS_TEST_RUNS"] ?? 500);
const intended = readIntendedDifferences();
const differencesSeen = new Set<string>();

let server: LoopbackServer;
let send: Record<
  "aws" | "ours" | "oursValidating",
  (operation: OperationSchema, input: object) => Promise<unknown>
>;

/** Both packages export each command under the same name. */
function commandOf(exports: object, operation: OperationSchema): new (input: object) => never {
  const command: unknown = Reflect.get(exports, `${operation.name}Command`);
  return command as new (input: object) => never; // the inventory test makes sure of it
}

beforeAll(async () => {
  server = await startLoopbackServer();
  const config = {
    endpoint: server.url,
    region: "eu-west-1",
    credentials: {
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
      sessionToken: "example-session-token",
    },
    maxAttempts: 1,
  };
  const awsClient = new aws.STSClient(config);
  const lenient = new ours.STSClient({ ...config, inputValidation: "off" });
  const validating = new ours.STSClient(config);
  send = {
    aws: (operation, input) => awsClient.send(new (commandOf(aws, operation))(input)),
    ours: (operation, input) => lenient.send(new (commandOf(ours, operation))(input)),
    oursValidating: (operation, input) => validating.send(new (commandOf(ours, operation))(input)),
  };
});

afterAll(async () => {
  await server.close();
});

/** Makes the same call with both clients, which get the same answer. */
async function both(
  operation: OperationSchema,
  input: object,
  answer: LoopbackAnswer,
  client: "ours" | "oursValidating" = "ours",
): Promise<{ theirs: unknown; own: unknown; sentByAws: Received; sentByUs: Received }> {
  server.answer = answer;
  server.received.length = 0;
  const theirs: unknown = await send.aws(operation, input).catch((error: unknown) => error);
  const own: unknown = await send[client](operation, input).catch((error: unknown) => error);
  const [sentByAws, sentByUs] = server.received;
  if (sentByAws === undefined || sentByUs === undefined)
    throw new Error("a request is missing", { cause: own });
  return { theirs, own, sentByAws, sentByUs };
}

function expectSameRequest(sentByAws: Received, sentByUs: Received, operation: OperationSchema): void {
  expect(sentByUs.body).toBe(sentByAws.body);
  expect([sentByUs.method, sentByUs.url]).toEqual([sentByAws.method, sentByAws.url]);
  const sentByBoth = Object.keys(sentByUs.headers).filter((name) => name in sentByAws.headers);
  const sentByOne = [
    ...Object.keys(sentByAws.headers).map((name) => ({ name, sentBy: "aws" })),
    ...Object.keys(sentByUs.headers).map((name) => ({ name, sentBy: "ours" })),
  ].filter(({ name }) => !sentByBoth.includes(name));
  const differing = sentByBoth.filter((name) => sentByUs.headers[name] !== sentByAws.headers[name]);
  expect(intended.headers.map(({ name, sentBy }) => ({ name, sentBy }))).toEqual(
    expect.arrayContaining(sentByOne),
  );
  expect(intended.headerValues.map(({ name }) => name)).toEqual(expect.arrayContaining(differing));
  for (const { name } of sentByOne) differencesSeen.add(`header ${name}`);
  for (const name of differing) differencesSeen.add(`value ${name}`);
  const [theirs, own] = [
    scopeOf(sentByAws.headers["authorization"]),
    scopeOf(sentByUs.headers["authorization"]),
  ];
  const shared = theirs.signedHeaders.filter((name) => name === "" || sentByUs.headers[name] !== undefined);
  expect(own).toEqual({ scope: theirs.scope, signedHeaders: shared });
  expect(own.scope === "").toBe(operation.auth === "none");
}

describe.each(operations)("$name", (operation: OperationSchema) => {
  test.for([
    ["any values", "any", "ours"],
    ["valid inputs, which pass our validation", "valid", "oursValidating"],
  ] as const)(
    "our client sends the same bytes as the AWS SDK's and reads the same result for %s",
    async ([, range, client]) => {
      const exchange = fc.tuple(arbitraryInput(operation, range), arbitraryMembers(operation.output, "xml"));
      await fc.assert(
        fc.asyncProperty(exchange, async ([input, output]: readonly [object, object]) => {
          const answer = encodeResponse(operation, output, {
            requestId: "c6104cbe-af31-11e0-8154-cbc7ccf896c7",
          });
          const { theirs, own, sentByAws, sentByUs } = await both(operation, input, answerOf(answer), client);
          expectSameRequest(sentByAws, sentByUs, operation);
          expect(asAwsReads(own)).toStrictEqual(asAwsReads(theirs));
          if (!isDeepStrictEqual(own, theirs)) differencesSeen.add("result white space with a line break");
        }),
        { numRuns: Math.ceil(RUNS / 2) },
      );
    },
  );

  const codes = [
    ["AccessDenied", 403],
    ["ExpiredToken", 403],
    ["InvalidClientTokenId", 403],
    ["SignatureDoesNotMatch", 403],
    ["MissingAuthenticationToken", 403],
    ["OptInRequired", 403],
    ["IncompleteSignature", 400],
    ["RequestExpired", 400],
    ["Throttling", 400],
    ["ThrottlingException", 400],
    ["ValidationError", 400],
    ["InvalidAction", 400],
    ["MalformedQueryString", 404],
    ["RequestTimeout", 408],
    ["InternalFailure", 500],
    ["ServiceUnavailable", 503],
  ] as const;
  const faults = [
    ...operation.errors.map(
      (Modelled) => [Modelled.exceptionName, new Modelled({ message: "It says <no> & why" })] as const,
    ),
    ...codes.map(
      ([name, httpStatusCode]) =>
        [name, new STSServiceException({ name, message: "No", $metadata: { httpStatusCode } })] as const,
    ),
  ];
  test.for(faults)("our client fails in the same way as the AWS SDK's with %s", async ([name, error]) => {
    const answer = encodeFault(error, { requestId: "c6104cbe-af31-11e0-8154-cbc7ccf896c7" });
    const { theirs, own } = await both(operation, {}, answerOf(answer));
    expect(outcomeFields(own)).toStrictEqual(outcomeFields(theirs));
    expect(theirs).toBeInstanceOf(classNamed(aws, name));
    expect(own).toBeInstanceOf(classNamed(ours, name));
    // What the AWS SDK throws is recognised by our class too, so a program may change its imports file by file.
    expect(theirs).toBeInstanceOf(classNamed(ours, name));
  });
});

function answerOf({ statusCode, headers, body }: LoopbackAnswer): LoopbackAnswer {
  return { statusCode, headers, body };
}

/** The class of an error, which is the base class where the code is not modelled. */
function classNamed(exports: object, name: string): new () => unknown {
  const modelled: unknown = Reflect.get(exports, name) ?? Reflect.get(exports, "STSServiceException");
  return modelled as new () => unknown; // both packages export their exceptions by these names
}

const xml = { "content-type": "text/xml" };
const result =
  "<GetCallerIdentityResult><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId><Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/a</Arn></GetCallerIdentityResult>";
const identity = `<GetCallerIdentityResponse>${result}</GetCallerIdentityResponse>`;
const fault = (error: string): string =>
  `<ErrorResponse><Error>${error}</Error><RequestId>r-1</RequestId></ErrorResponse>`;

/** Answers that other servers, gateways and proxies give. */
const UNUSUAL: readonly (readonly [name: string, answer: LoopbackAnswer])[] = [
  ["an answer on one line", { statusCode: 200, headers: xml, body: identity }],
  [
    "an answer with blanks between elements",
    { statusCode: 200, headers: xml, body: identity.replaceAll("><", "> <") },
  ],
  [
    "an answer with a namespace prefix",
    { statusCode: 200, headers: xml, body: identity.replaceAll("</", "</n:").replaceAll(/<(?=\w)/g, "<n:") },
  ],
  ["an answer with a byte order mark", { statusCode: 200, headers: xml, body: `\uFEFF${identity}` }],
  [
    "an answer with a CDATA section",
    { statusCode: 200, headers: xml, body: identity.replace("123456789012", "<![CDATA[123456789012]]>") },
  ],
  ["an answer without a content type", { statusCode: 200, headers: {}, body: identity }],
  [
    "an answer with an unknown member",
    { statusCode: 200, headers: xml, body: identity.replace("<UserId>", "<New>1</New><UserId>") },
  ],
  [
    "an answer that lacks a member",
    { statusCode: 200, headers: xml, body: identity.replace(/<Arn>.*<\/Arn>/, "") },
  ],
  [
    "a success that is HTML",
    { statusCode: 200, headers: { "content-type": "text/html" }, body: "<html><body>Portal</body></html>" },
  ],
  ["a success without a body", { statusCode: 200, headers: xml, body: "" }],
  ["a success that is cut off", { statusCode: 200, headers: xml, body: identity.slice(0, 80) }],
  ["a failure without a body", { statusCode: 403, headers: xml, body: "" }],
  ["a gateway's failure without a body", { statusCode: 502, headers: {}, body: "" }],
  [
    "a failure that is HTML",
    { statusCode: 502, headers: { "content-type": "text/html" }, body: "<html><body>Bad</body></html>" },
  ],
  [
    "a failure that is text",
    { statusCode: 404, headers: { "content-type": "text/plain" }, body: "Not Found" },
  ],
  ["a redirection", { statusCode: 302, headers: { location: "http://127.0.0.1:9/" }, body: "" }],
  [
    "a failure whose id is in the body only",
    { statusCode: 403, headers: xml, body: fault("<Code>AccessDenied</Code><Message>No</Message>") },
  ],
  [
    "a failure without a message",
    {
      statusCode: 403,
      headers: { ...xml, "x-amzn-requestid": "r-1" },
      body: fault("<Code>AccessDenied</Code>"),
    },
  ],
  [
    "a failure with an empty message",
    {
      statusCode: 403,
      headers: { ...xml, "x-amzn-requestid": "r-1" },
      body: fault("<Code>AccessDenied</Code><Message></Message>"),
    },
  ],
  [
    "a failure in the form of other services",
    {
      statusCode: 403,
      headers: { ...xml, "x-amzn-requestid": "r-1" },
      body: "<Response><Errors><Error><Code>AccessDenied</Code><Message>No</Message></Error></Errors><RequestID>r-1</RequestID></Response>",
    },
  ],
  [
    "an error that another operation has",
    {
      statusCode: 400,
      headers: { ...xml, "x-amzn-requestid": "r-1" },
      body: fault("<Type>Sender</Type><Code>IDPCommunicationError</Code><Message>No</Message>"),
    },
  ],
];

const operation = operations.find(({ name }) => name === "GetCallerIdentity");

test.for(UNUSUAL)(
  "unusual responses differ where the list says so, and nowhere else: %s",
  async ([name, answer]) => {
    // It is one of the twelve.
    const { theirs, own } = await both(operation as OperationSchema, {}, answer);
    const [theirFields, ownFields] = [outcomeFields(theirs), outcomeFields(own)];
    const differing = Object.keys(ownFields).filter(
      (field) => !isDeepStrictEqual(ownFields[field], theirFields[field]),
    );
    if (!(own instanceof Error) && !(theirs instanceof Error) && !isDeepStrictEqual(own, theirs))
      differing.push("result");
    expect(differing).toEqual(intended.answers.find((entry) => entry.name === name)?.fields ?? []);
    for (const field of differing) differencesSeen.add(`answer ${name} ${field}`);
  },
);

test("every intended difference on the list has a reason and was seen", () => {
  const listed = [
    ...intended.headers.map(({ name }) => `header ${name}`),
    ...intended.headerValues.map(({ name }) => `value ${name}`),
    ...intended.results.map(({ name }) => `result ${name}`),
    ...intended.answers.flatMap(({ name, fields }) => fields.map((field) => `answer ${name} ${field}`)),
  ];
  expect([...differencesSeen].sort()).toEqual(listed.sort());
  const reasons = [intended.headers, intended.headerValues, intended.results, intended.answers].flat();
  expect(reasons.every(({ reason }) => reason.length > 10)).toBe(true);
});
