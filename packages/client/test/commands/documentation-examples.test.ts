import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { operations } from "@org/sts-protocol";
import { expect, test } from "vitest";

// Inside the package, so that `@org/sts-client` means the package itself.
const folder = join(import.meta.dirname, "../../.tsbuild/documentation-examples");
const commands = join(
  dirname(createRequire(import.meta.url).resolve("@aws-sdk/client-sts")),
  "../dist-types/commands",
);

/** The programs in the AWS SDK's documentation of a command. */
function examplesOf(file: string): string[] {
  const blocks = [...readFileSync(join(commands, file), "utf8").matchAll(/```javascript\n([^]*?)```/g)].map(
    ([, block = ""]) => block.replaceAll(/^ \* ?/gm, "").replaceAll(String.raw`*\/`, "*/"),
  );
  const imports = blocks[0]?.match(/^import .*$/gm)?.join("\n") ?? "";
  return blocks.map((block) =>
    block.includes("import ") ? block : `${imports}\nconst client = new STSClient({});\n${block}`,
  );
}

/** Compiles programs strictly and lists what is wrong with each, as `file(line,column)`. */
function compile(name: string, programs: ReadonlyMap<string, string>): string[] {
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  for (const [file, text] of programs) writeFileSync(join(target, file), text);
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    module: "nodenext",
    target: "es2022",
    lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"],
    types: [],
    noEmit: true,
  };
  writeFileSync(join(target, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.mts"] }));
  const compiler = join(import.meta.dirname, "../../../../node_modules/.bin/tsc");
  try {
    execFileSync(compiler, ["-p", target], { encoding: "utf8" });
    return [];
  } catch (error) {
    const output = error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
    return output.match(/[\w-]+\.mts\(\d+,\d+\)/g) ?? [output];
  }
}

test(
  "the examples in the AWS SDK's documentation compile with only the import changed",
  { timeout: 120_000 },
  () => {
    rmSync(folder, { recursive: true, force: true });
    const files = readdirSync(commands).filter((file) => file.endsWith("Command.d.ts"));
    const theirs = new Map(
      files.flatMap((file) =>
        examplesOf(file).map(
          (text, index) => [`${file.replace("Command.d.ts", "")}-${index}.mts`, text] as const,
        ),
      ),
    );
    const documented = new Set([...theirs.keys()].map((name) => name.split("-")[0]));
    expect(operations.filter(({ name }) => !documented.has(name))).toEqual([]);

    const own = new Map<string, string>(
      [...theirs].map(([name, text]) => [name, text.replaceAll("@aws-sdk/client-sts", "@org/sts-client")]),
    );
    expect([...own.values()].every((text) => text.includes('"@org/sts-client"'))).toBe(true);
    // A misspelled member, to see that errors would be found.
    const mistake = "\nclient.send(new GetSessionTokenCommand({ durationSeconds: 1 }));\n";
    own.set("GetSessionToken-mistake.mts", `${own.get("GetSessionToken-0.mts")}${mistake}`);

    const found = compile("own", own);
    expect(found.filter((error) => error.startsWith("GetSessionToken-mistake"))).toHaveLength(1);
    // One example writes a choice between two values as `"a" || "b"`, which does not compile with the AWS SDK either.
    expect(found.filter((error) => !error.startsWith("GetSessionToken-mistake"))).toEqual(
      compile("aws", theirs),
    );
  },
);
