import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import * as aws from "@aws-sdk/client-sts";
import * as client from "@org/sts-client";
import * as webcrypto from "@org/sts-client/webcrypto";
import { createFakeSts, createStsMock } from "@org/sts-mock";
import * as protocol from "@org/sts-protocol";
import * as declarations from "@org/sts-protocol/declarations";
import { describe, expect, test } from "vitest";

const { operations } = protocol;
const packages = join(import.meta.dirname, "../../..");
const read = (...path: string[]): string => readFileSync(join(packages, ...path), "utf8");
const kebabCase = (name: string): string =>
  name.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "-").toLowerCase();
// What the entry points re-export, each in its own file.
const exportedNames = [
  "entries/index",
  "entries/common",
  ...operations.map(({ name }) => `commands/${kebabCase(name)}`),
]
  .map((file) => read(`client/dist/${file}.d.ts`))
  .join("\n");

describe.each(operations)("$name", ({ name }: protocol.OperationSchema) => {
  test("an operation is exported by the protocol with its types", () => {
    expect(Reflect.get(protocol, name)).toMatchObject({ name });
    expect(Reflect.get(declarations, name)).toBe(Reflect.get(protocol, name));
    // The entry points re-export the one list.
    expect(read("protocol/src/operations/all.ts")).toContain(`export * from "./${kebabCase(name)}.ts";`);
    const source = read("protocol/src/operations", `${kebabCase(name)}.ts`);
    expect(source).toMatch(new RegExp(String.raw`\bexport interface ${name}Request\b`));
    expect(source).toMatch(new RegExp(String.raw`\bexport interface ${name}Response\b`));
  });

  test.for([
    ["the client", client],
    ["its WebCrypto entry", webcrypto],
  ] as const)("an operation has a command in %s", ([, exports]) => {
    const command: unknown = Reflect.get(exports, `${name}Command`);
    expect(command).toHaveProperty("operation", Reflect.get(protocol, name));
  });

  test("an operation has its command's input and output, request and response types in the client", () => {
    for (const type of [`${name}CommandInput`, `${name}CommandOutput`, `${name}Request`, `${name}Response`]) {
      expect(exportedNames).toMatch(new RegExp(String.raw`\b${type}\b`));
    }
  });

  test.for([
    ["the client", client],
    ["its WebCrypto entry", webcrypto],
  ] as const)("an operation has a method of STS in %s", ([, { STS }]) => {
    const method = name.charAt(0).toLowerCase() + name.slice(1);
    expect(Reflect.get(STS.prototype, method)).toBeTypeOf("function");
    expect(read("client/src/commands/all.ts")).toContain(`export * from "./${kebabCase(name)}.ts";`);
  });

  test.for(["documented", "realistic"] as const)(
    "an operation has a %s response in the mock",
    async (responses) => {
      const mock = createStsMock({ responses });
      const response = await mock.fetch("https://sts.eu-west-1.amazonaws.com/", {
        method: "POST",
        body: new URLSearchParams({ Action: name, Version: protocol.API_VERSION }),
      });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain(`<${name}Result>`);
    },
  );

  test("an operation has a rule in the fake", async () => {
    const response = await createFakeSts().fetch("https://sts.eu-west-1.amazonaws.com/", {
      method: "POST",
      body: new URLSearchParams({ Action: name, Version: protocol.API_VERSION }),
    });
    // Refused by the fake's own checks of this operation: without a signature, or without its required members.
    expect(await response.text()).toMatch(/<Code>(?:MissingAuthenticationToken|ValidationError)</);
    expect(read("mock/src/rules/all.ts")).toContain(`from "./${kebabCase(name)}.ts";`);
  });

  test("an operation is documented: table, command, guide", () => {
    const link = `https://docs.aws.amazon.com/STS/latest/APIReference/API_${name}.html`;
    const table = read("protocol/src/operations", `${kebabCase(name)}.ts`);
    expect(table).toContain(`@see {@link ${link}`);
    const face = read("client/src/commands", `${kebabCase(name)}.ts`);
    expect(face).toContain("@example");
    expect(face).toContain(link);
    expect(readFileSync(join(packages, "../docs/guides/operations.md"), "utf8")).toContain(`\n## ${name}\n`);
  });
});

/** What `@aws-sdk/client-sts` exports and a program cannot need, or gets here in another way. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  default: "what Node.js makes of a CommonJS package",
  errorTypeRegistries: "errors are found through each operation's own list",
  ClientInputEndpointParameters: "its members are those of STSClientConfig",
};

test("the names of @aws-sdk/client-sts that exist at run time are exported, but for those left out with a reason", () => {
  // Names with $ are the SDK's schema objects; the tables of operations stand in their place.
  const missing = Object.keys(aws).filter((name) => /^\w+$/.test(name) && !(name in client));
  expect(missing.filter((name) => !(name in LEFT_OUT))).toEqual([]);
});

test("the names of @aws-sdk/client-sts that are types are exported, but for those left out with a reason", () => {
  const types = join(dirname(createRequire(import.meta.url).resolve("@aws-sdk/client-sts")), "../dist-types");
  const files = ["STS.d.ts", "STSClient.d.ts", "extensionConfiguration.d.ts"].concat(
    ["commands", "models"].flatMap((folder) =>
      readdirSync(join(types, folder)).map((file) => join(folder, file)),
    ),
  );
  const names = files.flatMap((file) =>
    [
      ...readFileSync(join(types, file), "utf8").matchAll(
        /^export (?:declare )?(?:abstract )?(?:interface|type|class|const) (\w+)/gm,
      ),
    ].map(([, name = ""]) => name),
  );
  expect(names.length).toBeGreaterThan(90);
  const missing = names.filter((name) => !new RegExp(String.raw`\b${name}\b`).test(exportedNames));
  expect(missing.filter((name) => !(name in LEFT_OUT))).toEqual([]);
});

test("the list of left-out names of @aws-sdk/client-sts has no entry that is not needed", () => {
  const known = Object.keys(LEFT_OUT).filter(
    (name) =>
      name in client ||
      new RegExp(String.raw`[\s,{]${name.replace("$", String.raw`\$`)}[\s,}]`).test(exportedNames),
  );
  expect(known).toEqual([]);
});
