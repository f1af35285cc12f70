import { inspect } from "node:util";

import * as client from "@org/sts-client";
import {
  encodeFault,
  encodeResponse,
  type Members,
  type OperationSchema,
  operations,
  type Schema,
  STSServiceException,
} from "@org/sts-protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { arbitraryInput, arbitraryMembers } from "../../../protocol/test/support/arbitrary-value.ts";

const MARK = "s3cr3t";

/** Puts a mark into every text that the table calls a secret. */
function marked(members: Members, value: object): Record<string, unknown> {
  const markValue = (schema: Schema | undefined, item: unknown): unknown => {
    if (schema?.sensitive === true)
      return typeof item === "string" ? MARK + item.slice(MARK.length) : { [MARK]: MARK };
    if (Array.isArray(item) && schema?.kind === "list")
      return item.map((each) => markValue(schema.member, each));
    if (schema?.kind === "struct" && typeof item === "object" && item !== null)
      return marked(schema.members, item);
    return item;
  };
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, markValue(members[name], item)]),
  );
}

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: `${MARK}-secret-access-key`,
  sessionToken: `${MARK}-session-token`,
};

/** Operations without members, and those whose members have no limit that a text could break. */
const TAKES_ANY_TEXT: ReadonlySet<string> = new Set([
  "DecodeAuthorizationMessage",
  "GetCallerIdentity",
  "GetDelegatedAccessToken",
  "GetScopedCredentials",
]);

type Fetch = typeof fetch;

/** Makes a call, and everything that anybody could print about it. */
async function printedBy(
  operation: OperationSchema,
  input: object,
  send: Fetch,
  config: client.STSClientConfig = {},
): Promise<string> {
  const printed: unknown[] = [];
  const note = (line: unknown): void => {
    printed.push(line);
  };
  const sts = new client.STSClient({
    region: "eu-west-1",
    credentials,
    fetch: send,
    maxAttempts: 2,
    sleep: async () => undefined,
    logger: { trace: note, debug: note, info: note, warn: note, error: note },
    ...config,
  });
  const Command: unknown = Reflect.get(client, `${operation.name}Command`);
  const command = new (Command as new (input: object) => client.Command<object, object>)(input); // the inventory test makes sure of it
  printed.push(command, sts, JSON.stringify(command));
  const outcome: unknown = await sts.send(command).catch((error: unknown) => error);
  printed.push(outcome);
  for (let error = outcome; error instanceof Error; error = error.cause)
    printed.push(error.message, error.stack, JSON.stringify(error), String(error));
  expect(printed.length).toBeGreaterThan(3);
  return printed.map((each) => inspect(each, { depth: 12 })).join("\n");
}

const answer = (statusCode: number, body: string, type = "text/xml"): Fetch => {
  return async () => new Response(body, { status: statusCode, headers: { "content-type": type } });
};

describe.each(operations)("no secret of $name can be printed", (operation: OperationSchema) => {
  const [valid = {}] = fc.sample(arbitraryInput(operation, "valid"), { numRuns: 1, seed: 2 });
  const complete = Object.fromEntries(
    Object.entries(operation.input).map(([name, schema]) => [
      name,
      Reflect.get(valid, name) ?? example(schema),
    ]),
  );
  const input = marked(operation.input, complete);
  const [output = {}] = fc.sample(arbitraryMembers(operation.output, "valid"), { numRuns: 1, seed: 2 });
  const success = encodeResponse(operation, marked(operation.output, output), { requestId: "r-1" });
  const refusal = encodeFault(new STSServiceException({ name: "AccessDenied", message: "No" }), {
    requestId: "r-1",
  });

  test.for([
    ["after a success", answer(200, success.body)],
    ["after a refusal", answer(403, refusal.body)],
    ["after a fault of the service", answer(500, refusal.body)],
    ["after an answer that is cut off", answer(200, success.body.slice(0, -30))],
    ["after an answer that is broken JSON", answer(200, `{"SecretAccessKey":"${MARK}`, "application/json")],
    [
      "after the answer of another",
      answer(200, `<html><body>SessionToken=${MARK}</body></html>`, "text/html"),
    ],
    [
      "after an answer that says the request again",
      answer(400, `SAMLAssertion=${MARK}&TokenCode=${MARK}`, "text/plain"),
    ],
    [
      "after a refusal that quotes the values",
      async () => new Response(refusing("ValidationError", input).body, { status: 400 }),
    ],
    [
      "after a refusal that quotes what was signed",
      async (_, init) =>
        new Response(refusing("SignatureDoesNotMatch", Object(init?.headers)).body, { status: 403 }),
    ],
    ["after an empty answer", answer(502, "")],
    ["when there is no network", async () => Promise.reject(new TypeError("fetch failed"))],
  ] satisfies [string, Fetch][])("no secret of a command can be printed: %s", async ([, send]) => {
    const printed = await printedBy(operation, input, send, { inputValidation: "off" });
    expect(printed).toContain(operation.name);
    expect(printed).not.toContain(MARK);
  });

  test("no secret of a command can be printed when the input is refused", async () => {
    // Too long for every limit, and with a character that no pattern has.
    const broken = marked(
      operation.input,
      Object.fromEntries(
        Object.entries(operation.input).map(([name, schema]) => [
          name,
          example(schema, `${MARK}\u0001`.repeat(20_000)),
        ]),
      ),
    );
    const printed = await printedBy(operation, broken, answer(200, ""));
    expect(printed.includes("InvalidInputError")).toBe(!TAKES_ANY_TEXT.has(operation.name));
    expect(printed).not.toContain(MARK);
  });
});

/** A refusal with the words of the request in it. */
function refusing(name: string, quoted: object): { body: string } {
  const values = JSON.stringify(Object.values(quoted)).replaceAll(/[[\]{}"]/g, "'");
  const message = `Refused: the value ${values} should have been another`;
  return encodeFault(new STSServiceException({ name, message }), { requestId: "r-1" });
}

function example(schema: Schema, text = "example-text"): unknown {
  switch (schema.kind) {
    case "string":
      return schema.sensitive === true ? text : "example-text";
    case "integer":
      return 900;
    case "list":
      return [example(schema.member, text)];
    case "struct":
      return Object.fromEntries(
        Object.entries(schema.members).map(([name, member]) => [name, example(member, text)]),
      );
    default:
      return undefined;
  }
}
