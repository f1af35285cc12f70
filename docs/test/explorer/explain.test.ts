import { createSigner, SignatureV4 } from "@org/sts-signer";
import { createAkeylessCloudId } from "@org/sts-signer/akeyless";
import { createBedrockToken } from "@org/sts-signer/bedrock";
import { presignCallerIdentity, signCallerIdentity } from "@org/sts-signer/caller-identity";
import { createDsqlToken } from "@org/sts-signer/dsql";
import { createEksToken } from "@org/sts-signer/eks";
import { createElastiCacheToken } from "@org/sts-signer/elasticache";
import { createGoogleSubjectToken } from "@org/sts-signer/google";
import { createInfisicalLogin } from "@org/sts-signer/infisical";
import { createIotUrl } from "@org/sts-signer/iot";
import { createMskToken } from "@org/sts-signer/msk";
import { createRdsToken } from "@org/sts-signer/rds";
import { createSnowflakeToken } from "@org/sts-signer/snowflake";
import { createVaultLogin } from "@org/sts-signer/vault";
import { describe, expect, test } from "vitest";

import { EXAMPLE, explain, type Explanation, type Keys } from "../../src/explorer/explain.ts";
import { makeExample } from "../../src/explorer/examples.ts";
import { readInput } from "../../src/explorer/read-input.ts";
import { readReport } from "../../src/explorer/read-report.ts";

const region = "eu-west-1";
// Long ago: what is pasted has usually ended, and is still taken apart.
const date = new Date("2024-05-06T07:08:09Z");
const signer = createSigner({ credentials: EXAMPLE });
const ADDRESS = "https://sts.eu-west-1.amazonaws.com/";
const BODY = "Action=GetCallerIdentity&Version=2011-06-15";
const FORM = "application/x-www-form-urlencoded";

interface Sides {
  readonly keys?: Keys;
  readonly other?: string;
  readonly clusterName?: string;
  readonly now?: Date;
}

function explainText(
  text: string,
  { keys = EXAMPLE, other, clusterName, now = date }: Sides = {},
): Promise<Explanation> {
  return explain(readInput(text, { clusterName }).request, {
    keys,
    choice: { signedIn: "header" },
    ...(other !== undefined && { other: readReport(other) }),
    now,
  });
}

/** A signed request as text, changed after signing. */
async function signedText(
  change: { headers?: Record<string, string>; method?: string; body?: string; target?: string } = {},
): Promise<string> {
  const [, init] = await signer.sign(
    ADDRESS,
    { method: "POST", headers: { "content-type": FORM }, body: BODY },
    { date },
  );
  const headers = { host: "sts.eu-west-1.amazonaws.com", ...init.headers, ...change.headers };
  return writeHttp(headers, change);
}

function writeHttp(headers: object, { method = "POST", target = "/", body = BODY } = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  return [`${method} ${target} HTTP/1.1`, ...lines, "", body].join("\n");
}

