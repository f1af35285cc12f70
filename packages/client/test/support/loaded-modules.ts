// Makes one call in JSON mode in a process of its own, and prints every module that was loaded for it.
import { registerHooks } from "node:module";

const modules: string[] = [];
registerHooks({
  load(url, context, nextLoad) {
    modules.push(url);
    return nextLoad(url, context);
  },
});

interface Answer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const { statusCode, headers, body } = JSON.parse(process.argv[2] ?? "") as Answer; // the test's argument
const { GetSessionTokenCommand, STSClient } = await import("@org/sts-client");
const client = new STSClient({
  region: "eu-west-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
  responseFormat: "json",
  fetch: async () => new Response(body, { status: statusCode, headers }),
});
const { Credentials } = await client.send(new GetSessionTokenCommand());
console.log(JSON.stringify({ accessKeyId: Credentials.AccessKeyId, modules }));
