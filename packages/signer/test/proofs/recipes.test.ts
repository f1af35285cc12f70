import { createSigner, verify } from "@org/sts-signer";
import { presignCallerIdentity } from "@org/sts-signer/caller-identity";
import { createConsoleUrl } from "@org/sts-signer/console";
import { checkEksToken, createEksToken, toExecCredential } from "@org/sts-signer/eks";
import { createMskToken } from "@org/sts-signer/msk";
import { createRdsToken } from "@org/sts-signer/rds";
import { createVaultLogin } from "@org/sts-signer/vault";
import { SignatureV4 as SmithySignatureV4 } from "@smithy/signature-v4";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";

import { readConformance, requireList } from "../support/conformance.ts";
import { NodeSha256 } from "../support/node-sha256.ts";

interface Behaviour {
  id: string;
  given: { region: string; now?: string; clusterId?: string };
  expect: Record<string, unknown>;
}

interface ExactToken {
  id: string;
  clusterId: string;
  region: string;
  credentialsBase64: { accessKeyId: string; secretAccessKey: string };
  timestamp: string;
  expect: { token: string; expiration: string };
}

interface PartitionData {
  id: string;
  outputs: { dnsSuffix: string };
  regions: Record<string, unknown> | string[];
}

// The forms are described in the data's own README.
const eks = readConformance("eks-token.json") as Record<string, unknown> | undefined;
const partitions = readConformance("partitions.json") as Record<string, unknown> | undefined;

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "a/token+with=signs",
};
const date = new Date("2026-11-24T12:00:00Z");
const signer = createSigner({ credentials });
const decode = (text: string) => Buffer.from(text, "base64url").toString();
const urlOf = (token: string) => new URL(decode(token.slice("k8s-aws-v1.".length)));

describe.skipIf(eks === undefined)("the published EKS tokens", () => {
  const exact = eks === undefined ? [] : requireList<ExactToken>(eks, "exact");
  const behaviours = eks === undefined ? [] : requireList<Behaviour>(eks, "behaviours");

  test("are all here", () => {
    expect(eks?.["count"]).toBe(exact.length + behaviours.length);
    expect(behaviours.map(({ id }) => id)).toContain("role-arn");
  });

  test.each(exact)(
    "are the same byte for byte: $id",
    async ({ clusterId, region, credentialsBase64, timestamp, expect: want }) => {
      const plain = createSigner({
        credentials: {
          accessKeyId: decode(credentialsBase64.accessKeyId),
          secretAccessKey: decode(credentialsBase64.secretAccessKey),
        },
      });
      const made = await createEksToken(plain, { clusterName: clusterId, region, date: new Date(timestamp) });
      expect(made).toEqual({ token: want.token, expiration: new Date(want.expiration) });
    },
  );

  // To assume a role is the caller's business: `--role-arn` is a matter of the signer's credentials.
  test.each(behaviours.filter(({ id }) => id !== "role-arn"))(
    "behave alike: $id",
    async ({ given, expect: want }) => {
      const now = new Date(given.now ?? date);
      const plain = createSigner({ credentials: { ...credentials, sessionToken: undefined } });
      const made = await createEksToken(plain, {
        clusterName: given.clusterId ?? "c",
        region: given.region,
        date: now,
      });
      const url = urlOf(made.token);
      const document = toExecCredential(made);
      expect({
        host: url.host,
        signingRegion: url.searchParams.get("X-Amz-Credential")?.split("/")[2],
        hasSessionToken: url.searchParams.has("X-Amz-Security-Token"),
        tokenLacks: made.token.includes("=") ? "nothing" : "=",
        document: { ...document, status: { ...document.status, token: "<the token>" } },
      }).toMatchObject(want);
    },
  );
});

