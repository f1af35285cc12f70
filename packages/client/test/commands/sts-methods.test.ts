import { STS } from "@org/sts-client";
import { STS as WebCryptoSTS } from "@org/sts-client/webcrypto";
import { createStsMock } from "@org/sts-mock";
import { type OperationSchema, operations } from "@org/sts-protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { arbitraryInput } from "../../../protocol/test/support/arbitrary-value.ts";

type Callback = (error: unknown, output?: object) => void;
type Method = (input: object, ...rest: readonly unknown[]) => Promise<object>;

function methodOf({ name }: OperationSchema, Client: typeof STS | typeof WebCryptoSTS = STS): Method {
  const mock = createStsMock();
  const sts = new Client({
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
    fetch: async (resource, init) => mock.fetch(new Request(resource, init)),
  });
  const method: unknown = Reflect.get(sts, name.charAt(0).toLowerCase() + name.slice(1));
  return (method as Method).bind(sts); // the inventory test makes sure of it
}

async function withCallback(
  start: (callback: Callback) => unknown,
): Promise<{ output: unknown; returned: unknown }> {
  let returned: unknown;
  const output = await new Promise((resolve, reject) => {
    returned = start((error, result) => (error === null ? resolve(result) : reject(error)));
  });
  return { output, returned };
}

describe.each(operations)("STS, $name", (operation: OperationSchema) => {
  const [input = {}] = fc.sample(arbitraryInput(operation, "valid"), { numRuns: 1, seed: 1 });

  test("a method of STS gives the same output as a promise, to a callback, and to a callback after options", async () => {
    const call = methodOf(operation);
    const promised = await call(input);
    expect(Object.keys(promised)).toEqual(
      expect.arrayContaining(
        Object.keys(operation.output).filter((name) => operation.output[name]?.required),
      ),
    );
    expect(await call(input, { requestTimeout: 5000 })).toMatchObject(withoutMetadata(promised));
    const afterInput = await withCallback((callback) => call(input, callback));
    expect(afterInput.output).toMatchObject(withoutMetadata(promised));
    expect(afterInput.returned).toBeUndefined();
    const afterOptions = await withCallback((callback) => call(input, { requestTimeout: 5000 }, callback));
    expect(afterOptions.output).toMatchObject(withoutMetadata(promised));
    expect(afterOptions.returned).toBeUndefined();
  });

  test("a method of STS is there on WebCrypto too", async () => {
    const promised = await methodOf(operation, WebCryptoSTS)(input);
    expect(promised).toHaveProperty("$metadata.httpStatusCode", 200);
  });

  const required = Object.keys(operation.input).filter((name) => operation.input[name]?.required);
  test.runIf(required.length > 0)(
    "a method of STS rejects, and tells a callback, what is missing",
    async () => {
      const call = methodOf(operation);
      const missing = required.map((path) => expect.objectContaining({ path, rule: "required" }));
      const failure = expect.objectContaining({ code: "ERR_INVALID_INPUT", issues: missing });
      await expect(call({})).rejects.toEqual(failure);
      await expect(withCallback((callback) => call({}, callback))).rejects.toEqual(failure);
    },
  );
});

function withoutMetadata(output: object): object {
  return Object.fromEntries(Object.entries(output).filter(([name]) => name !== "$metadata"));
}
