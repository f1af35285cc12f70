import { createRequire } from "node:module";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { defaultCredentials } from "@org/sts-client/credentials";
import { fromIni } from "@org/sts-client/credentials/node";
import { createFakeSts, createTestIssuer } from "@org/sts-mock";
import type { FakeSts } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

// Its ES modules name files without extension, which only bundlers accept.
const { fromIni: awsFromIni, fromNodeProviderChain } = createRequire(import.meta.url)(
  "@aws-sdk/credential-providers",
) as typeof import("@aws-sdk/credential-providers");

// Files are generated, both providers read them, and both speak to the same strict STS. Intended differences, left
// out here and tested elsewhere: a line that makes no sense is an error, not skipped; an unreadable file is an
// error; half of a key pair is an error, whatever else the profile names; a profile that is selected and broken stops the chain; sso_* and login_session profiles name the key; a
// profile without role_arn that has both credential_source and source_profile is refused; duration_seconds that is
// not a number is refused before the call; a plain profile with mfa_serial becomes an MFA session when a code can
// be had.
const runs = Number(process.env["STS_TEST_RUNS"] ?? 500);

const users = ["alice", "bob"].map((name, index) => ({
  name,
  accessKeys: [
    {
      accessKeyId: `AKIA${name.toUpperCase()}EXAMPLE${index}`.padEnd(20, "X"),
      secretAccessKey: `${name}/secret+key=`,
    },
  ],
  mfaDevices: [{ serialNumber: `arn:aws:iam::123456789012:mfa/${name}`, secret: "JBSWY3DPEHPK3PXP" }],
}));
const names = ["default", "a", "b", "c", "d.e", "f-g"];
const roles = ["one", "two", "three"];

let home = "";
let token = "";
let fake: FakeSts;
let server: Awaited<ReturnType<typeof startStsServer>>;
// What a key stands for: how it came about, without the parts that are made up anew at each call.
const meanings = new Map<string, string>();

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-differential-"));
  const issuer = await createTestIssuer();
  token = join(home, "token");
  await writeFile(token, await issuer.issueToken());
  fake = createFakeSts({
    users,
    oidcProviders: [issuer.provider],
    roles: roles.map((name) => ({
      name,
      trustPolicy: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "sts:AssumeRole" },
          {
            Effect: "Allow",
            Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/oidc.example.com" },
            Action: "sts:AssumeRoleWithWebIdentity",
          },
        ],
      },
    })),
  });
  const respond: FakeSts["respond"] = async (request) => {
    const result = await fake.respond(request);
    const call = fake.calls().at(-1);
    const issued = /<AccessKeyId>(\w+)</.exec(result.body)?.[1];
    if (issued && call) {
      const { RoleSessionName, DurationSeconds = 3600, WebIdentityToken: _, ...input } = call.reveal();
      const session = /^(?:aws-sdk-js|sts-client)-/.test(String(RoleSessionName))
        ? "made up"
        : RoleSessionName;
      const by =
        call.accessKeyId === undefined ? "nobody" : (meanings.get(call.accessKeyId) ?? call.accessKeyId);
      meanings.set(issued, JSON.stringify([call.operation, input, DurationSeconds, session, by]));
    }
    return result;
  };
  server = await startStsServer({ sts: { ...fake, respond } });
});
afterAll(async () => {
  await server.close();
  await rm(home, { recursive: true, force: true });
});

const keys = fc.constantFrom(
  ...users.map(({ accessKeys: [key] }) => ({
    aws_access_key_id: key?.accessKeyId,
    aws_secret_access_key: key?.secretAccessKey,
  })),
  { aws_access_key_id: "AKIAUNKNOWNEXAMPLE00", aws_secret_access_key: "unknown" },
);
const roleArns = fc.constantFrom(...roles, "missing").map((name) => `arn:aws:iam::123456789012:role/${name}`);
const maybe = <T>(value: fc.Arbitrary<T>, freq = 2) => fc.option(value, { nil: undefined, freq });

const staticProfile = fc
  .tuple(
    keys,
    fc.record({
      aws_account_id: maybe(fc.constant("123456789012")),
      aws_session_token: maybe(fc.constant("token"), 1),
    }),
  )
  .map(([key, more]) => Object.assign({}, key, more));
