import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { encodeRequest, operations } from "@org/sts-protocol";

import { type ClientUnderTest, REGION, type Target } from "./client.ts";

interface Finished {
  readonly failed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings of the host that must not reach a client. */
const QUIET = {
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_MAX_ATTEMPTS: "1",
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  NO_PROXY: "127.0.0.1",
  no_proxy: "127.0.0.1",
};

/** The AWS CLI. */
export const awsCli: ClientUnderTest = {
  name: "aws CLI",
  missing: () => missingTool("aws", ["--version"]),
  operations: async () => {
    // The CLI and boto3 read the same model; the CLI prints its own only as a manual page.
    const { stderr } = await run("aws", ["sts", "nothing"]);
    const found = operations.filter(({ name }) =>
      new RegExp(String.raw`\b${kebabCase(name)}\b`).test(stderr),
    );
    return found.map(({ name }) => name);
  },
  call: async (operation, input, { endpoint, keys }) => {
    const parameters = [
      "sts",
      kebabCase(operation),
      "--endpoint-url",
      endpoint,
      "--cli-input-json",
      JSON.stringify(input),
    ];
    const { failed, stdout, stderr } = await run("aws", parameters, {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      ...(keys.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: keys.sessionToken }),
    });
    if (!failed) return stdout.trim().startsWith("{") ? "ok" : stdout;
    return /An error occurred \((\w+)\)/.exec(stderr)?.[1] ?? stderr;
  },
  close: () => {},
};

/** curl, which signs by itself since 7.75. */
export const curl: ClientUnderTest = {
  name: "curl --aws-sigv4",
  missing: async () => {
    const absent = await missingTool("curl", ["--version"]);
    if (absent !== undefined) return absent;
    const { stdout } = await run("curl", ["--help", "all"]);
    return stdout.includes("--aws-sigv4") ? undefined : "this curl has no --aws-sigv4";
  },
  operations: () => Promise.resolve(operations.map(({ name }) => name)),
  call: async (operation, input, { endpoint, keys }) => {
    const schema = operations.find(({ name }) => name === operation);
    if (schema === undefined) throw new Error(`no operation ${operation}`);
    const { body } = encodeRequest(schema, input, { hostname: "localhost" });
    const signing =
      schema.auth === "none"
        ? []
        : ["--aws-sigv4", `aws:amz:${REGION}:sts`, "--user", `${keys.accessKeyId}:${keys.secretAccessKey}`];
    const token =
      keys.sessionToken === undefined ? [] : ["--header", `x-amz-security-token: ${keys.sessionToken}`];
    const { stdout } = await run("curl", [
      "--silent",
      ...signing,
      ...token,
      "--data-raw",
      String(body),
      `${endpoint}/`,
    ]);
    return (
      /<Code>(\w+)<\/Code>/.exec(stdout)?.[1] ?? (stdout.includes(`<${operation}Result>`) ? "ok" : stdout)
    );
  },
  close: () => {},
};

let driver: { child: ChildProcess; ask(request: object): Promise<Record<string, unknown>> } | undefined;

/** boto3, in one Python process. */
export const boto3: ClientUnderTest = {
  name: "boto3",
  missing: () => missingTool("python3", ["-c", "import boto3"]),
  operations: async () => {
    const { operations: names } = await python().ask({ list: true });
    return names as string[];
  },
  call: async (operation: string, input: object, { endpoint, keys }: Target) => {
    const { outcome } = await python().ask({ operation, input, endpoint, keys });
    return String(outcome);
  },
  close: () => {
    driver?.child.kill();
    driver = undefined;
  },
};

function python(): NonNullable<typeof driver> {
  if (driver !== undefined) return driver;
  const script = fileURLToPath(new URL("make_calls.py", import.meta.url));
  const child = spawn("python3", [script], {
    env: { ...process.env, ...QUIET },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting: ((line: string) => void)[] = [];
  // A process that dies answers everything that waits, so no test hangs.
  child.on("exit", (code) => {
    for (const settle of waiting.splice(0)) settle(`{"outcome":"python ended with ${code}","operations":[]}`);
  });
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.(line));
  driver = {
    child,
    ask: (request) =>
      new Promise((resolve) => {
        waiting.push((line) => {
          resolve(JSON.parse(line) as Record<string, unknown>);
        });
        child.stdin.write(`${JSON.stringify(request)}\n`);
      }),
  };
  return driver;
}

async function missingTool(command: string, parameters: string[]): Promise<string | undefined> {
  const { failed } = await run(command, parameters);
  return failed ? `${[command, ...parameters].join(" ")} does not run here` : undefined;
}

function run(
  command: string,
  parameters: string[],
  environment: Record<string, string> = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...QUIET, ...environment };
    execFile(command, parameters, { env, timeout: 25_000 }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, stdout, stderr });
    });
  });
}

function kebabCase(name: string): string {
  return name
    .replace("SAML", "Saml")
    .replaceAll(/(?!^)[A-Z]/g, "-$&")
    .toLowerCase();
}
