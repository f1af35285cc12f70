import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { terminalPrompt } from "@org/sts-client/credentials/node";
import { expect, test } from "vitest";

const worker = fileURLToPath(new URL("../../support/prompt-worker.ts", import.meta.url));
const source = process.env["STS_TEST_SOURCE"] === undefined ? "" : "--conditions=@org/source";
// util-linux's script gives a program a terminal of its own.
const hasScript = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

/** Types each text when the one before it in the pair has appeared; returns what is shown in the end. */
async function type(...dialogue: readonly (readonly [shown: string, typed: string])[]): Promise<string> {
  return typeInto(`"${process.execPath}" ${source} "${worker}"`, dialogue);
}

async function typeInto(
  command: string,
  dialogue: readonly (readonly [shown: string, typed: string])[],
): Promise<string> {
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  let shown = "";
  let next = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    shown += chunk.toString("utf8");
    const [awaited, typed] = dialogue[next] ?? [undefined, ""];
    if (awaited === undefined || !shown.includes(awaited)) return;
    next += 1;
    shown = "";
    child.stdin.write(typed);
  });
  await new Promise((resolve) => child.once("close", resolve));
  return /<<(.*)>>/.exec(shown)?.[1] ?? shown;
}

const ENTER = "\r";
const ERASE = "\u007F".repeat(6);

test("terminalPrompt says what to do where there is no terminal", async () => {
  await expect(terminalPrompt()("GAHT12345678")).rejects.toMatchObject({ code: "ERR_MFA_CODE_REQUIRED" });
});

test.skipIf(!hasScript)("terminalPrompt asks again for a code that cannot be right or was used", async () => {
  const outcome = await type(
    ["GAHT12345678", `12${ENTER}`],
    ["Six digits", `${ERASE}111111${ENTER}`],
    ["used already", `${ERASE}222222${ENTER}`],
  );
  expect(outcome).toBe("code 222222");
});

test.skipIf(!hasScript)(
  "terminalPrompt asks on the terminal itself when input, output and error output are piped",
  async () => {
    // As the credential_process of another program.
    const piped = `true | "${process.execPath}" ${source} "${worker}" 2>/dev/null | cat`;
    expect(await typeInto(piped, [["GAHT12345678", `222222${ENTER}`]])).toBe("code 222222");
  },
);

test.skipIf(!hasScript)("terminalPrompt reports a person who gives up", async () => {
  expect(await type(["GAHT12345678", "\u0003"])).toBe("failed ERR_MFA_CODE_REQUIRED");
});