const roleProfile = fc.record({
  role_arn: roleArns,
  source_profile: maybe(fc.constantFrom(...names, "missing"), 5),
  credential_source: maybe(fc.constantFrom("Environment", "Moon"), 1),
  role_session_name: maybe(fc.constantFrom("me", "some.one@example")),
  external_id: maybe(fc.constant("shared")),
  duration_seconds: maybe(fc.constantFrom("900", "1800", "60")),
  region: maybe(fc.constantFrom("eu-west-1", "us-west-2")),
});
const webProfile = fc.record({
  role_arn: maybe(roleArns, 5),
  web_identity_token_file: fc.constantFrom("TOKEN", "/does/not/exist"),
  role_session_name: maybe(fc.constant("web")),
});
const processProfile = fc.record({
  credential_process: fc.constantFrom(
    `echo '{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"x"}'`,
    `echo '{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"x","SessionToken":"t","Expiration":"2999-01-01T00:00:00Z","AccountId":"123456789012"}'`,
    `echo '{"Version":2,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"x"}'`,
    "echo rubbish",
    "exit 1",
  ),
});
const plainProfile = fc.constantFrom(
  { region: "eu-west-1" },
  {},
  { aws_access_key_id: "AKIAHALF" },
  { credential_source: "Environment" },
);
const profile: fc.Arbitrary<Record<string, string | undefined>> = fc.oneof(
  { weight: 5, arbitrary: roleProfile },
  { weight: 4, arbitrary: staticProfile },
  { weight: 1, arbitrary: fc.tuple(roleProfile, staticProfile).map(([a, b]) => Object.assign({}, a, b)) },
  { weight: 2, arbitrary: webProfile },
  { weight: 1, arbitrary: processProfile },
  { weight: 1, arbitrary: plainProfile },
);

// The ways one line can be written without meaning something else.
const noise = fc.constantFrom("", "# a comment", "; another", "   ", "s3 =\n  max_concurrent_requests = 20");
const style = fc.record({
  equals: fc.constantFrom(" = ", "=", "  =\t"),
  after: fc.constantFrom("", " # comment", "  ; comment", "   "),
  noise,
});
const entry = fc.record({
  name: fc.constantFrom(...names),
  section: profile,
  style,
  file: fc.constantFrom("config", "credentials"),
  quote: fc.constantFrom("", '"', "'"),
});
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;
const files = fc.array(entry, { minLength: 1, maxLength: 8 });

function write(entries: Entry[], file: "config" | "credentials", newline: string): string {
  const lines: string[] = [];
  for (const { name, section, style, quote, ...one } of entries) {
    if (one.file !== file) continue;
    lines.push(
      file === "credentials" || name === "default" ? `[${name}]` : `[profile ${quote}${name}${quote}]`,
    );
    lines.push(style.noise);
    for (const [key, value] of Object.entries(section)) {
      if (value !== undefined)
        lines.push(`${key}${style.equals}${value === "TOKEN" ? token : value}${style.after}`);
    }
  }
  return lines.join(newline);
}

interface Outcome {
  readonly keys?: string;
  readonly refused?: string;
}

async function outcomeOf(provider: () => Promise<object>): Promise<Outcome> {
  try {
    const { accessKeyId, secretAccessKey, sessionToken, accountId, credentialScope, expiration } =
      (await provider()) as Record<string, unknown>;
    const meaning = meanings.get(String(accessKeyId));
    return {
      keys: JSON.stringify(
        meaning === undefined
          ? { accessKeyId, secretAccessKey, sessionToken, accountId, credentialScope, expiration }
          : {
              meaning,
              token: typeof sessionToken,
              accountId,
              credentialScope,
              expires: expiration instanceof Date,
            },
      ),
    };
  } catch (error) {
    return { refused: error instanceof Error ? `${error.name}: ${error.message}` : "?" };
  }
}

const environment = {
  AWS_ACCESS_KEY_ID: users[0]?.accessKeys[0]?.accessKeyId ?? "",
  AWS_SECRET_ACCESS_KEY: users[0]?.accessKeys[0]?.secretAccessKey ?? "",
};

async function withEnvironment<T>(
  variables: Record<string, string | undefined>,
  work: () => Promise<T>,
): Promise<T> {
  const before = process.env;
  process.env = {
    PATH: before["PATH"],
    HOME: home,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_REGION: "us-east-1",
    ...variables,
  };
  try {
    return await work();
  } finally {
    process.env = before;
  }
}

