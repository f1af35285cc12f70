// Publishes the packages to a registry on this machine, installs them one by one as users do, runs and compiles them,
// tests with them in Jest, and rehearses `changeset version`. Ends with `N passed, N failed`.
import { rmSync } from "node:fs";
import { join } from "node:path";

import {
  compileEveryEntry,
  JEST_PACKAGES,
  JEST_PROJECTS,
  runJest,
  SETTINGS,
} from "./check-publish/common-js.ts";
import {
  COMPILERS,
  compile,
  CONSUMERS,
  install,
  type Installation,
  MANAGERS,
  runProgram,
} from "./check-publish/consumers.ts";
import { startRegistry } from "./check-publish/registry.ts";
import { rehearseVersions } from "./check-publish/versions.ts";
import { buildAll, makeTemporaryFolder, ROOT, run } from "./portable/install-packed.ts";

const results = { passed: 0, failed: 0 };

function check(name: string, action: () => Installation | void): void {
  try {
    const installed = action();
    const details = installed
      ? `${String(installed.packages).padStart(4)} packages ${(installed.bytes / 1e6).toFixed(2).padStart(7)} MB ${String(installed.milliseconds).padStart(6)} ms`
      : "";
    console.log(`ok    ${name.padEnd(52)}${details}`);
    results.passed += 1;
  } catch (error) {
    console.log(`FAIL  ${name}\n${error instanceof Error ? error.message : String(error)}`);
    results.failed += 1;
  }
}

async function main(): Promise<void> {
  const folder = makeTemporaryFolder("publish");
  run("pnpm", ["install", "--frozen-lockfile"], join(ROOT, "tools/check-publish"));
  buildAll();
  const registry = await startRegistry(join(folder, "registry"));
  try {
    check("all packages can be published", () => {
      run(
        "pnpm",
        ["publish", "-r", "--no-git-checks", "--registry", registry.url],
        ROOT,
        registry.environment,
      );
    });
    for (const consumer of CONSUMERS) {
      for (const manager of MANAGERS.keys()) {
        const name = `${consumer.packages.join(" ")} (${manager})`;
        check(name, () => {
          const place = join(folder, name.replaceAll(/[^\w]+/g, "-"));
          const installed = install(place, consumer.packages, manager, registry);
          runProgram(place, consumer);
          return installed;
        });
      }
    }
    const everything = ["@org/sts-protocol", "@org/sts-signer", "@org/sts-client", "@org/sts-mock"];
    const consumer = join(folder, "compile");
    install(consumer, [...everything, "msw@2", "@opentelemetry/api@1", "@types/node@20"], "npm", registry);
    for (const compiler of COMPILERS) {
      check(`a consumer compiles with ${compiler}`, () => {
        compile(consumer, compiler);
      });
    }
    for (const setting of SETTINGS) {
      check(`CommonJS finds every entry point with ${setting.compiler}, ${setting.name}`, () => {
        compileEveryEntry(consumer, setting);
      });
    }
    const jest = join(folder, "jest");
    install(jest, ["@org/sts-client", "@org/sts-mock", ...JEST_PACKAGES], "npm", registry);
    for (const project of JEST_PROJECTS.keys()) {
      check(`Jest runs tests in CommonJS, with ${project}`, () => {
        runJest(jest, project);
      });
    }
    check("versions move as the changesets say, each on its own", () => {
      rehearseVersions(join(folder, "versions"));
    });
  } finally {
    registry.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
console.log(`\n${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed === 0 ? 0 : 1;
