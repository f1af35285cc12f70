// Runs each folder as the project that it shows, and ends with a line `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

interface Guide {
  readonly name: string;
  /** A command that succeeds where the guide's program is installed. */
  readonly probe: readonly [string, ...string[]];
  readonly command: readonly [string, ...string[]];
}

const mock = fileURLToPath(new URL("node_modules/@org/sts-mock/dist/adapters/cli.js", import.meta.url));
const guides: readonly Guide[] = [
  { name: "vitest", probe: ["vitest", "--version"], command: ["vitest", "run", "--root", "vitest"] },
  {
    name: "node-test",
    probe: [process.execPath, "--version"],
    command: [process.execPath, "--test", "node-test/"],
  },
  {
    name: "pytest",
    probe: ["python3", "-c", "import boto3, pytest"],
    command: ["python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "pytest"],
  },
  { name: "aws-cli", probe: ["aws", "--version"], command: ["bash", "aws-cli/test-identity.sh"] },
];

// No settings of the machine: a guide must not find another account, and nothing may leave the machine.
const { PATH = "", HOME = "" } = process.env;
const env = {
  PATH: `${fileURLToPath(new URL("../../node_modules/.bin", import.meta.url))}:${PATH}`,
  HOME,
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  PYTHONDONTWRITEBYTECODE: "1",
  STS_MOCK: `${process.execPath} ${mock}`,
  STS_MOCK_COMMAND: JSON.stringify([process.execPath, mock]),
};

function run([program, ...parameters]: Guide["command"], stdio: "inherit" | "ignore"): boolean {
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  return spawnSync(program, parameters, { cwd, env, stdio, timeout: 120_000 }).status === 0;
}

let passed = 0;
let failed = 0;
for (const { name, probe, command } of guides) {
  if (!run(probe, "ignore")) {
    console.log(`${name}: skipped, because \`${probe.join(" ")}\` fails here`);
    continue;
  }
  const isGood = run(command, "inherit");
  console.log(`${name}: ${isGood ? "passed" : "FAILED"}`);
  if (isGood) passed += 1;
  else failed += 1;
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
