import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromIni } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { acceptingService } from "../../support/accepting-service.ts";

const SERIAL = "arn:aws:iam::123456789012:mfa/me";
const keys = (id: string, secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY") =>
  `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`;
const FIRST = "AKIAIOSFODNN7EXAMPLE";
const SECOND = "AKIAI44QH8DHBEXAMPLE";
const arn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-profile-sessions-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** One `fromIni` over a file that changes, and how many sessions it asked STS for. */
function profile(name = "p") {
  const { sent, clock, send } = acceptingService();
  const configFilepath = join(home, "config");
  let code = 100_000;
  const get = (profileName: string) =>
    fromIni({
      profile: profileName,
      configFilepath,
      filepath: join(home, "none"),
      env: {},
      clientConfig: { region: "eu-west-1", fetch: send, now: () => clock.now },
      now: () => clock.now,
      mfaCodeProvider: async () => String(++code),
    });
  const provider = get(name);
  return {
    sent,
    clock,
    together: async (callers: number) => {
      const all = await Promise.all(Array.from({ length: callers }, () => provider()));
      return all.map(({ accessKeyId }) => accessKeyId);
    },
    asked: async (text: string) => {
      await writeFile(configFilepath, text);
      const { accessKeyId } = await provider();
      return { accessKeyId, requests: sent.length };
    },
  };
}

// A session is made with the first text. What is written then either ends it or leaves it as it is.
const base = `[profile base]\n${keys(FIRST)}`;
const role = `[profile p]\nrole_arn = ${arn("one")}\nsource_profile = base\n`;
const selfSourced = `[profile p]\n${keys(FIRST)}role_arn = ${arn("one")}\nsource_profile = p\n`;
const chain = `${base}[profile middle]\nrole_arn = ${arn("middle")}\nsource_profile = base\n${role.replace("= base", "= middle")}`;
const device = `[profile p]\n${keys(FIRST)}mfa_serial = ${SERIAL}\n`;
const roleWithDevice = `${base}${role}mfa_serial = ${SERIAL}\n`;

const texts: [name: string, first: string, changes: [change: string, text: string, ends: boolean][]][] = [
  [
    "a role over a profile",
    base + role,
    [
      ["nothing", base + role, false],
      ["a comment", `# new\n${base}${role}\n; new\n`, false],
      ["the order of the profiles", role + base, false],
      ["blanks", (base + role).replaceAll(" = ", "="), false],
      ["another profile", `${base}${role}[profile other]\nregion = us-east-1\n`, false],
      ["the region of its source", `${base}region = us-east-1\n${role}`, false],
      ["the keys of its source", `[profile base]\n${keys(SECOND)}${role}`, true],
      ["its role", base + role.replace("/one", "/two"), true],
      [
        "its source to one with other keys",
        `${base}[profile b]\n${keys(SECOND)}${role.replace("= base", "= b")}`,
        true,
      ],
      ["its session name", `${base}${role}role_session_name = me\n`, true],
      ["its external id", `${base}${role}external_id = shared\n`, true],
      ["its duration", `${base}${role}duration_seconds = 900\n`, true],
      ["its region", `${base}${role}region = us-east-1\n`, true],
      ["its device", `${base}${role}mfa_serial = ${SERIAL}\n`, true],
    ],
  ],
  [
    "a role over the profile's own keys",
    selfSourced,
    [
      ["a comment", `# new\n${selfSourced}`, false],
      ["another profile", `${selfSourced}[profile other]\n${keys(SECOND)}`, false],
      ["its own keys", selfSourced.replace(FIRST, SECOND), true],
      ["its own secret alone", selfSourced.replace("wJalr", "xJalr"), true],
      ["its role", selfSourced.replace("/one", "/two"), true],
    ],
  ],
  [
    "a role over a role",
    chain,
    [
      ["the region of the role below", chain.replace("/middle\n", "/middle\nregion = us-east-1\n"), false],
      ["the output of the role below", chain.replace("/middle\n", "/middle\noutput = text\n"), false],
      ["its external id", `${chain}external_id = shared\n`, true],
    ],
  ],
  [
    "an MFA session of the profile's own keys",
    device,
    [
      ["a comment", `# new\n${device}`, false],
      ["another profile", `${device}[profile other]\n${keys(SECOND)}`, false],
      ["its own keys", device.replace(FIRST, SECOND), true],
      ["its own secret alone", device.replace("wJalr", "xJalr"), true],
      ["its device", device.replace("mfa/me", "mfa/new"), true],
      ["its duration", `${device}duration_seconds = 900\n`, true],
    ],
  ],
  [
    "a role that asks for a code",
    roleWithDevice,
    [
      ["another profile", `${roleWithDevice}[profile other]\n${keys(SECOND)}`, false],
      ["its device", roleWithDevice.replace("mfa/me", "mfa/new"), true],
      ["the keys of its source", roleWithDevice.replace(FIRST, SECOND), true],
    ],
  ],
];

describe.each(texts)("the session of %s", (_name, first, changes) => {
  const rows = changes.map(([change, text, ends]) => ({ change, text, ends, verb: ends ? "ends" : "stays" }));
  test.each(rows)("the session of a profile $verb when what changes is $change", async ({ text, ends }) => {
    const { asked } = profile();
    const before = await asked(first);
    expect(await asked(first)).toEqual(before);
    const after = await asked(text);
    expect(after.requests - before.requests).toBe(ends ? 1 : 0);
    expect(after.accessKeyId === before.accessKeyId).toBe(!ends);
    expect(await asked(text)).toEqual(after);
  });
});

describe.each([
  ["a role", ""],
  ["a role that asks for a code", `mfa_serial = ${SERIAL}\n`],
])("%s over a credential process, whose keys are others each time,", (_name, line) => {
  const process = `credential_process = node -p "JSON.stringify({Version:1,AccessKeyId:'ASIA'+process.pid,SecretAccessKey:'x',SessionToken:'t',Expiration:'2999-01-01T00:00:00Z'})"\n`;
  const text = `[profile company]\n${process}[profile p]\nrole_arn = ${arn("one")}\nsource_profile = company\n${line}`;

  test("a role over keys that are others each time is assumed once per life, by one caller after the other", async () => {
    const { asked } = profile();
    const first = await asked(text);
    for (let use = 0; use < 3; use += 1) expect(await asked(text)).toEqual(first);
    expect(first.requests).toBe(1);
  });

  test("a role over keys that are others each time is assumed once per life, by callers of one moment", async () => {
    const { asked, together, sent, clock } = profile();
    await asked(text);
    clock.now += 43_200_000;
    expect(new Set(await together(5)).size).toBe(1);
    expect(sent).toHaveLength(2);
  });
});

test("the sessions of a chain of roles end with the text of the inner role, and not with that of others", async () => {
  const { asked, sent } = profile();
  expect((await asked(chain)).requests).toBe(2);
  expect((await asked(`${chain}[profile other]\nregion = us-east-1\n`)).requests).toBe(2);
  expect((await asked(chain.replace("/middle", "/center"))).requests).toBe(4);
  expect(sent.map(({ input }) => input["RoleArn"])).toEqual(
    ["middle", "one", "center", "one"].map((name) => arn(name)),
  );
});

test("the sessions of a chain of roles leave the inner session when the outer role's text changes", async () => {
  const { asked, sent } = profile();
  await asked(chain);
  await asked(chain.replace("/one", "/two"));
  expect(sent.map(({ input }) => input["RoleArn"])).toEqual(
    ["middle", "one", "two"].map((name) => arn(name)),
  );
});

test("a session that ended with its profile's text does not come back with it", async () => {
  const { asked } = profile();
  const first = await asked(base + role);
  await asked(base + role.replace("/one", "/two"));
  const again = await asked(base + role);
  expect([again.requests, again.accessKeyId === first.accessKeyId]).toEqual([3, false]);
});

test("the session of a source ends only with the text of that source, whatever its name begins with", async () => {
  const { asked, sent } = profile("pp");
  // The names begin alike: none of them is another.
  const text = (one: string, two: string) =>
    `${base}[profile p]\nrole_arn = ${arn(one)}\nsource_profile = base\n` +
    `[profile pp]\nrole_arn = ${arn(two)}\nsource_profile = p\n`;
  await asked(text("one", "two"));
  await asked(text("one", "three"));
  await asked(text("one", "three"));
  expect(sent.map(({ input }) => input["RoleArn"])).toEqual(["one", "two", "three"].map((name) => arn(name)));
});

test.each([
  ["with other keys", keys(SECOND), SECOND],
  ["with another secret", keys(FIRST, "another"), FIRST],
])("a profile of keys is read anew at each call: %s", async (_name, text, accessKeyId) => {
  const { asked } = profile();
  expect(await asked(`[profile p]\n${keys(FIRST)}`)).toEqual({ accessKeyId: FIRST, requests: 0 });
  expect(await asked(`[profile p]\n${text}`)).toEqual({ accessKeyId, requests: 0 });
});
