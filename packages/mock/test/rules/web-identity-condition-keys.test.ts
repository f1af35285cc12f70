import {
  createClock,
  createFakeSts,
  createTestIssuer,
  type LogEntry,
  type OidcProviderOptions,
  type PolicyStatement,
} from "@org/sts-mock";
import { AssumeRoleWithWebIdentity } from "@org/sts-protocol";
import { describe, expect, test } from "vitest";

import { call } from "../support/call.ts";
import { ACCOUNT, policy, verdict } from "../support/verdict.ts";

type Condition = NonNullable<PolicyStatement["Condition"]>;

const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });
const NOW = clock.now() / 1000;

interface Visit {
  readonly url: string;
  readonly condition?: Condition;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly clientIds?: readonly string[];
  readonly options?: Partial<OidcProviderOptions>;
  /** Names in `Federated`. Default: the ARN of the provider. */
  readonly Federated?: string;
}

/** Sends a token to a role, and gives the verdict or the name and words of another error, with the notes of the log. */
async function visit(visited: Visit): Promise<{ settled: string; words: string; notes: readonly string[] }> {
  const { url, condition = {}, claims = {}, clientIds = ["client"], options = {} } = visited;
  const host = url.replace("https://", "");
  const issuer = await createTestIssuer({ url, clientIds, clock, algorithm: "ES256" });
  const entries: LogEntry[] = [];
  const fake = createFakeSts({
    clock,
    log: (entry) => entries.push(entry),
    oidcProviders: [{ ...issuer.provider, ...options }],
    roles: [
      {
        name: "ci",
        trustPolicy: policy({
          Effect: "Allow",
          Principal: { Federated: visited.Federated ?? `arn:aws:iam::${ACCOUNT}:oidc-provider/${host}` },
          Action: ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
          Condition: condition,
        }),
      },
    ],
  });
  const WebIdentityToken = await issuer.issueToken({ sub: "subject", ...claims });
  const input = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/ci`, RoleSessionName: "test", WebIdentityToken };
  let words = "";
  const settled = await verdict(call(fake, AssumeRoleWithWebIdentity, input)).catch(
    ({ name, message }: Error) => {
      words = message;
      return name;
    },
  );
  return { settled, words, notes: entries.flatMap(({ notes }) => notes) };
}

const GITHUB =
  "actor actor_id enterprise_id environment job_workflow_ref ref repository repository_id repository_owner_id workflow";
const BUILDKITE =
  "build_branch cluster_id cluster_name organization_id organization_slug pipeline_id pipeline_slug";

test.each(
  [
    ["https://gitlab.com", "project_id ref_protected namespace_id user_email pipeline_source"],
    ["https://token.actions.githubusercontent.com", GITHUB],
    ["https://token.actions.githubusercontent.com/octo-enterprise", GITHUB],
    ["https://token.actions.octo.ghe.com", GITHUB],
    ["https://agent.buildkite.com", BUILDKITE],
    ["https://agent.octo.buildkite.dev", BUILDKITE],
    ["https://oidc.circleci.com/org/0000", "oidc.circleci.com/project-id"],
    ["https://idcs-0000.identity.oraclecloud.com", "rpst_id"],
    ["https://cognito-identity.amazonaws.com", "amr"],
  ].flatMap(([url = "", names = ""]) => names.split(" ").map((name) => [name, url] as const)),
)("a claim is a condition key: %s of %s", async (name, url) => {
  const condition = { StringEquals: { [`${url.replace("https://", "")}:${name}`]: "right" } };
  expect((await visit({ url, condition, claims: { [name]: "right" } })).settled).toBe("allowed");
  expect((await visit({ url, condition, claims: { [name]: "wrong" } })).settled).toBe("denied");
});

test("a claim is a condition key: google/organization_number of Google, within the claim google", async () => {
  const url = "https://accounts.google.com";
  const condition = { NumericEquals: { "accounts.google.com:google/organization_number": 7 } };
  expect((await visit({ url, condition, claims: { google: { organization_number: 7 } } })).settled).toBe(
    "allowed",
  );
  expect((await visit({ url, condition, claims: { google: { organization_number: 8 } } })).settled).toBe(
    "denied",
  );
});

test.each([
  ["https://gitlab.com", "project_path"],
  ["https://gitlab.example.com", "project_id"],
  ["https://token.actions.githubusercontent.com", "repository_owner"],
  ["https://accounts.google.com", "email"],
  ["https://oidc.example.com", "azp"],
  ["https://oidc.example.com", "amr"],
  ["https://token.actions.githubusercontent.com.example.com", "ref"],
])("a claim is not a condition key, and the log says so: of %s, %s", async (url, name) => {
  const host = url.replace("https://", "");
  const condition = { StringEquals: { [`${host}:${name}`]: "client" } };
  const { settled, notes } = await visit({ url, condition, claims: { [name]: "client" } });
  expect(settled).toBe("denied");
  expect(notes).toContain(`claim ${name} is no condition key of ${host}; AWS would not see it`);
});

test.each<[string, Condition, readonly string[]]>([
  [
    "a name that the token does not have either",
    { StringEquals: { "oidc.example.com:team": "blue" } },
    ["oidc.example.com:team is no condition key of oidc.example.com; it counts as absent from every token"],
  ],
  [
    "a claim whose name has capitals",
    { StringEquals: { "oidc.example.com:teamName": "blue" } },
    ["claim teamname is no condition key of oidc.example.com; AWS would not see it"],
  ],
  [
    "a claim and another name",
    { StringEquals: { "oidc.example.com:teamName": "blue", "oidc.example.com:team": "blue" } },
    [
      "claim teamname is no condition key of oidc.example.com; AWS would not see it",
      "oidc.example.com:team is no condition key of oidc.example.com; it counts as absent from every token",
    ],
  ],
  ["condition keys of the provider", { StringEquals: { "oidc.example.com:sub": "other" } }, []],
  ["another provider's name of the same length", { StringEquals: { "oidc.example.net:team": "blue" } }, []],
])("the log tells what a trust policy asks for in vain: %s", async (_case, condition, expected) => {
  const url = "https://oidc.example.com";
  const { settled, notes } = await visit({ url, condition, claims: { teamName: "blue" } });
  expect(settled).toBe("denied");
  expect(notes.filter((note) => note.includes("no condition key"))).toEqual(expected);
});

test.each<[string, string, Readonly<Record<string, unknown>>, Condition]>([
  ["a boolean", "gitlab.com", { ref_protected: true }, { Bool: { "gitlab.com:ref_protected": true } }],
  ["false", "gitlab.com", { ref_protected: false }, { Bool: { "gitlab.com:ref_protected": false } }],
  ["a number", "gitlab.com", { project_id: 7 }, { NumericEquals: { "gitlab.com:project_id": 7 } }],
  [
    "a list",
    "cognito-identity.amazonaws.com",
    { amr: ["authenticated", 7] },
    { "ForAllValues:StringEquals": { "cognito-identity.amazonaws.com:amr": ["authenticated", "7"] } },
  ],
  [
    "the second item of a list",
    "cognito-identity.amazonaws.com",
    { amr: ["authenticated", "7"] },
    { "ForAnyValue:StringEquals": { "cognito-identity.amazonaws.com:amr": "7" } },
  ],
  [
    "the texts of a list, without its objects",
    "cognito-identity.amazonaws.com",
    { amr: [{ a: 1 }, null, "7"] },
    { StringEquals: { "cognito-identity.amazonaws.com:amr": "7" } },
  ],
  ["no object", "gitlab.com", { project_id: { a: 1 } }, { Null: { "gitlab.com:project_id": true } }],
  ["no empty list", "gitlab.com", { project_id: [] }, { Null: { "gitlab.com:project_id": true } }],
  [
    "a claim with a slash in its name before a member",
    "accounts.google.com",
    { "google/organization_number": 7, google: { organization_number: 8 } },
    { NumericEquals: { "accounts.google.com:google/organization_number": 7 } },
  ],
  ...[null, "text", { other: 7 }].map(
    (google): [string, string, Readonly<Record<string, unknown>>, Condition] => [
      `no member of ${JSON.stringify(google)}`,
      "accounts.google.com",
      { google },
      { Null: { "accounts.google.com:google/organization_number": true } },
    ],
  ),
])("a condition key holds %s of the claims of %s: %j", async (_case, host, claims, condition) => {
  expect((await visit({ url: `https://${host}`, claims, condition })).settled).toBe("allowed");
});

