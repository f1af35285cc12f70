import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, expect, test } from "vitest";

const PACKAGE = join(import.meta.dirname, "../..");

// A copy of the package in a folder where its dependency is installed and the optional peer is not.
let folder: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "sts-signer-without-peer-")));
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "@org/sts-signer"), { recursive: true });
  await mkdir(join(modules, "@aws-crypto"), { recursive: true });
  for (const part of ["package.json", "dist"])
    await cp(join(PACKAGE, part), join(modules, "@org/sts-signer", part), { recursive: true });
  const hash = createRequire(join(PACKAGE, "package.json")).resolve(
    "@aws-crypto/sha256-universal/package.json",
  );
  await symlink(dirname(hash), join(modules, "@aws-crypto/sha256-universal"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a module in that folder and returns the JSON it prints. */
async function run(source: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", source], {
    cwd: folder,
  });
  return JSON.parse(stdout);
}

const SETUP = `
  const request = { method: "GET", hostname: "sts.eu-west-1.amazonaws.com", path: "/", headers: {} };
  const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "MARKED" };
`;

test.each(["signRequestV4a", "presignRequestV4a"])(
  "%s without @noble/curves says what to install, and nothing secret",
  async (name) => {
    const error = await run(`
      import { ${name} as sign, SignerError } from "@org/sts-signer/sigv4a";
      ${SETUP}
      try {
        await sign(request, { credentials, regionSet: "*", service: "sts" });
        console.log('"signed"');
      } catch (error) {
        const { code, message } = error;
        console.log(JSON.stringify({ isOurs: error instanceof SignerError, code, message, stack: error.stack }));
      }
    `);
    expect(error).toMatchObject({
      isOurs: true,
      code: "ERR_PEER_MISSING",
      message: "SigV4a needs the package @noble/curves: npm install @noble/curves@2",
    });
    expect(JSON.stringify(error)).not.toContain("MARKED");
  },
);

test("Signature Version 4 needs no optional package", async () => {
  const signed = await run(`
    import { signRequest } from "@org/sts-signer";
    ${SETUP}
    const { headers } = await signRequest(request, { credentials });
    console.log(JSON.stringify(headers));
  `);
  expect(signed).toMatchObject({ authorization: expect.stringContaining("/eu-west-1/sts/aws4_request") });
});

test("the advice installs a version that the package accepts", async () => {
  const { peerDependencies, peerDependenciesMeta } = createRequire(import.meta.url)(
    join(PACKAGE, "package.json"),
  );
  expect(peerDependencies["@noble/curves"]).toMatch(/^\^2\./);
  expect(peerDependenciesMeta["@noble/curves"]).toEqual({ optional: true });
});
