import { createSigner } from "@org/sts-signer";
import { parseStsHost } from "@org/sts-signer/caller-identity";
import { checkEksToken, createEksToken, toExecCredential } from "@org/sts-signer/eks";
import { expect, test } from "vitest";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" };
const signer = createSigner({ credentials });
const date = new Date("2026-11-24T12:00:00Z");
const cluster = { clusterName: "production", region: "eu-west-1" };
const PREFIX = "k8s-aws-v1.";

const encode = (url: string) => `${PREFIX}${Buffer.from(url).toString("base64url")}`;
/** Changes the address in a token. */
const url = (change: (url: string) => string) => (token: string) =>
  encode(change(Buffer.from(token.slice(PREFIX.length), "base64url").toString()));
const parameter = (name: string, value: string) =>
  url((text) => text.replace(new RegExp(`(?<=[?&]${name}=)[^&]*`), value));
const without = (name: string) => url((text) => text.replace(new RegExp(`&${name}=[^&]*`), ""));

const NO_TOKEN = "token: expected k8s-aws-v1. and base64url of an address";
const NO_ADDRESS = "the address cannot be read";
const INCOMPLETE = "the signature is missing, or a part of it";

test.each<[what: string, change: (token: string) => unknown, reason: string, message: string]>([
  ["a number", () => 1, "malformed", "token: expected text"],
  ["a long token", () => "a".repeat(4097), "too-large", "token: more than 4096 characters"],
  ["no prefix", (token) => token.slice(PREFIX.length), "malformed", NO_TOKEN],
  ["another character in front", (token) => token.replace(PREFIX, `${PREFIX}~`), "malformed", NO_TOKEN],
  ["another character behind", (token) => `${token}~`, "malformed", NO_TOKEN],
  ["a length that base64 cannot have", () => `${PREFIX}AAAAA`, "malformed", NO_TOKEN],
  ["a character beyond ASCII in front", url((text) => `é${text}`), "malformed", NO_TOKEN],
  ["a character beyond ASCII behind", url((text) => `${text}é`), "malformed", NO_TOKEN],
  ["no address", url(() => "no-address"), "malformed", NO_ADDRESS],
  ["a blank in the address", url((text) => `${text} `), "malformed", NO_ADDRESS],
  [
    "a host that goes on after the suffix",
    url((text) => text.replace("amazonaws.com", "amazonaws.com_example")),
    "wrong-host",
    "not https, or not a host of STS that is accepted",
  ],
  ["no life", without("X-Amz-Expires"), "wrong-parameters", "X-Amz-Expires: missing"],
  [
    "a life that is too long",
    parameter("X-Amz-Expires", "901"),
    "expires-out-of-range",
    "X-Amz-Expires: expected 0 to 900 seconds",
  ],
  ["no signature", without("X-Amz-Signature"), "wrong-parameters", INCOMPLETE],
  ["no date", without("X-Amz-Date"), "wrong-parameters", INCOMPLETE],
  [
    "no signed host",
    parameter("X-Amz-SignedHeaders", "x-k8s-aws-id"),
    "header-not-signed",
    "host is not among the signed headers",
  ],
  [
    "another service",
    url((text) => text.replace("%2Fsts%2F", "%2Fiam%2F")),
    "wrong-service",
    "the scope's service is not sts",
  ],
  [
    "another day in the scope",
    url((text) => text.replace("%2F20261124%2F", "%2F20261123%2F")),
    "wrong-day",
    "the scope's day is not the day of the signing date",
  ],
  [
    "another region in the scope",
    url((text) => text.replace("%2Feu-west-1%2F", "%2Fus-east-1%2F")),
    "wrong-region",
    "the scope's region is not the host's",
  ],
  ["a later date", parameter("X-Amz-Date", "20261124T120101Z"), "not-yet-valid", "signed later than now"],
  ["an earlier date", parameter("X-Amz-Date", "20261124T114459Z"), "expired", "signed too long ago"],
])("an EKS token with %s is refused, and the message says why", async (_what, change, reason, message) => {
  const { token } = await createEksToken(signer, { ...cluster, date });
  const options = { clusterName: cluster.clusterName, now: date };
  expect(checkEksToken(token, options)).toMatchObject({ ok: true });
  expect(checkEksToken(change(token), options)).toStrictEqual({ ok: false, reason, message });
});

test("an EKS token is to be replaced 14 minutes after it was signed", async () => {
  const { expiration } = await createEksToken(signer, { ...cluster, date });
  expect(expiration).toEqual(new Date("2026-11-24T12:14:00Z"));
});

test("a cluster name that no header can contain is named in the error", async () => {
  await expect(createEksToken(signer, { ...cluster, clusterName: "a\nb", date })).rejects.toThrow(
    /^clusterName: expected text of the form /,
  );
});

test("kubectl gets the token, its end in whole seconds, and the version that is usual without execInfo", () => {
  const expiration = new Date("2026-11-24T12:14:00.123Z");
  expect(toExecCredential({ token: "k8s-aws-v1.example", expiration })).toStrictEqual({
    kind: "ExecCredential",
    apiVersion: "client.authentication.k8s.io/v1beta1",
    spec: {},
    status: { expirationTimestamp: "2026-11-24T12:14:00Z", token: "k8s-aws-v1.example" },
  });
});

test("a region may have a number of two digits", () => {
  expect(parseStsHost("sts.us-east-10.amazonaws.com")).toEqual({ region: "us-east-10", partition: "aws" });
});
