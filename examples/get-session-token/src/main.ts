import { createInterface } from "node:readline/promises";

import { type Credentials, GetSessionTokenCommand, STSClient } from "@org/sts-client";

import { type Arguments, HELP, parseArguments } from "./arguments.ts";
import { type FakeAws, startFakeAws } from "./fake-aws.ts";
import { formatForPeople, formatForPrograms } from "./format-credentials.ts";
import { showWire } from "./show-wire.ts";

// Everything meant for people goes to standard error, so that --format can be piped into another program.
const say = (line: string): void => console.error(line);

async function main(argv: readonly string[]): Promise<void> {
  const options = parseArguments(argv);
  if (options.help) return console.log(HELP);
  const fake = options.aws ? undefined : await startFakeAws();
  try {
    const credentials = await getSession(options, fake);
    if (options.format === "text")
      console.log(`\n${formatForPeople(credentials, { now: new Date(), show: options.show })}\n`);
    else console.log(formatForPrograms(credentials, options.format));
  } finally {
    await fake?.close();
  }
}

async function getSession(options: Arguments, fake: FakeAws | undefined): Promise<Credentials> {
  const serialNumber = options.serialNumber ?? fake?.serialNumber;
  if (fake !== undefined) {
    say(`Fake STS    ${fake.endpoint} (no AWS account needed; --help for more)`);
    say(`Signed by   ${fake.credentials.accessKeyId}, the IAM user "demo"`);
    say(`MFA device  ${fake.serialNumber}`);
  }
  // Without an MFA device, as for an AWS user that has none, no code is asked for.
  const code =
    serialNumber === undefined ? undefined : (options.code ?? (await askForCode(serialNumber, fake)));

  const client = new STSClient({
    ...(fake && { endpoint: fake.endpoint, credentials: fake.credentials, region: "us-east-1" }),
    ...(options.region !== undefined && { region: options.region }),
  });
  showWire(client, say);
  try {
    const { Credentials } = await client.send(
      new GetSessionTokenCommand({
        DurationSeconds: options.durationSeconds,
        SerialNumber: serialNumber,
        TokenCode: code,
      }),
    );
    return Credentials;
  } finally {
    for (const line of fake?.received() ?? []) say(`  fake STS: ${line}`);
    client.destroy();
  }
}

async function askForCode(serialNumber: string, fake: FakeAws | undefined): Promise<string> {
  const shown = await fake?.code();
  if (shown !== undefined) say(`            shows ${shown} now`);
  if (!process.stdin.isTTY) {
    if (shown !== undefined) return shown;
    throw new Error("No terminal to ask for the MFA code: give the code as an argument");
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const suggestion = shown === undefined ? "" : ` (Enter for ${shown})`;
    const answer = await terminal.question(`\nMFA code for ${serialNumber}${suggestion}: `);
    return answer.trim() || (shown ?? "");
  } finally {
    terminal.close();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const { message, hint } = error as { message?: string; hint?: string }; // whatever was thrown, both are only read
  say(`\nFailed: ${message ?? String(error)}`);
  if (hint !== undefined) say(`Hint: ${hint}`);
  process.exitCode = 1;
}
