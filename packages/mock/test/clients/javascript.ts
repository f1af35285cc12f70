import * as sdk from "@aws-sdk/client-sts";
import AWS from "aws-sdk";

import type { ClientUnderTest, Outcome, Target } from "./client.ts";
import { REGION } from "./client.ts";

type CommandClass = new (input: object) => object;
interface SmithyModule {
  readonly STSClient: new (config: object) => { send(command: object): Promise<unknown>; destroy(): void };
}

/** `@aws-sdk/client-sts`. */
export const awsSdkV3: ClientUnderTest = smithyClient("@aws-sdk/client-sts", () =>
  Promise.resolve(sdk as unknown as SmithyModule),
);

/** The client of this repository, from its build. It is no dependency: it depends on this package for its own tests. */
export const ours: ClientUnderTest = smithyClient("@org/sts-client", async () => {
  const build = new URL("../../../client/dist/entries/index.js", import.meta.url).href;
  return (await import(/* @vite-ignore */ build)) as SmithyModule;
});

function smithyClient(name: string, load: () => Promise<SmithyModule>): ClientUnderTest {
  const clients: { destroy(): void }[] = [];
  const command = async (operation: string): Promise<CommandClass | undefined> =>
    ((await load()) as unknown as Record<string, CommandClass | undefined>)[`${operation}Command`];
  return {
    name,
    missing: () =>
      load().then(
        () => undefined,
        () => `${name} is not built`,
      ),
    operations: async () =>
      Object.keys(await load())
        .filter((key) => /^[A-Z]\w+Command$/.test(key))
        .map((key) => key.replace(/Command$/, ""))
        .sort(),
    call: async (operation, input, { endpoint, keys }) => {
      const { STSClient } = await load();
      const Command = await command(operation);
      if (Command === undefined) throw new Error(`${name} has no ${operation}Command`);
      const client = new STSClient({ region: REGION, endpoint, credentials: keys, maxAttempts: 1 });
      clients.push(client);
      return await client.send(new Command(input)).then(
        () => "ok",
        // No refusal is a TypeError: whoever sees one wants to know where it comes from.
        (error: { Code?: string; name: string; stack?: string }) =>
          error.Code ?? (error instanceof TypeError ? `${error.stack}` : error.name),
      );
    },
    close: () => {
      for (const client of clients) client.destroy();
    },
  };
}

/** `aws-sdk` 2. */
export const awsSdkV2: ClientUnderTest = {
  name: "aws-sdk 2",
  missing: () => Promise.resolve(undefined),
  operations: () => Promise.resolve(Object.keys(v2Operations()).map(pascalCase).sort()),
  call: async (operation, input, { endpoint, keys }: Target): Promise<Outcome> => {
    const sts = new AWS.STS({
      region: REGION,
      endpoint,
      credentials: new AWS.Credentials(keys),
      maxRetries: 0,
    });
    const method = operation.charAt(0).toLowerCase() + operation.slice(1);
    const request = sts.makeRequest(method, input);
    return await request.promise().then(
      () => "ok",
      (error: { code: string }) => error.code,
    );
  },
  close: () => {},
};

function v2Operations(): object {
  const { api } = new AWS.STS({ region: REGION }) as unknown as { api: { operations: object } };
  return api.operations;
}

function pascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
