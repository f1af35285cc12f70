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
import { expect, it } from "vitest";

import { describeCases, loadCases } from "../support/read-conformance.ts";

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
const file = loadCases<ExampleFile>("sts-examples.json");
const examples = file?.examples ?? [];
const published = examples.filter(({ form }) => form !== undefined);
const answered = examples.flatMap((entry) =>
  entry.response === undefined
    ? []
    : [{ ...entry, answer: { ...entry.response, statusCode: entry.response.status } satisfies HttpResponse }],
);
const isRefused = ({ wellFormed, ambiguous }: Example): boolean => wellFormed === false || ambiguous === true;
const refused = answered.filter((entry) => isRefused(entry));
const answers = answered.filter((entry) => !isRefused(entry));

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
  it("are all here", () => {
    expect(examples.length).toBe(file?.count);
    expect(published.length).toBe(19);
    expect(answers.length + refused.length).toBe(26);
  });

  it.for(examples)("$id: the request is written and read back", async ({ operation: name, input }) => {
    const operation = operationNamed(name);
    const request = encodeRequest(operation, input, endpoint, { inputValidation: "off" });
    expect(await decodeRequest(request, operations)).toEqual({ operation, input });
  });

  it.for(published)("$id: the request is written as published", ({ operation: name, input, form = [] }) => {
    const request = encodeRequest(operationNamed(name), input, endpoint, { inputValidation: "off" });
    const byName = ([a]: Pair, [b]: Pair): number => a.localeCompare(b);
    const sent: Pair[] = [...new URLSearchParams(String(request.body))];
    expect(sent.sort(byName)).toEqual([...form].sort(byName));
  });

  it.for(published)("$id: the published request is read", async ({ operation: name, input, form = [] }) => {
    const request = encodeRequest(operationNamed(name), input, endpoint, { inputValidation: "off" });
    const body = new URLSearchParams(form.map(([key, value]) => [key, value])).toString();
    expect((await decodeRequest({ ...request, body }, operations)).input).toEqual(input);
  });

  // The Go examples are placeholders, such as a duration of one second.
  const documented = examples.filter(({ id }) => !id.startsWith("aws-sdk-go-v2:"));
  it.for(documented)("$id: the input passes validation", ({ operation: name, input }) => {
    expect(() => validateInput(operationNamed(name), input)).not.toThrow();
  });

  it.for(answers)("$id: the answer is read", async ({ operation: name, answer, result = {} }) => {
    const operation = operationNamed(name);
    const { $metadata, ...output } = await decodeResponse(operation, answer);
    expect(output).toEqual(revive(operation.output, result));
    expect($metadata.httpStatusCode).toBe(answer.statusCode);
  });

  it.for(
    answers.flatMap((entry) => [{ ...entry, format: "xml" } as const, { ...entry, format: "json" } as const]),
  )(
    "$id: the answer is written as $format and read back",
    async ({ operation: name, result = {}, format }) => {
      const operation = operationNamed(name);
      const output = revive(operation.output, result);
      const requestId = "00000000-0000-4000-8000-000000000000";
      const answer = encodeResponse(operation, output, { requestId, format });
      const { $metadata, ...read } = await decodeResponse(operation, answer);
      expect(read).toEqual(output);
      expect($metadata.requestId).toBe(requestId);
    },
  );

  // One is not well-formed, the other lacks its result element.
  it.for(refused)("$id: what the service never answers is refused", async ({ operation: name, answer }) => {
    await expect(decodeResponse(operationNamed(name), answer)).rejects.toThrow(ProtocolError);
  });
});