describe("a signed request", () => {
  test("is good under its key, with its texts and its fields", async () => {
    const { state, texts, fields, expected, findings } = await explainText(await signedText());
    expect({ state, findings }).toEqual({ state: "good", findings: [] });
    expect(texts?.canonicalRequest).toContain(`content-type:${FORM}\nhost:sts.eu-west-1.amazonaws.com\n`);
    expect(texts?.stringToSign.split("\n").slice(0, 3)).toEqual([
      "AWS4-HMAC-SHA256",
      "20240506T070809Z",
      "20240506/eu-west-1/sts/aws4_request",
    ]);
    expect(fields).toMatchObject({
      signedIn: "header",
      region,
      service: "sts",
      accessKeyId: EXAMPLE.accessKeyId,
    });
    expect(expected).toBe(fields?.signature);
  });

  test("without a secret key shows what is signed and leaves the signature open", async () => {
    const { state, texts, expected } = await explainText(await signedText(), { keys: {} });
    expect({ state, expected }).toEqual({ state: "open", expected: undefined });
    expect(texts?.canonicalRequest).toContain("POST\n/\n\n");
  });

  test("that has ended is good by its own clock, and the reader is told", async () => {
    const { state, findings } = await explainText(await signedText(), {
      now: new Date("2026-01-01T00:00:00Z"),
    });
    expect(state).toBe("good");
    expect(findings.join()).toContain("(expired)");
  });

  test.each([
    [
      "a changed content type",
      { headers: { "content-type": `${FORM}; charset=utf-8` } },
      "header content-type",
      FORM,
    ],
    ["another method", { method: "PUT" }, "method", "POST"],
    [
      "a port that a proxy took away",
      { headers: { host: "sts.eu-west-1.amazonaws.com:443" } },
      "header host",
      "“sts.eu-west-1.amazonaws.com”",
    ],
    ["a parameter added after signing", { target: "/?utm_source=mail" }, "query", "utm_source"],
    ["a path that a proxy put in front", { target: "/sts" }, "path", "if the path were /."],
    [
      "a line break after the body",
      { body: `${BODY}\n` },
      "payload hash",
      "line break at the end of the body",
    ],
  ])("with %s is wrong, and the part that is off is named", async (_, change, part, text) => {
    const { state, suspects, findings } = await explainText(await signedText(change));
    expect(state).toBe("bad");
    expect(suspects).toContain(part);
    expect(findings.join("\n")).toContain(text);
  });

  test.each([
    ["white space behind the key", `${EXAMPLE.secretAccessKey} `],
    ["a key encoded for URLs", encodeURIComponent(EXAMPLE.secretAccessKey)],
  ])("under %s is wrong, and the key is suspected", async (_, secretAccessKey) => {
    const { state, findings } = await explainText(await signedText(), { keys: { secretAccessKey } });
    expect(state).toBe("bad");
    expect(findings.join()).toContain("if the secret key had no white space");
  });

  test("under another key is wrong, and no cause is invented", async () => {
    const { state, suspects, findings } = await explainText(await signedText(), {
      keys: { secretAccessKey: "another" },
    });
    expect({ state, suspects }).toEqual({ state: "bad", suspects: [] });
    expect(findings.join()).toContain("suspect the secret key");
  });

  test("that lacks a signed header is refused by that header's name", async () => {
    const text = (await signedText()).replace(/content-type: .*\n/, "");
    expect((await explainText(text)).verdict).toContain("Content-type was signed but is not in the request");
  });

  test("says whose key it needs when the given one is another's", async () => {
    const keys = { ...EXAMPLE, accessKeyId: "AKIAI44QH8DHBEXAMPLE" };
    expect((await explainText(await signedText(), { keys })).findings.join()).toContain(EXAMPLE.accessKeyId);
  });

  test("with content-length among its signed headers gets the length of its body", async () => {
    const v4 = new SignatureV4({ credentials: EXAMPLE, region, service: "sts" });
    const headers = { host: "sts.eu-west-1.amazonaws.com", "content-length": String(BODY.length) };
    const request = {
      method: "POST",
      hostname: "sts.eu-west-1.amazonaws.com",
      path: "/",
      headers,
      body: BODY,
    };
    const signed = await v4.sign(request, {
      signingDate: date,
      signableHeaders: new Set(["content-length", "host"]),
    });
    const { "content-length": _, ...shown } = signed.headers;
    const { state, fields, findings } = await explainText(writeHttp(shown));
    expect(fields?.signedHeaders).toContain("content-length");
    expect(state).toBe("good");
    expect(findings.join()).toContain(`${BODY.length} was taken`);
  });
});

describe("what the other side says", () => {
  const canonicalRequest = async (): Promise<string> =>
    (await explainText(await signedText())).texts?.canonicalRequest ?? "";

  test.each([
    [
      "a message of AWS",
      (canonical: string) =>
        `The request signature we calculated does not match. The Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20240506T070809Z\n20240506/eu-west-1/sts/aws4_request\n${"0".repeat(64)}'\n`,
    ],
    [
      "a message of AWS in JSON",
      (canonical: string) =>
        JSON.stringify({
          message: `The Canonical String for this request should have been\n'${canonical}'\n`,
        }),
    ],
    [
      "an error of S3",
      (canonical: string) =>
        `<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>${canonical}</CanonicalRequest></Error>`,
    ],
    [
      "an error in XML with references",
      (canonical: string) =>
        `<Message>The Canonical String for this request should have been&#xA;&apos;${canonical.replaceAll("\n", "&#xA;")}&apos;</Message>`,
    ],
    ["a canonical request as it is", (canonical: string) => canonical],
  ])("shows the header that differs when it is %s", async (_, write) => {
    const theirs = (await canonicalRequest()).replace(FORM, "text/plain");
    const { difference } = await explainText(await signedText(), {
      keys: { secretAccessKey: "another" },
      other: write(theirs),
    });
    expect(difference).toMatchObject({
      in: "canonicalRequest",
      part: "header content-type",
      verifier: `content-type:${FORM}`,
      client: "content-type:text/plain",
    });
  });

  test("tells that the keys differ when both sides sign the same", async () => {
    const { texts } = await explainText(await signedText());
    const other = `${texts?.canonicalRequest}\n\n${texts?.stringToSign}`;
    const { difference } = await explainText(await signedText(), {
      keys: { secretAccessKey: "another" },
      other,
    });
    expect(difference?.in).toBe("signature");
  });

  test("is said to hold nothing when nothing is recognized", async () => {
    const { findings } = await explainText(await signedText(), { other: "no idea" });
    expect(findings.join()).toContain("Nothing was recognized");
  });
});

