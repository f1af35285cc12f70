import { fileURLToPath } from "node:url";

import { project } from "../../vitest.shared.ts";

const packageName = process.env["STS_MUTATE_PACKAGE"] ?? "signer";
// Not at the commas of `{one,other}`.
const tests = (process.env["STS_MUTATE_TESTS"] ?? "test/**/*.test.ts").split(/,(?![^{]*\})/);

// Most of them start other processes, servers or compilers: those run the built packages, which are never mutated.
const LEFT_OUT = [
  "packages/client/test/call/browser-user-agent.test.ts",
  "packages/client/test/commands/documentation-examples.test.ts",
  "packages/client/test/credentials/bundle.test.ts",
  "packages/client/test/credentials/cache/aws-cli.test.ts",
  "packages/client/test/credentials/cache/disk-cache-processes.test.ts",
  "packages/client/test/credentials/cache/shared/processes.test.ts",
  "packages/client/test/credentials/cache/shared/redis-trouble.test.ts",
  "packages/client/test/credentials/sessions/mfa-processes.test.ts",
  "packages/client/test/credentials/sessions/terminal-prompt.test.ts",
  "packages/client/test/credentials/sources/sign-in-aws-cli.test.ts",
  "packages/client/test/credentials/sources/sign-in-processes.test.ts",
  "packages/client/test/types/*.test.ts",
  "packages/mock/test/adapters/browser.test.ts",
  "packages/mock/test/adapters/jest.test.ts",
  "packages/mock/test/adapters/load.test.ts",
  "packages/mock/test/clients/*.test.ts",
  "packages/protocol/test/types/*.test.ts",
  // Instrumented code has other steps; and V8's counting of them, which stays on, would slow down every other test.
  "packages/signer/test/proofs/growth.test.ts",
  "packages/signer/test/verify/growth.test.ts",
  "packages/mock/test/fake/growth.test.ts",
  "packages/protocol/test/behaviour/growth*.test.ts",
  "packages/client/test/credentials/files/growth.test.ts",
  // Needs more inputs than there is time for: see RUNS in ../mutate.ts.
  "packages/signer/test/verify/fuzz.test.ts",
  "packages/signer/test/differential/*.test.ts",
  "packages/client/test/differential/*.test.ts",
  "packages/client/test/credentials/sources/sign-in-differential.test.ts",
];

// Not with `extends`, which would add the room's tests to all of the package's.
const shared = project(packageName);

// Not checked by `defineConfig`: its types are those of another copy of vitest than the shared ones.
export default {
  test: {
    projects: [
      {
        ...shared,
        root: `packages/${packageName}`,
        test: {
          ...shared.test,
          include: tests,
          exclude: LEFT_OUT.map((pattern) => `**/${pattern.replace(/^packages\/\w+\//, "")}`),
          // A fourth of the time: modules are loaded once for all files of tests (measured with the signer's).
          isolate: false,
          setupFiles: ["fixed-seed.ts", "load-mutated.ts"].map((file) =>
            fileURLToPath(new URL(file, import.meta.url)),
          ),
        },
      },
    ],
  },
};
