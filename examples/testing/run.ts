// Runs each folder as the project that it shows, and ends with a line `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import { installPacked, makeTemporaryFolder, ROOT } from "../../tools/portable/install-packed.ts";

const HERE = import.meta.dirname;
const RUNNERS = join(ROOT, "tools/test-runners/node_modules");
const MOCK = join(HERE, "node_modules/@org/sts-mock/dist/adapters/cli.js");
const JEST = "node_modules/jest/bin/jest.js";
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const DEBIAN_GO = "/usr/share/gocode";

type Command = readonly [string, ...string[]];

interface Guide {
  readonly name: string;
  /** A command that succeeds where the guide's program is installed. */
  readonly probe: Command;
  readonly command: Command;
  /** Settings besides those of all guides. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * For a folder with a manifest: it is copied away from the repository, with the packages as a release would have them and
   * the dependencies of its manifest, some in another version.
   */
  readonly project?: { readonly folder: string; readonly versions?: Readonly<Record<string, string>> };
}

const node = (version: 20 | 24): string => join(RUNNERS, `node${version}/bin/node`);
const runnable = (program: string): Command => [program, "--version"];

const guides: readonly Guide[] = [
  { name: "vitest", probe: ["vitest", "--version"], command: ["vitest", "run", "--root", "vitest"] },
  {
    name: "node-test",
    probe: [process.execPath, "--version"],
    command: [process.execPath, "--test", "node-test/"],
  },
  ...([20, 24] as const).flatMap((version): Guide[] => [
    {
      name: `jest-commonjs on Node.js ${version}`,
      probe: runnable(node(version)),
      command: [node(version), JEST, "--no-cache"],
      project: { folder: "jest-commonjs" },
    },
    {
      name: `jest-esm on Node.js ${version}`,
      probe: runnable(node(version)),
      command: [node(version), JEST, "--no-cache"],
      env: { NODE_OPTIONS: "--experimental-vm-modules" },
      // msw 3 needs Node.js 22.
      project: { folder: "jest-esm", ...(version === 20 && { versions: { msw: "2.15.0" } }) },
    },
  ]),
  {
    name: "bun",
    probe: runnable(join(RUNNERS, ".bin/bun")),
    command: [join(RUNNERS, ".bin/bun"), "test"],
    project: { folder: "bun" },
  },
  {
    name: "playwright",
    probe: runnable(CHROMIUM),
    env: { CHROMIUM },
    command: [process.execPath, "node_modules/@playwright/test/cli.js", "test"],
    project: { folder: "playwright" },
  },
  {
    name: "pytest",
    probe: ["python3", "-c", "import boto3, pytest"],
    command: ["python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "pytest"],
  },
  {
    name: "go",
    probe: ["go", "list", "github.com/aws/aws-sdk-go-v2/service/sts"],
    command: ["go", "test", "./go"],
    // The SDK as it is installed, such as by Debian's golang-github-aws-aws-sdk-go-v2-dev, without a module proxy.
    env: { GO111MODULE: "off", GOPATH: [process.env["GOPATH"], DEBIAN_GO].filter(Boolean).join(":") },
  },
  { name: "aws-cli", probe: ["aws", "--version"], command: ["bash", "aws-cli/test-identity.sh"] },
];

// No settings of the machine, so that a guide cannot find another account; and a proxy that is not there, so that a program
// which asks the real STS fails on every machine.
const { PATH = "", HOME = "" } = process.env;
const NOWHERE = "http://127.0.0.1:9";
const env = {
  PATH: `${join(ROOT, "node_modules/.bin")}:${PATH}`,
  HOME,
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  PYTHONDONTWRITEBYTECODE: "1",
  STS_MOCK: `${process.execPath} ${MOCK}`,
  STS_MOCK_COMMAND: JSON.stringify([process.execPath, MOCK]),
  HTTP_PROXY: NOWHERE,
  HTTPS_PROXY: NOWHERE,
  NO_PROXY: "127.0.0.1,localhost",
};

function run(
  guide: Guide,
  [program, ...parameters]: Command,
  stdio: "inherit" | "ignore",
  cwd = HERE,
): boolean {
  const options = { cwd, env: { ...env, ...guide.env }, stdio, timeout: 180_000 } as const;
  return spawnSync(program, parameters, options).status === 0;
}

/**
 * Lays a folder out as its users have it, and returns where. `packed` has our packages installed.
 *
 * @throws Error when `tools/test-runners` has no package in the version that the manifest names.
 */
function layOut({ folder, versions = {} }: NonNullable<Guide["project"]>, packed: string): string {
  const place = makeTemporaryFolder(folder);
  const modules = join(place, "node_modules");
  cpSync(join(HERE, folder), place, { recursive: true });
  cpSync(join(packed, "node_modules"), modules, { recursive: true });
  const manifest = readManifest(place);
  for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    if (name.startsWith("@org/")) continue;
    const version = versions[name] ?? range;
    const [major = ""] = version.split(".");
    const installed = [name, `${name}-${major}`]
      .map((own) => join(RUNNERS, own))
      .find((path) => existsSync(path));
    if (installed === undefined || readManifest(installed).version !== version) {
      throw new Error(
        `${folder}/package.json wants ${name} ${version}, which tools/test-runners does not have`,
      );
    }
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(installed, join(modules, name));
  }
  return place;
}

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

function runProject(guide: Guide, packed: string): boolean {
  if (guide.project === undefined) return run(guide, guide.command, "inherit");
  const place = layOut(guide.project, packed);
  try {
    return run(guide, guide.command, "inherit", place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** `node run.ts jest` runs the guides whose names begin so. */
const wanted = guides.filter(({ name }) => name.startsWith(process.argv[2] ?? ""));
const packed = makeTemporaryFolder("packed");
let passed = 0;
let failed = 0;
try {
  if (wanted.some(({ project }) => project !== undefined)) {
    const installed = spawnSync("pnpm", ["-C", dirname(RUNNERS), "install", "--frozen-lockfile"], {
      stdio: "inherit",
    });
    if (installed.status !== 0) throw new Error("tools/test-runners could not be installed");
    installPacked(packed);
  }
  for (const guide of wanted) {
    if (!run(guide, guide.probe, "ignore")) {
      console.log(`${guide.name}: skipped, because \`${guide.probe.join(" ")}\` fails here`);
      continue;
    }
    const isGood = runProject(guide, packed);
    console.log(`${guide.name}: ${isGood ? "passed" : "FAILED"}`);
    if (isGood) passed += 1;
    else failed += 1;
  }
} finally {
  rmSync(packed, { recursive: true, force: true });
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
