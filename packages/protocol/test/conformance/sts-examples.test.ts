import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type HttpResponse,
  type Members,
  type Operation,
  operations,
  ProtocolError,
  type Schema,
  validateInput,
} from "@org/sts-protocol";
import { expect, test } from "vitest";

import { describeCases, readConformance } from "../support/read-conformance.ts";

type Pair = readonly [name: string, value: string];

interface Example {
  readonly id: string;
  readonly operation: string;
  readonly input: object;
  readonly form?: readonly Pair[];
  readonly result?: object;
  readonly response?: {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body: string;
  };
  readonly ambiguous?: true;
  readonly wellFormed?: false;
}

interface ExampleFile {
  readonly count: number;
  readonly examples: readonly Example[];
}

const endpoint = { hostname: "sts.us-east-1.amazonaws.com" };
const file = readConformance<ExampleFile>("sts-examples.json", (content) => content.examples);
const examples = file?.examples ?? [];
const published = examples.filter(({ form }) => form !== undefined);
const withResponse = examples.flatMap((entry) =>
  entry.response === undefined
    ? []
    : [{ ...entry, sent: { ...entry.response, statusCode: entry.response.status } satisfies HttpResponse }],
);
const isRefused = ({ wellFormed, ambiguous }: Example): boolean => wellFormed === false || ambiguous === true;
const refused = withResponse.filter((entry) => isRefused(entry));
const responses = withResponse.filter((entry) => !isRefused(entry));

function operationNamed(name: string): Operation<object, object> {
  const operation = operations.find((candidate) => candidate.name === name);
  if (operation === undefined) throw new Error(`unknown operation ${name}`);
  return operation;
}

/** The files hold timestamps as ISO text. */
function revive(members: Members, value: object): Record<string, unknown> {
  const reviveValue = (schema: Schema | undefined, item: unknown): unknown => {
    if (schema?.kind === "timestamp") return new Date(String(item));
    if (schema?.kind === "struct" && typeof item === "object" && item !== null)
      return revive(schema.members, item);
    return item;
  };
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, reviveValue(members[name], item)]),
  );
}

describeCases(file, "published STS examples", () => {
  test("the published STS examples are all here", () => {
    expect(examples.length).toBe(file?.count);
    expect(published.length).toBe(19);
    expect(responses.length + refused.length).toBe(26);
  });

  test.for(examples)("$id: the request is written and read back", async ({ operation: name, input }) => {
    const operation = operationNamed(name);
    const request = encodeRequest(operation, input, endpoint, { inputValidation: "off" });
    expect(await decodeRequest(request, operations)).toEqual({ operation, input });
  });

  test.for(published)("$id: the request is written as published", ({ operation: name, input, form = [] }) => {
    const request = encodeRequest(operationNamed(name), input, endpoint, { inputValidation: "off" });
    const byName = ([a]: Pair, [b]: Pair): number => a.localeCompare(b);
    const sent: Pair[] = [...new URLSearchParams(String(request.body))];
    expect(sent.sort(byName)).toEqual([...form].sort(byName));
  });

  test.for(published)("$id: the published request is read", async ({ operation: name, input, form = [] }) => {
    const request = encodeRequest(operationNamed(name), input, endpoint, { inputValidation: "off" });
    const body = new URLSearchParams(form.map(([key, value]) => [key, value])).toString();
    expect((await decodeRequest({ ...request, body }, operations)).input).toEqual(input);
  });

  // The Go examples are placeholders, such as a duration of one second.
  const documented = examples.filter(({ id }) => !id.startsWith("aws-sdk-go-v2:"));
  test.for(documented)("$id: the input passes validation", ({ operation: name, input }) => {
    expect(() => validateInput(operationNamed(name), input)).not.toThrow();
  });

  test.for(responses)("$id: the response is read", async ({ operation: name, sent, result = {} }) => {
    const operation = operationNamed(name);
    const { $metadata, ...output } = await decodeResponse(operation, sent);
    expect(output).toEqual(revive(operation.output, result));
    expect($metadata.httpStatusCode).toBe(sent.statusCode);
  });

  test.for(
    responses.flatMap((entry) => [
      { ...entry, format: "xml" } as const,
      { ...entry, format: "json" } as const,
    ]),
  )(
    "$id: the response is written as $format and read back",
    async ({ operation: name, result = {}, format }) => {
      const operation = operationNamed(name);
      const output = revive(operation.output, result);
      const requestId = "00000000-0000-4000-8000-000000000000";
      const response = encodeResponse(operation, output, { requestId, format });
      const { $metadata, ...read } = await decodeResponse(operation, response);
      expect(read).toEqual(output);
      expect($metadata.requestId).toBe(requestId);
    },
  );

  // One is not well-formed, the other lacks its result element.
  test.for(refused)(
    "$id: a body that the service never sends is refused",
    async ({ operation: name, sent }) => {
      await expect(decodeResponse(operationNamed(name), sent)).rejects.toThrow(ProtocolError);
    },
  );
});