test("a provider's id is refused, with what to do", async () => {
  const issuer = await createTestIssuer({ clock, algorithm: "ES256" });
  const fake = createFakeSts({ clock, oidcProviders: [issuer.provider] });
  const input = {
    RoleArn: `arn:aws:iam::${ACCOUNT}:role/ci`,
    RoleSessionName: "test",
    WebIdentityToken: await issuer.issueToken(),
    ProviderId: "www.amazon.com",
  };
  await expect(call(fake, AssumeRoleWithWebIdentity, input)).rejects.toMatchObject({
    name: "ValidationError",
    message: expect.stringContaining(
      "ProviderId is only for OAuth 2.0 access tokens, which this fake does not verify; leave it out",
    ) as string,
  });
});

describe("issuers", () => {
  const condition = { StringEquals: { "example.auth0.com/:aud": "client" } };
  test.each([
    ["with a slash at its end", "https://example.auth0.com/", "example.auth0.com/", "allowed"],
    ["without it in the trust policy", "https://example.auth0.com/", "example.auth0.com", "denied"],
  ])("an issuer counts to its last character: %s", async (_case, url, host, expected) => {
    const Federated = `arn:aws:iam::${ACCOUNT}:oidc-provider/${host}`;
    expect((await visit({ url, condition, Federated })).settled).toBe(expected);
  });

  test.each([
    ["https://example.auth0.com", "https://example.auth0.com/"],
    ["https://example.auth0.com/", "https://example.auth0.com"],
    ["https://example.com/tenant", "https://example.com/other"],
  ])("an issuer counts to its last character: a token of %s is none of %s", async (url, iss) => {
    expect((await visit({ url, claims: { iss } })).settled).toBe("InvalidIdentityTokenException");
  });
});

