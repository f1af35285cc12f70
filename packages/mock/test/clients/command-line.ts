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

/** The AWS CLI, the first on the path and the one of Debian's package. */
export const awsClis: readonly ClientUnderTest[] = [
  awsCli("aws CLI", "aws", /^/),
  // It reads the same model, so a few operations show what its own signer and parser do.
  awsCli("aws CLI of the system", "/usr/bin/aws", /^(?:AssumeRole|GetCallerIdentity|GetSessionToken)$/),
];

function awsCli(name: string, command: string, tried: RegExp): ClientUnderTest {
  return {
    name,
    slow: true,
    missing: () => missingTool(command, ["--version"]),
    operations: async () => {
      // The CLI and boto3 read the same model; the CLI prints its own only as a manual page.
      const { stderr } = await run(command, ["sts", "nothing"]);
      const found = operations.filter(({ name }) =>
        new RegExp(String.raw`\b${kebabCase(name)}\b`).test(stderr),
      );
      return found.map(({ name: own }) => own).filter((own) => tried.test(own));
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
      const { failed, stdout, stderr } = await run(command, parameters, {
        AWS_ACCESS_KEY_ID: keys.accessKeyId,
        AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
        ...(keys.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: keys.sessionToken }),
      });
      if (!failed) return stdout.trim().startsWith("{") ? "ok" : stdout;
      return /An error occurred \((\w+)\)/.exec(stderr)?.[1] ?? stderr;
    },
    close: () => {},
  };
}

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

/** Clients in one process each, which makes the calls that it reads. */
export const drivers: readonly ClientUnderTest[] = [
  driver("boto3", ["python3", "make_calls.py"]),
  driver("boto3 of the system", ["/usr/bin/python3", "make_calls.py"]),
  driver("AWS SDK for Ruby", ["ruby", "make_calls.rb"]),
  driver("AsyncAws for PHP", ["php", "make_calls.php"]),
  // The SDK as Debian's golang-github-aws-aws-sdk-go-v2-dev installs it, without a module proxy.
  driver("AWS SDK for Go v2", ["go", "run", "go/make_calls.go"], {
    GO111MODULE: "off",
    GOPATH: "/usr/share/gocode",
  }),
];

function driver(
  name: string,
  [program, ...parameters]: readonly [string, ...string[]],
  settings: Readonly<Record<string, string>> = {},
): ClientUnderTest {
  let started: { child: ChildProcess; ask(request: object): Promise<Record<string, unknown>> } | undefined;
  const start = (): NonNullable<typeof started> => {
    const child = spawn(program, parameters, {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      env: { ...process.env, ...QUIET, ...settings },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    const waiting: ((line: string) => void)[] = [];
    const end = (why: string): void => {
      // A process that dies answers everything that waits, so no test hangs.
      for (const settle of waiting.splice(0)) settle(JSON.stringify({ outcome: why }));
    };
    child.on("error", (error) => {
      end(error.message);
    });
    child.on("close", (code) => {
      end(`${program} ended with ${code}: ${errors.slice(-500)}`);
    });
    child.stdin.on("error", () => {});
    createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.(line));
    return {
      child,
      ask: (request) =>
        new Promise((resolve) => {
          waiting.push((line) => {
            resolve(JSON.parse(line) as Record<string, unknown>);
          });
          if (child.exitCode !== null || child.pid === undefined) end(`${program} does not run here`);
          else child.stdin.write(`${JSON.stringify(request)}\n`);
        }),
    };
  };
  const ask = (request: object): Promise<Record<string, unknown>> => (started ??= start()).ask(request);
  return {
    name,
    missing: async () => {
      const { operations: found, outcome } = await ask({ list: true });
      return Array.isArray(found) ? undefined : String(outcome);
    },
    operations: async () => {
      const { operations: names } = await ask({ list: true });
      return names as string[];
    },
    call: async (operation, input, { endpoint, keys }: Target) => {
      const { outcome } = await ask({ operation, input, endpoint, keys });
      return String(outcome);
    },
    close: () => {
      started?.child.stdin?.end();
      started?.child.kill();
      started = undefined;
    },
  };
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