describe("EKS token", () => {
  const options = { clusterName: "production", region: "eu-west-1", date };
  const check = { clusterName: "production", now: date };

  test("passes the server's check, and its request is signed with the cluster's name", async () => {
    const { token } = await createEksToken(signer, options);
    const result = checkEksToken(token, check);
    if (!result.ok) throw new Error(result.reason);
    expect(result.expires).toEqual(new Date(+date + 900_000));
    const request = new Request(result.request.url, { headers: result.request.headers });
    expect(await verify(request, { findKey: () => credentials, now: date, service: "sts" })).toMatchObject({
      ok: true,
    });
    const other = new Request(result.request.url, {
      headers: { ...result.request.headers, "x-k8s-aws-id": "staging" },
    });
    expect(await verify(other, { findKey: () => credentials, now: date })).toMatchObject({
      reason: "wrong-signature",
    });
  });

  test.each([
    ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1"],
    ["client.authentication.k8s.io/v1alpha1", "client.authentication.k8s.io/v1alpha1"],
    ["other/v1", "client.authentication.k8s.io/v1beta1"],
  ])("answers kubectl, which asked for %s, in %s", (apiVersion, expected) => {
    const info = JSON.stringify({ kind: "ExecCredential", apiVersion, spec: { interactive: false } });
    expect(toExecCredential({ token: "t", expiration: date }, info).apiVersion).toBe(expected);
  });

  const changes: [reason: string, change: (url: URL) => string][] = [
    [
      "wrong-host",
      (url) => url.href.replace("sts.eu-west-1.amazonaws.com", "sts.eu-west-1.amazonaws.com.example.com"),
    ],
    ["wrong-host", (url) => url.href.replace("sts.eu-west-1.amazonaws.com", "example.com")],
    ["wrong-host", (url) => url.href.replace("https:", "http:")],
    ["wrong-host", (url) => url.href.replace("eu-west-1.amazonaws.com", "cn-north-1.amazonaws.com.cn")],
    ["wrong-path", (url) => url.href.replace("/?", "/x?")],
    ["wrong-path", (url) => url.href.replace(".com/", ".com:444/")],
    ["wrong-path", (url) => url.href.replace("//", "//user@")],
    ["wrong-path", (url) => `${url.href}#x`],
    ["wrong-parameters", (url) => `${url.href}&Extra=1`],
    ["wrong-parameters", (url) => `${url.href}&action=GetCallerIdentity`],
    ["wrong-parameters", (url) => url.href.replace(/&X-Amz-Signature=\w+/, "")],
    ["wrong-action", (url) => url.href.replace("GetCallerIdentity", "AssumeRole")],
    ["header-not-signed", (url) => url.href.replace("x-k8s-aws-id", "x-other")],
    ["expires-out-of-range", (url) => url.href.replace("X-Amz-Expires=60", "X-Amz-Expires=901")],
    ["malformed", (url) => url.href.replace("20261124T120000Z", "20261124")],
    ["malformed", (url) => ` ${url.href}`],
    ["malformed", () => "no address"],
  ];

  test.each(changes)("is refused as %s when changed (%#)", async (reason, change) => {
    const { token } = await createEksToken(signer, options);
    const changed = `k8s-aws-v1.${Buffer.from(change(urlOf(token))).toString("base64url")}`;
    expect(changed).not.toBe(token);
    expect(checkEksToken(changed, check)).toMatchObject({ ok: false, reason });
  });

  test("is refused when it is old, from the future, too long, or has another prefix", async () => {
    const { token } = await createEksToken(signer, options);
    const at = (seconds: number) => checkEksToken(token, { ...check, now: new Date(+date + seconds * 1000) });
    expect(at(900)).toMatchObject({ ok: true });
    expect(at(901)).toMatchObject({ ok: false, reason: "expired" });
    expect(at(-61)).toMatchObject({ ok: false, reason: "not-yet-valid" });
    expect(checkEksToken(`${token}${"A".repeat(4096)}`, check)).toMatchObject({
      ok: false,
      reason: "too-large",
    });
    expect(checkEksToken(token.replace("v1", "v2"), check)).toMatchObject({ ok: false, reason: "malformed" });
  });

  test("is accepted for the regions, partitions and hosts that are named", async () => {
    const { token } = await createEksToken(signer, { ...options, region: "cn-north-1" });
    expect(checkEksToken(token, { ...check, partition: "aws-cn" })).toMatchObject({ ok: true });
    expect(
      checkEksToken(token, { ...check, partition: "aws-cn", regions: ["cn-northwest-1"] }),
    ).toMatchObject({ ok: false });
    expect(checkEksToken(token, { ...check, hosts: ["sts.cn-north-1.amazonaws.com.cn"] })).toMatchObject({
      ok: true,
    });
  });
});

describe("presigned GetCallerIdentity", () => {
  test("is good for a minute and holds the headers to their values", async () => {
    const url = await presignCallerIdentity(signer, {
      region: "eu-west-1",
      headers: { "x-server-id": "a" },
      date,
    });
    const options = { findKey: () => credentials, region: "eu-west-1", service: "sts", now: date };
    expect(await verify(new Request(url, { headers: { "x-server-id": "a" } }), options)).toMatchObject({
      ok: true,
      expires: new Date(+date + 60_000),
      signedHeaders: ["host", "x-server-id"],
    });
    expect(await verify(new Request(url, { headers: { "x-server-id": "b" } }), options)).toMatchObject({
      ok: false,
    });
  });

  test.skipIf(partitions === undefined)(
    "goes to a host of the region's partition, for every region there is",
    async () => {
      const list = requireList<PartitionData>(partitions ?? {}, "partitions");
      expect(list).toHaveLength(8);
      for (const { outputs, regions } of list) {
        const names = Array.isArray(regions) ? regions : Object.keys(regions);
        const regional = names.filter((region) => !region.endsWith("-global"));
        expect(regional).not.toEqual([]);
        for (const region of regional) {
          const url = new URL(await presignCallerIdentity(signer, { region }));
          expect(url.host).toBe(`sts.${region}.${outputs.dnsSuffix}`);
        }
      }
    },
  );

  test("refuses a region that would lead to another host", async () => {
    const refused = presignCallerIdentity(signer, { region: "example.com/" });
    await expect(refused).rejects.toMatchObject({ name: "SignerError", code: "ERR_RECIPE_INPUT_INVALID" });
  });
});