describe("authorized parties", () => {
  const url = "https://oidc.example.com";
  const aud = (value: string) => ({ StringEquals: { "oidc.example.com:aud": value } });
  test.each<[string, string, Omit<Visit, "url">]>([
    ["must be registered", "InvalidIdentityTokenException", { claims: { azp: "other" } }],
    [
      "is the audience",
      "allowed",
      { claims: { azp: "two" }, clientIds: ["client", "two"], condition: aud("two") },
    ],
    [
      "counts for nothing where the provider is told so",
      "allowed",
      { claims: { azp: "other" }, condition: aud("client"), options: { authorizedParty: "ignored" } },
    ],
    [
      "does not stand for the audience where it is ignored",
      "InvalidIdentityTokenException",
      { claims: { azp: "client", aud: "other" }, options: { authorizedParty: "ignored" } },
    ],
  ])("the authorized party of a registered issuer %s", async (_case, expected, rest) => {
    expect((await visit({ url, ...rest })).settled).toBe(expected);
  });

  test.each([
    [{ azp: "7" }, "7", "client", "allowed"],
    [{ azp: "7" }, "client", "client", "denied"],
    [{}, "client", "client", "allowed"],
  ])(
    "the authorized party of Google with %j: aud %s and oaud %s are %s",
    async (claims, wantedAud, oaud, expected) => {
      const condition = {
        StringEquals: { "accounts.google.com:aud": wantedAud, "accounts.google.com:oaud": oaud },
      };
      const Federated = "accounts.google.com";
      const { settled } = await visit({ url: "https://accounts.google.com", claims, condition, Federated });
      expect(settled).toBe(expected);
    },
  );
});

test.each([
  ["other", "other", "InvalidIdentityTokenException"],
  ["other", "client", "allowed"],
  ["client", "other", "allowed"],
])(
  "the authorized party %s of Google with the audience %s counts where one of them is registered: %s",
  async (azp, aud, expected) => {
    const Federated = "accounts.google.com";
    const { settled } = await visit({ url: "https://accounts.google.com", claims: { azp, aud }, Federated });
    expect(settled).toBe(expected);
  },
);

test("only a provider that AWS knows without registration is named by its host", async () => {
  expect((await visit({ url: "https://oidc.example.com", Federated: "oidc.example.com" })).settled).toBe(
    "denied",
  );
  const known = "cognito-identity.amazonaws.com";
  expect((await visit({ url: `https://${known}`, Federated: known })).settled).toBe("allowed");
});