let serial = 0;
async function compare(
  entries: Entry[],
  newline: string,
  variables: Record<string, string>,
  pair: (
    paths: { filepath: string; configFilepath: string },
    clientConfig: { endpoint: string; maxAttempts: number },
  ) => readonly [() => Promise<object>, () => Promise<object>],
): Promise<readonly [Outcome, Outcome]> {
  // The AWS SDK keeps what it read of a path for as long as the process lives.
  serial += 1;
  const paths = {
    filepath: join(home, `credentials-${serial}`),
    configFilepath: join(home, `config-${serial}`),
  };
  await writeFile(paths.configFilepath, write(entries, "config", newline));
  await writeFile(paths.filepath, write(entries, "credentials", newline));
  const shared = { AWS_CONFIG_FILE: paths.configFilepath, AWS_SHARED_CREDENTIALS_FILE: paths.filepath };
  return withEnvironment({ ...shared, AWS_ENDPOINT_URL_STS: server.url, ...variables }, async () => {
    const [theirs, ours] = pair(paths, { endpoint: server.url, maxAttempts: 1 });
    return [await outcomeOf(theirs), await outcomeOf(ours)] as const;
  });
}

// Two refusals agree whatever their words; two answers agree when they are the same.
/** Half of a key pair names a source, and ends the search here; the AWS SDK goes on to the next source of the profile. */
function hasHalfAPairBesideAnotherSource(
  entries: readonly { readonly name: string; readonly section: object }[],
): boolean {
  return names.some((name) => {
    const keys = new Set(
      entries.filter((entry) => entry.name === name).flatMap(({ section }) => Object.keys(section)),
    );
    const hasHalf = keys.has("aws_access_key_id") !== keys.has("aws_secret_access_key");
    return hasHalf && keys.size > 1;
  });
}

function check([theirs, ours]: readonly [Outcome, Outcome]): void {
  const agreed = (ours.keys ?? "refused") === (theirs.keys ?? "refused");
  expect({ agreed, theirs, ours }).toMatchObject({ agreed: true });
}

test(`fromIni gives the same credentials as the AWS SDK's or refuses too, for ${runs} generated pairs of files`, async () => {
  let accepted = 0;
  let sessions = 0;
  await fc.assert(
    fc.asyncProperty(
      files,
      fc.constantFrom("\n", "\r\n"),
      fc.constantFrom(...names),
      async (entries, newline, name) => {
        fc.pre(!hasHalfAPairBesideAnotherSource(entries));
        const outcomes = await compare(entries, newline, environment, (paths, clientConfig) => [
          awsFromIni({ ...paths, profile: name, clientConfig }),
          fromIni({ ...paths, profile: name, clientConfig }),
        ]);
        check(outcomes);
        if (outcomes[1].keys !== undefined) accepted += 1;
        if (outcomes[1].keys?.includes("meaning")) sessions += 1;
      },
    ),
    { numRuns: runs },
  );
  // Were nearly everything refused, the property would say little.
  expect(accepted).toBeGreaterThan(runs / 10);
  expect(sessions).toBeGreaterThan(runs / 50);
}, 300_000);

test("the default chain gives the same credentials as the AWS SDK's or refuses too", async () => {
  let accepted = 0;
  let ended = 0;
  const some = Math.max(50, runs / 5);
  const variables = fc.record({
    keys: fc.boolean(),
    web: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(files, variables, async (entries, { keys: hasKeys, web }) => {
      fc.pre(!hasHalfAPairBesideAnotherSource(entries));
      const set = {
        ...(hasKeys && environment),
        ...(web && {
          AWS_WEB_IDENTITY_TOKEN_FILE: token,
          AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/one",
        }),
      };
      const [theirs, ours] = await compare(entries, "\n", set, (paths, clientConfig) => [
        fromNodeProviderChain({ ...paths, clientConfig }),
        defaultCredentials({ ...paths, clientConfig }),
      ]);
      if (ours.refused === undefined || /no credentials found/.test(ours.refused)) {
        check([theirs, ours]);
        accepted += 1;
        return;
      }
      // A profile that is set up and broken ends our chain: another identity is not used in its place. The AWS SDK's
      // provider for that profile alone must refuse it too.
      const alone = await compare(entries, "\n", set, (paths, clientConfig) => [
        awsFromIni({ ...paths, clientConfig }),
        fromIni({ ...paths, clientConfig }),
      ]);
      const refused = { refused: expect.any(String) };
      expect({ alone, ours }).toMatchObject({ alone: [refused, refused] });
      ended += 1;
    }),
    { numRuns: some },
  );
  expect(accepted).toBeGreaterThan(some / 4);
  expect(accepted + ended).toBeGreaterThanOrEqual(some);
}, 300_000);