describe("Vault login", () => {
  test("holds a request that STS would accept, with the server's name signed", async () => {
    const login = await createVaultLogin(signer, { role: "dev", serverId: "vault.example.com", date });
    expect(login).toMatchObject({ role: "dev", iam_http_request_method: "POST" });
    const text = (value: string) => Buffer.from(value, "base64").toString();
    expect(text(login.iam_request_url)).toBe("https://sts.amazonaws.com/");
    const lists = JSON.parse(text(login.iam_request_headers)) as Record<string, string[]>;
    expect(lists["x-vault-aws-iam-server-id"]).toEqual(["vault.example.com"]);
    const request = {
      method: login.iam_http_request_method,
      hostname: "sts.amazonaws.com",
      path: "/",
      headers: lists,
      body: text(login.iam_request_body),
    };
    const result = await verify(request, {
      findKey: () => credentials,
      region: "us-east-1",
      service: "sts",
      now: date,
      requiredSignedHeaders: ["x-vault-aws-iam-server-id", "content-type"],
    });
    expect(result).toMatchObject({ ok: true });
  });

  test("asks the STS of a region when one is given", async () => {
    const login = await createVaultLogin(signer, { region: "us-gov-west-1", date });
    expect(atob(login.iam_request_url)).toBe("https://sts.us-gov-west-1.amazonaws.com/");
    expect(atob(login.iam_request_headers)).toContain("/us-gov-west-1/sts/aws4_request");
    expect(login).not.toHaveProperty("role");
  });
});

describe("database and broker tokens", () => {
  const smithy = (service: string) =>
    new SmithySignatureV4({ credentials, region: "eu-west-1", service, sha256: NodeSha256 });

  test("makes the RDS token that Smithy's signer makes", async () => {
    const hostname = "database.abcdefghijkl.eu-west-1.rds.amazonaws.com";
    const token = await createRdsToken(signer, {
      hostname,
      port: 5432,
      username: "a user",
      region: "eu-west-1",
      date,
    });
    const request = {
      method: "GET",
      protocol: "https:",
      hostname,
      port: 5432,
      path: "/",
      query: { Action: "connect", DBUser: "a user" },
      headers: { host: `${hostname}:5432` },
    };
    const signed = await smithy("rds-db").presign(request, { signingDate: date, expiresIn: 900 });
    const ours = new URL(`https://${token}`);
    expect(ours.host).toBe(`${hostname}:5432`);
    expect(Object.fromEntries(ours.searchParams)).toEqual(signed.query);
  });

  test("makes the MSK token that Smithy's signer makes, with the program's name added unsigned", async () => {
    const { token, expiration } = await createMskToken(signer, {
      region: "eu-west-1",
      userAgent: "app/1",
      date,
    });
    const hostname = "kafka.eu-west-1.amazonaws.com";
    const request = {
      method: "GET",
      protocol: "https:",
      hostname,
      path: "/",
      query: { Action: "kafka-cluster:Connect" },
      headers: { host: hostname },
    };
    const signed = await smithy("kafka-cluster").presign(request, { signingDate: date, expiresIn: 900 });
    expect(Object.fromEntries(new URL(decode(token)).searchParams)).toEqual({
      ...signed.query,
      "User-Agent": "app/1",
    });
    expect(expiration).toEqual(new Date(+date + 900_000));
    expect(token).not.toMatch(/[=+/]/);
  });

  test("ends an MSK token when the credentials end, and makes none after", async () => {
    const soon = new Date(+date + 90_500);
    const { token, expiration } = await createMskToken(signer, {
      region: "eu-west-1",
      credentialsExpiration: soon,
      date,
    });
    expect(new URL(decode(token)).searchParams.get("X-Amz-Expires")).toBe("90");
    expect(expiration).toEqual(new Date(+date + 90_000));
    const late = createMskToken(signer, { region: "eu-west-1", credentialsExpiration: date, date });
    await expect(late).rejects.toMatchObject({ code: "ERR_EXPIRES_IN_INVALID" });
  });
});