describe("tags", () => {
  const TAGS = "https://aws.amazon.com/tags";
  const SOURCE_IDENTITY = "https://aws.amazon.com/source_identity";
  const condition = {
    StringEquals: { "aws:RequestTag/Project": "Automation" },
    "ForAllValues:StringEquals": { "sts:TransitiveTagKeys": ["Project"] },
    Null: { "sts:TransitiveTagKeys": false },
  };
  test.each([
    [
      "in one claim",
      { [TAGS]: { principal_tags: { Project: ["Automation"] }, transitive_tag_keys: ["Project"] } },
    ],
    [
      "in one claim, as text",
      { [TAGS]: { principal_tags: { Project: "Automation" }, transitive_tag_keys: ["Project"] } },
    ],
    [
      "flattened, as text",
      { [`${TAGS}/principal_tags/Project`]: "Automation", [`${TAGS}/transitive_tag_keys`]: ["Project"] },
    ],
    [
      "flattened, as lists",
      { [`${TAGS}/principal_tags/Project`]: ["Automation"], [`${TAGS}/transitive_tag_keys`]: "Project" },
    ],
  ])("tags of a token come %s", async (_case, claims) => {
    expect((await visit({ url: "https://oidc.example.com", claims, condition })).settled).toBe("allowed");
  });

  test.each([
    [TAGS, { [TAGS]: "Project=Automation" }],
    [TAGS, { [TAGS]: ["Project"] }],
    [TAGS, { [TAGS]: { principal_tags: ["Project"] } }],
    [TAGS, { [TAGS]: { principal_tags: "Project" } }],
    [TAGS, { [TAGS]: { principal_tags: { Project: ["a", "b"] } } }],
    [TAGS, { [TAGS]: { principal_tags: { Project: null } } }],
    [TAGS, { [TAGS]: { principal_tags: { Project: [] } } }],
    [TAGS, { [TAGS]: { transitive_tag_keys: [7] } }],
    [TAGS, { [`${TAGS}/principal_tags/Project`]: 7 }],
    [SOURCE_IDENTITY, { [SOURCE_IDENTITY]: 7 }],
    [SOURCE_IDENTITY, { [SOURCE_IDENTITY]: ["alice"] }],
    [SOURCE_IDENTITY, { [SOURCE_IDENTITY]: "a b" }],
  ])("tags of a token of another kind are refused, naming %s: %j", async (claim, claims) => {
    expect(await visit({ url: "https://oidc.example.com", claims })).toMatchObject({
      settled: "InvalidIdentityTokenException",
      words: `The claim ${claim} is not acceptable`,
    });
  });

  test.each([
    [{ [TAGS]: null }],
    [{ [TAGS]: {} }],
    [{ [TAGS]: { principal_tags: null, transitive_tag_keys: null } }],
    [{ [`${TAGS}/other/Project`]: "Automation" }],
  ])("a token may vouch for no tags: %j", async (claims) => {
    const condition = { Null: { "aws:TagKeys": true, "sts:TransitiveTagKeys": true } };
    expect((await visit({ url: "https://oidc.example.com", claims, condition })).settled).toBe("allowed");
  });
});

describe("times", () => {
  const url = "https://oidc.example.com";
  test.each([
    [{ iat: NOW + 1, exp: NOW + 60 }, 0, "InvalidIdentityTokenException"],
    [{ iat: NOW + 1, exp: NOW + 60 }, 1, "allowed"],
    [{ exp: NOW }, 0, "ExpiredTokenException"],
    [{ exp: NOW }, 1, "allowed"],
    [{ nbf: NOW + 1 }, 0, "InvalidIdentityTokenException"],
    [{ nbf: NOW + 1 }, 1, "allowed"],
    [{ exp: NOW + 60.5 }, 0, "InvalidIdentityTokenException"],
    [{ iat: NOW - 0.5, exp: NOW + 60 }, 0, "InvalidIdentityTokenException"],
    [{ nbf: NOW - 0.5 }, 0, "InvalidIdentityTokenException"],
  ])(
    "the times of a token %j with a tolerance of %i s: %s",
    async (claims, clockToleranceSeconds, expected) => {
      expect((await visit({ url, claims, options: { clockToleranceSeconds } })).settled).toBe(expected);
    },
  );
});

test("a token whose provider has all it needs leaves no note in the log", async () => {
  const { settled, notes } = await visit({ url: "https://oidc.example.com" });
  expect([settled, ...notes]).toEqual(["allowed"]);
});

test("a key without kid counts only where the provider is told so", async () => {
  const url = "https://oidc.example.com";
  const issuer = await createTestIssuer({ url, clientIds: ["client"], clock });
  const { keys } = issuer.provider;
  if (typeof keys === "function") throw new Error("the keys of a test issuer are a list");
  const nameless = { keys: keys.keys.map((key) => Object.assign({}, key, { kid: undefined })) };
  const settle = async (keysWithoutId?: "accepted"): Promise<readonly string[]> => {
    const entries: LogEntry[] = [];
    const fake = createFakeSts({
      clock,
      log: (entry) => entries.push(entry),
      oidcProviders: [{ ...issuer.provider, keys: nameless, ...(keysWithoutId && { keysWithoutId }) }],
      roles: [
        {
          name: "ci",
          trustPolicy: policy({
            Effect: "Allow",
            Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.example.com` },
            Action: "sts:AssumeRoleWithWebIdentity",
          }),
        },
      ],
    });
    const WebIdentityToken = await issuer.issueToken();
    const input = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/ci`, RoleSessionName: "test", WebIdentityToken };
    const settled = await verdict(call(fake, AssumeRoleWithWebIdentity, input)).catch(
      ({ name }: Error) => name,
    );
    return [settled, ...entries.flatMap(({ notes }) => notes)];
  };
  expect(await settle()).toEqual([
    "InvalidIdentityTokenException",
    `a key of ${url} has no kid, so AWS would not use it; keysWithoutId: "accepted" accepts it here`,
  ]);
  expect((await settle("accepted")).slice(1)).toEqual([]);
});
