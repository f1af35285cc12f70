import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { createFakeSts, type FakeStsState } from "@org/sts-mock";
import { AssumeRole, GetCallerIdentity } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { call, DEMO_ROLE, type Keys } from "../support/call.ts";

/** A fake that runs on what browsers have: it issues a session, and tells whose the given one is. */
const IN_BROWSER_BUILD = `
  import { createFakeSts } from "@org/sts-mock";
  import { call, DEMO_ROLE } from ${JSON.stringify(new URL("../support/call.ts", import.meta.url).href)};
  import { AssumeRole, GetCallerIdentity } from "@org/sts-protocol";
  const { state, keys } = JSON.parse(process.argv[1]);
  const fake = createFakeSts({ state });
  const { Arn } = await call(fake, GetCallerIdentity, {}, { keys });
  const { Credentials } = await call(fake, AssumeRole, { RoleArn: DEMO_ROLE, RoleSessionName: "from-browser" });
  console.log(JSON.stringify({ Arn, Credentials }));
`;

test("a session of a fake on Node.js is known to one in a browser that has its state, and the other way round", async () => {
  const fake = createFakeSts();
  const state = fake.exportState();
  const ours = await issue("from-node", state);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      "--conditions=browser",
      "--input-type=module",
      "--no-warnings",
      "--eval",
      IN_BROWSER_BUILD,
      JSON.stringify({ state, keys: ours }),
    ],
    { cwd: import.meta.dirname },
  );
  const theirs = JSON.parse(stdout) as { Arn: string; Credentials: IssuedByBrowser };
  expect(theirs.Arn).toBe("arn:aws:sts::123456789012:assumed-role/demo/from-node");

  const { AccessKeyId, SecretAccessKey, SessionToken } = theirs.Credentials;
  const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const { Arn } = await call(fake, GetCallerIdentity, {}, { keys });
  expect(Arn).toBe("arn:aws:sts::123456789012:assumed-role/demo/from-browser");
});

test("sessions of any length are read by a fake that starts again with the same state", async () => {
  const state = createFakeSts().exportState();
  for (const length of [0, 2000, 4000]) {
    const keys = await issue("again", state, length);
    expect(keys.sessionToken?.length).toBeGreaterThanOrEqual(length);
    const { Arn } = await call(createFakeSts({ state }), GetCallerIdentity, {}, { keys });
    expect(Arn).toBe("arn:aws:sts::123456789012:assumed-role/demo/again");
  }
});

test("many sessions of one fake, of different lengths, each have their own token and are all read by another", async () => {
  const fake = createFakeSts();
  const tokens = new Map<string, Keys>();
  for (let index = 0; index < 120; index += 1) {
    const input = {
      RoleArn: DEMO_ROLE,
      RoleSessionName: `session-${index}`,
      // Some fill many blocks more.
      ...(index % 10 === 0 && { MinimumSessionTokenSize: 340 * (index / 10) }),
    };
    const { Credentials } = await call(fake, AssumeRole, input);
    tokens.set(Credentials?.SessionToken ?? "", {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    });
  }
  expect(tokens.size).toBe(120);
  const reader = createFakeSts({ state: fake.exportState() });
  let index = 0;
  for (const keys of tokens.values()) {
    const { Arn } = await call(reader, GetCallerIdentity, {}, { keys });
    expect(Arn).toBe(`arn:aws:sts::123456789012:assumed-role/demo/session-${index}`);
    index += 1;
  }
});

test("no two texts are encrypted with the same part of the key stream", async () => {
  const fake = createFakeSts();
  // Few of them are whole blocks.
  const lengths = [1, 15, 16, 17, 400, 7000, 7001, 7002, 3, 6999];
  const sealed = await Promise.all(
    lengths.map((length) => fake.encodeAuthorizationMessage({ text: "x".repeat(length) })),
  );
  const counters = sealed.map((text) => Buffer.from(text, "base64url").subarray(0, 16));
  const starts = counters.map((counter) => counter.readUIntBE(10, 6));
  const used = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
  const around = JSON.stringify({ authorizationMessage: { text: "" } }).length;
  expect(used).toEqual(lengths.slice(0, -1).map((length) => Math.ceil((around + length) / 16)));
});

interface IssuedByBrowser {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
}

async function issue(
  RoleSessionName: string,
  state: FakeStsState,
  MinimumSessionTokenSize?: number,
): Promise<Keys> {
  const input = {
    RoleArn: DEMO_ROLE,
    RoleSessionName,
    ...(MinimumSessionTokenSize && { MinimumSessionTokenSize }),
  };
  const { Credentials } = await call(createFakeSts({ state }), AssumeRole, input);
  return {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
}