describe("console sign-in", () => {
  const answer = (body: unknown, status = 200) => {
    const asked: string[] = [];
    const fetch = async (url: string) => {
      asked.push(url);
      return Response.json(body, { status });
    };
    return { asked, fetch };
  };

  test("trades the credentials for a link to the page", async () => {
    const { asked, fetch } = answer({ SigninToken: "the token" });
    const destination = "https://console.aws.amazon.com/s3/home?region=eu-west-1";
    const issuer = "https://example.com/login";
    const link = await createConsoleUrl({
      credentials,
      fetch,
      destination,
      issuer,
      sessionDurationSeconds: 3600,
    });
    const url = new URL(asked[0] ?? "");
    expect(url.origin + url.pathname).toBe("https://signin.aws.amazon.com/federation");
    const { Session, ...rest } = Object.fromEntries(url.searchParams);
    expect(rest).toEqual({ Action: "getSigninToken", SessionDuration: "3600" });
    expect(JSON.parse(Session ?? "")).toEqual({
      sessionId: credentials.accessKeyId,
      sessionKey: credentials.secretAccessKey,
      sessionToken: credentials.sessionToken,
    });
    expect(Object.fromEntries(new URL(link).searchParams)).toEqual({
      Action: "login",
      Issuer: issuer,
      Destination: destination,
      SigninToken: "the token",
    });
  });

  test.each([
    ["eu-west-1", "signin.aws.amazon.com", "console.aws.amazon.com"],
    ["cn-north-1", "signin.amazonaws.cn", "console.amazonaws.cn"],
    ["us-gov-west-1", "signin.amazonaws-us-gov.com", "console.amazonaws-us-gov.com"],
    ["us-iso-east-1", "signin.c2shome.ic.gov", "console.c2shome.ic.gov"],
    ["us-isob-east-1", "signin.sc2shome.sgov.gov", "console.sc2shome.sgov.gov"],
    ["eu-isoe-west-1", "signin.csphome.adc-e.uk", "console.csphome.adc-e.uk"],
    ["us-isof-south-1", "signin.csphome.hci.ic.gov", "console.csphome.hci.ic.gov"],
    ["eusc-de-east-1", "eusc-de-east-1.signin.amazonaws-eusc.eu", "console.amazonaws-eusc.eu"],
  ])("goes to the hosts of the partition of %s", async (region, signInHost, consoleHost) => {
    const { asked, fetch } = answer({ SigninToken: "t" });
    const link = new URL(await createConsoleUrl({ credentials, fetch, region }));
    expect(new URL(asked[0] ?? "").host).toBe(signInHost);
    expect(link.host).toBe(signInHost);
    expect(new URL(link.searchParams.get("Destination") ?? "").host).toBe(consoleHost);
  });

  test.each([
    ["a refusal", { message: "no" }, 400],
    ["an answer without a token", {}, 200],
    ["an empty token", { SigninToken: "" }, 200],
  ])("fails on %s and says nothing of the credentials", async (_, body, status) => {
    const { fetch } = answer(body, status);
    const error: unknown = await createConsoleUrl({ credentials, fetch }).catch((error: unknown) => error);
    expect(error).toMatchObject({ name: "SignerError", code: "ERR_FEDERATION_REFUSED" });
    const { secretAccessKey, sessionToken, accessKeyId } = credentials;
    const shown = inspect(error, { showHidden: true, depth: Infinity }) + JSON.stringify(error);
    for (const secret of [secretAccessKey, sessionToken, accessKeyId]) expect(shown).not.toContain(secret);
  });

  test("refuses long-term credentials and a duration out of range without asking", async () => {
    const { asked, fetch } = answer({ SigninToken: "t" });
    const longTerm = createConsoleUrl({ credentials: { ...credentials, sessionToken: undefined }, fetch });
    await expect(longTerm).rejects.toMatchObject({ code: "ERR_CREDENTIALS_INVALID" });
    for (const sessionDurationSeconds of [899, 43_201, 0, Number.NaN, Number.POSITIVE_INFINITY]) {
      const outside = createConsoleUrl({ credentials, fetch, sessionDurationSeconds });
      await expect(outside).rejects.toMatchObject({ code: "ERR_RECIPE_INPUT_INVALID" });
    }
    expect(asked).toEqual([]);
    for (const sessionDurationSeconds of [900, 43_200]) {
      await createConsoleUrl({ credentials, fetch, sessionDurationSeconds });
    }
    expect(asked).toHaveLength(2);
  });
});
