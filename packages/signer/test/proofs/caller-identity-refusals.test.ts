import { createSigner } from "@org/sts-signer";
import { checkCallerIdentity, signCallerIdentity } from "@org/sts-signer/caller-identity";
import { expect, test } from "vitest";

import { recorded, recordedAt as date } from "../support/recorded-proofs.ts";

const signer = createSigner({ credentials: { ...recorded.keys, sessionToken: "a/token+with=signs" } });
const audience = { header: "x-server-id", value: "api.example.com" };

interface Proof {
  method: unknown;
  url: unknown;
  headers: Record<string, unknown>;
  body: unknown;
}

const header = (name: string, value: unknown) => (proof: Proof) => void (proof.headers[name] = value);
const signedHeaders = (change: (names: string) => string) => (proof: Proof) => {
  const before = String(proof.headers["authorization"]);
  proof.headers["authorization"] = before.replace(/(?<=SignedHeaders=)[^,]*/, change);
};
const query = (text: string) => (proof: Proof) => void (proof.url = `${String(proof.url)}?${text}`);
const url = (change: (text: string) => unknown) => (proof: Proof) =>
  void (proof.url = change(String(proof.url)));
const body = (text: unknown) => (proof: Proof) => void (proof.body = text);

const ACTION = "Action=GetCallerIdentity&Version=2011-06-15";

