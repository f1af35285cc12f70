import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromIni, readSharedConfig } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-config-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function read(files: { config?: string; credentials?: string }) {
  const configFilepath = join(home, "config");
  const filepath = join(home, "credentials");
  if (files.config !== undefined) await writeFile(configFilepath, files.config);
  if (files.credentials !== undefined) await writeFile(filepath, files.credentials);
  return readSharedConfig({ configFilepath, filepath, env: {} });
}

describe("readSharedConfig", () => {
  it("finds profiles under their prefix in the configuration file and bare in the credentials file", async () => {
    const { profiles } = await read({
      config:
        "[default]\nregion = eu-west-1\n[profile dev]\nregion = eu-west-2\n[stray]\nregion = eu-west-3\n",
      credentials: "[dev]\naws_access_key_id = AKIDEXAMPLE\n",
    });
    expect({ ...profiles }).toEqual({
      default: { region: "eu-west-1" },
      dev: { region: "eu-west-2", aws_access_key_id: "AKIDEXAMPLE" },
    });
  });

  it("prefers the credentials file where both have a property", async () => {
    const { profiles } = await read({
      config: "[profile dev]\nrole_arn = from-config\nregion = eu-west-1",
      credentials: "[dev]\nrole_arn = from-credentials",
    });
    expect(profiles["dev"]).toEqual({ role_arn: "from-credentials", region: "eu-west-1" });
  });

  it("takes # and ; for a comment only at the start of a word", async () => {
    const { profiles } = await read({
      credentials: "# one\n; two\n[default] ; three\naws_secret_access_key = ab#c;d # four\n  ; five\n",
    });
    expect(profiles["default"]).toEqual({ aws_secret_access_key: "ab#c;d" });
  });

  it("keeps quotes, equals signs and dots of a value", async () => {
    const { profiles } = await read({ config: '[profile a.b]\ncredential_process = "my tool" --x=1\n' });
    expect(profiles["a.b"]).toEqual({ credential_process: '"my tool" --x=1' });
  });

  it("reads nested blocks, services sections and sessions", async () => {
    const config = await read({
      config: [
        "[profile dev]",
        "services = local",
        "s3 =",
        "  max_concurrent_requests = 20",
        "region = eu-west-1",
        "[services local]",
        "sts =",
        "  endpoint_url = http://127.0.0.1:4566",
        "[sso-session corp]",
        "sso_region = eu-west-1",
      ].join("\r\n"),
    });
    expect(config.profiles["dev"]).toEqual({
      services: "local",
      "s3.max_concurrent_requests": "20",
      region: "eu-west-1",
    });
    expect(config.services["local"]).toEqual({ "sts.endpoint_url": "http://127.0.0.1:4566" });
    expect(config.ssoSessions["corp"]).toEqual({ sso_region: "eu-west-1" });
  });

  it("joins a continued value as the AWS CLI does", async () => {
    const { profiles } = await read({ config: "[default]\ncredential_process = tool\n  --json\n" });
    expect(profiles["default"]).toEqual({ credential_process: "tool\n--json" });
  });

  it("accepts a byte order mark and profile names in quotes with spaces", async () => {
    const { profiles } = await read({ config: '\uFEFF[profile "my team"]\nregion = eu-west-1' });
    expect(profiles["my team"]).toEqual({ region: "eu-west-1" });
  });

  it("treats names of object members as ordinary names", async () => {
    const { profiles } = await read({ credentials: "[constructor]\n__proto__ = x\n" });
    expect(Object.keys(profiles)).toEqual(["constructor"]);
    expect(profiles["toString"]).toBeUndefined();
  });

  it.each([
    ["[default]\nregion eu-west-1 SECRET\n", 2, "expected name = value"],
    ["\n[default\n", 2, "closing ]"],
    ["[default]\n[dev\n", 2, "closing ]"],
    ["region = eu-west-1\n", 1, "before the first section"],
    ["[default]\n\n= x\n", 3, "expected name = value"],
  ])("says file and line of %j", async (config, line, reason) => {
    const failure = read({ config });
    await expect(failure).rejects.toMatchObject({
      name: "CredentialsProviderError",
      code: "ERR_CONFIG_MALFORMED",
      file: join(home, "config"),
      line,
    });
    await expect(failure).rejects.toThrow(reason);
    await expect(failure).rejects.not.toThrow("SECRET");
  });

  it("takes missing files for empty ones", async () => {
    const { files, profiles } = await read({});
    expect(Object.keys(profiles)).toEqual([]);
    expect(files.map(({ exists }) => exists)).toEqual([false, false]);
  });

  it("finds the files through the variables and expands ~", async () => {
    await mkdir(join(home, "x"));
    await writeFile(join(home, "x", "cfg"), "[profile dev]\nregion = eu-west-1");
    const { profiles, files } = await readSharedConfig({ env: { HOME: home, AWS_CONFIG_FILE: "~/x/cfg" } });
    expect(profiles["dev"]).toEqual({ region: "eu-west-1" });
    expect(files[1]?.path).toBe(join(home, ".aws", "credentials"));
  });

  it("notes an unreadable file, and providers report it with its cause", async () => {
    const configFilepath = join(home, "config");
    const filepath = join(home, "credentials");
    // A folder cannot be read as a file by anyone, root included.
    await mkdir(filepath);
    await writeFile(configFilepath, "[default]\nregion = eu-west-1");
    await chmod(configFilepath, 0o600);
    const { files, profiles } = await readSharedConfig({ configFilepath, filepath, env: {} });
    expect(profiles["default"]).toEqual({ region: "eu-west-1" });
    expect(files[1]?.problem?.code).toBe("ERR_CONFIG_UNREADABLE");
    await expect(fromIni({ configFilepath, filepath, env: {} })()).rejects.toMatchObject({
      code: "ERR_CONFIG_UNREADABLE",
      file: filepath,
      cause: { code: "EISDIR" },
    });
  });
});