describe("a proof", () => {
  const proofs: [name: string, kind: string, make: () => Promise<string>][] = [
    ["a presigned GetCallerIdentity", "address", () => presignCallerIdentity(signer, { region, date })],
    [
      "an EKS token",
      "EKS token",
      async () => (await createEksToken(signer, { clusterName: "production", region, date })).token,
    ],
    [
      "a Vault login",
      "Vault login",
      async () =>
        JSON.stringify(await createVaultLogin(signer, { region, date, serverId: "vault.example.com" })),
    ],
    [
      "an Infisical login",
      "Infisical login",
      async () => JSON.stringify(await createInfisicalLogin(signer, { region, date, identityId: "1" })),
    ],
    ["an Akeyless cloud id", "Akeyless cloud id", () => createAkeylessCloudId(signer, { date })],
    [
      "a Google subject token",
      "Google subject token",
      () => createGoogleSubjectToken(signer, { region, date, audience: "//iam.googleapis.com/projects/1" }),
    ],
    ["a Snowflake token", "Snowflake token", () => createSnowflakeToken(signer, { region, date })],
    [
      "a proof of identity with an audience",
      "proof of identity",
      async () =>
        JSON.stringify(
          await signCallerIdentity(signer, {
            region,
            date,
            audience: { header: "x-server-id", value: "api.example.com" },
          }),
        ),
    ],
    [
      "an RDS token",
      "RDS token",
      () => createRdsToken(signer, { hostname: "db.example.com", port: 5432, username: "app", region, date }),
    ],
    [
      "an Aurora DSQL token",
      "Aurora DSQL token",
      () => createDsqlToken(signer, { hostname: "a.dsql.eu-west-1.on.aws", region, date }),
    ],
    [
      "an ElastiCache token",
      "ElastiCache or MemoryDB token",
      () => createElastiCacheToken(signer, { cacheName: "sessions", userId: "app", region, date }),
    ],
    ["a Bedrock key", "Amazon Bedrock API key", () => createBedrockToken(signer, { region, date })],
    [
      "an IoT address",
      "AWS IoT address",
      () => createIotUrl(signer, { hostname: "broker.example.com", region, date }),
    ],
    ["an MSK token", "Amazon MSK token", async () => (await createMskToken(signer, { region, date })).token],
  ];

  test.each(proofs)("%s is read as %s, and its signature is good", async (_, kind, make) => {
    const text = await make();
    expect(readInput(text, { clusterName: "production" }).kind).toBe(kind);
    const { state, verdict, findings } = await explainText(text, { clusterName: "production" });
    expect({ state, verdict, findings }).toMatchObject({ state: "good" });
  });

  test.each(proofs)("%s under another key is wrong", async (_, __, make) => {
    const { state } = await explainText(await make(), {
      clusterName: "production",
      keys: { secretAccessKey: "another" },
    });
    expect(state).toBe("bad");
  });

  test("for an EKS cluster of another name is wrong, and without a name the reader is asked for it", async () => {
    const { token } = await createEksToken(signer, { clusterName: "production", region, date });
    expect((await explainText(token, { clusterName: "staging" })).state).toBe("bad");
    expect(readInput(token).notes.join()).toContain("cluster");
  });

  test("that its checker refuses is refused in the checker's words", () => {
    const url = btoa("https://sts.example.com/?Action=GetCallerIdentity").replaceAll("=", "");
    expect(() => readInput(`k8s-aws-v1.${url}`)).toThrow("(wrong-host)");
  });
});

describe("an unsigned request", () => {
  test("is signed with the example keys, and what was signed verifies", async () => {
    const { state, signed, texts } = await explainText(
      `curl ${ADDRESS} -H 'content-type: ${FORM}' -d '${BODY}'`,
      { keys: {} },
    );
    expect(state).toBe("open");
    expect(texts?.stringToSign).toContain("20240506/eu-west-1/sts/aws4_request");
    expect((await explainText(writeHttp(signed?.headers ?? {}))).state).toBe("good");
  });

  test("is presigned when it is to be signed in the query, and the address verifies", async () => {
    const { request } = readInput("https://examplebucket.s3.eu-west-1.amazonaws.com/a%20b.txt");
    const { signed } = await explain(request, { keys: {}, choice: { signedIn: "query", date }, now: date });
    expect((await explainText(signed?.url ?? "")).state).toBe("good");
  });

  test("to a host that tells no service says what is missing", async () => {
    const { state, findings } = await explainText("https://api.example.com/", { keys: {} });
    expect(state).toBe("bad");
    expect(findings.join()).toContain("service missing");
  });
});

test.each([
  ["curl", "good"],
  ["header", "bad"],
  ["presigned", "good"],
  ["eks", "good"],
])("the page's example %s is %s", async (name, state) => {
  const { input = "", secret = "", cluster } = await makeExample(name, date);
  const explanation = await explainText(input, {
    keys: { secretAccessKey: secret },
    clusterName: cluster ?? "",
  });
  expect(explanation.state).toBe(state);
});