test.each<[what: string, change: (proof: Proof) => void, reason: string, message: string]>([
  ["another method", (proof) => void (proof.method = "PUT"), "wrong-method", "expected GET or POST"],
  ["a number for the method", (proof) => void (proof.method = 1), "malformed", "method: expected text"],
  [
    "a long method",
    (proof) => void (proof.method = "A".repeat(17)),
    "too-large",
    "method: more than 16 characters",
  ],
  ["a number for the address", url(() => 1), "malformed", "url: expected text"],
  ["no address", url(() => "no-address"), "malformed", "the address cannot be read"],
  ["a blank in the address", url((text) => `${text} `), "malformed", "the address cannot be read"],
  [
    "http",
    url((text) => text.replace("https", "http")),
    "wrong-host",
    "not https, or not a host of STS that is accepted",
  ],
  [
    "a path",
    url((text) => `${text.replace(/\/$/, "")}/x`),
    "wrong-path",
    "expected the path / without a port, a user or a fragment",
  ],
  ["a number for the body", body(1), "malformed", "body: expected text"],
  ["a long body", body("a".repeat(1025)), "too-large", "body: more than 1024 characters"],
  [
    "another host header",
    header("host", "sts.us-east-1.amazonaws.com"),
    "wrong-host",
    "the host header is not the host of the address",
  ],
  [
    "another length",
    header("content-length", "1"),
    "header-not-allowed",
    "content-length is not the length of the body",
  ],
  [
    "another type",
    header("content-type", "text/plain"),
    "header-not-allowed",
    "content-type: expected application/x-www-form-urlencoded",
  ],
  [
    "no type",
    (proof) => void delete proof.headers["content-type"],
    "header-not-allowed",
    "content-type: expected application/x-www-form-urlencoded",
  ],
  [
    "a type that ends alike",
    header("content-type", "x-application/x-www-form-urlencoded"),
    "header-not-allowed",
    "content-type: expected application/x-www-form-urlencoded",
  ],
  [
    "a signature in the query beside",
    query(`X-Amz-Signature=${"0".repeat(64)}`),
    "wrong-parameters",
    "signed in the headers and in the query",
  ],
  [
    "an Action in the query beside",
    query("Action=GetCallerIdentity"),
    "wrong-parameters",
    "an Action in the query and a body",
  ],
  [
    "a Version in the query beside",
    query("Version=2011-06-15"),
    "wrong-parameters",
    "an Action in the query and a body",
  ],
  [
    "a body of GET",
    (proof) => void (proof.method = "GET"),
    "wrong-parameters",
    "an Action in the query and a body",
  ],
  ["no Version", body("Action=GetCallerIdentity"), "wrong-parameters", "expected Action and Version"],
  ["no Action", body("Version=2011-06-15"), "wrong-parameters", "expected Action and Version"],
  [
    "a date in the body",
    body(`${ACTION}&X-Amz-Date=20261124T120000Z`),
    "wrong-parameters",
    "expected Action and Version",
  ],
  [
    "another parameter",
    body(`${ACTION}&RoleArn=a`),
    "wrong-parameters",
    "a parameter that does not belong there, or one twice",
  ],
  [
    "a parameter twice",
    body(`${ACTION}&version=a`),
    "wrong-parameters",
    "a parameter that does not belong there, or one twice",
  ],
  ["a parameter without a value", body(`${ACTION}&a`), "malformed", "a parameter cannot be read"],
  ["a parameter that is not encoded", body(`(${ACTION}`), "malformed", "a parameter cannot be read"],
  ["bytes that are no UTF-8", body(`${ACTION}&a=%ff`), "malformed", "a parameter cannot be read"],
  [
    "another action",
    body("Action=AssumeRole&Version=2011-06-15"),
    "wrong-action",
    "expected GetCallerIdentity of 2011-06-15",
  ],
  [
    "no signed host",
    signedHeaders((names) => names.replace(";host", "")),
    "header-not-signed",
    "host is not among the signed headers",
  ],
  [
    "no list of signed headers",
    (proof) => void (proof.headers["authorization"] = "AWS4-HMAC-SHA256 Credential=a, Signature=b"),
    "header-not-signed",
    "host is not among the signed headers",
  ],
  [
    "no signed audience",
    signedHeaders((names) => names.replace(";x-server-id", "")),
    "header-not-signed",
    "x-server-id is not among the signed headers",
  ],
  [
    "no audience",
    (proof) => void delete proof.headers["x-server-id"],
    "header-missing",
    "x-server-id was signed but is not there",
  ],
  [
    "another audience",
    header("x-server-id", "other.example.com"),
    "wrong-audience",
    "x-server-id has another value than the expected one",
  ],
  [
    "a signed header that is missing",
    signedHeaders((names) => names.replace(";host", ";host;user-agent")),
    "header-missing",
    "a header that was signed is not there",
  ],
  [
    "a header twice",
    header("Content-Type", "application/x-www-form-urlencoded"),
    "header-not-allowed",
    "a header twice",
  ],
  [
    "an unknown header",
    header("x-amz-target", "a"),
    "header-not-allowed",
    "a header that such a request does not have",
  ],
  [
    "a header with a blank in front",
    header("user-agent", " a"),
    "malformed",
    "a header has other characters than visible ASCII",
  ],
  [
    "a header beyond ASCII",
    header("user-agent", "é"),
    "malformed",
    "a header has other characters than visible ASCII",
  ],
  ["a header that is no text", header("user-agent", 1), "malformed", "a header: expected text"],
  [
    "a long header",
    header("user-agent", "a".repeat(8193)),
    "too-large",
    "a header: more than 8192 characters",
  ],
  [
    "a long name of a header",
    header("a".repeat(129), "a"),
    "too-large",
    "a header's name: more than 128 characters",
  ],
  [
    "no date",
    (proof) => void delete proof.headers["x-amz-date"],
    "malformed",
    "date: expected a form such as 20150830T123600Z",
  ],
])(
  "a GetCallerIdentity request with %s is refused, and the message says why",
  async (_what, change, reason, message) => {
    const signed = await signCallerIdentity(signer, { region: "eu-west-1", date, audience });
    const proof: Proof = { ...signed, headers: { ...signed.headers } };
    expect(checkCallerIdentity(proof, { now: date, audience })).toMatchObject({ ok: true });
    change(proof);
    expect(checkCallerIdentity(proof, { now: date, audience })).toStrictEqual({ ok: false, reason, message });
  },
);
