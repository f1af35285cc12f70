// Shows a day with aws-login, against fakes and in a separate home folder.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { startFakeAws } from "./fake-aws.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const fake = await startFakeAws();

async function show(...parameters: string[]): Promise<void> {
  console.log(`\n$ aws-login ${parameters.join(" ")}`);
  const child = spawn(process.execPath, [main, ...parameters], { env: fake.env, stdio: "inherit" });
  await once(child, "exit");
}

await show("whoami", "--profile", "admin", "--code", await fake.code());
await show("whoami", "--profile", "audit"); // no code: the session of the user is still valid
await show("export", "--profile", "audit", "--format", "powershell");
await show("run", "--profile", "admin", "--", "sh", "-c", 'echo "deploying with $AWS_ACCESS_KEY_ID"');
await show("console", "--profile", "admin");
await show("console", "--profile", "me"); // not a role

console.log(
  `\nSTS was asked: ${fake.sts
    .calls()
    .map(({ operation }) => operation)
    .join(", ")}`,
);
await fake.close();
