import { redeemCallerIdentity } from "@org/sts-client/redeem";
import { createSigner, presignRequest, signRequest, verify } from "@org/sts-signer";
import { checkCallerIdentity, signCallerIdentity } from "@org/sts-signer/caller-identity";
import { checkEksToken, createEksToken } from "@org/sts-signer/eks";

import { mishaps } from "./hostile-services.ts";
import { NOW, type Path, callerKeys, secrets } from "./secrets.ts";

export const signing = { region: "eu-west-1", service: "sts", credentials: callerKeys };
export const target = {
  method: "POST",
  hostname: "sts.eu-west-1.amazonaws.com",
  path: "/",
  headers: {},
  body: "a=b",
};
export const findKey = () => ({
  secretAccessKey: secrets.secretAccessKey,
  sessionToken: secrets.sessionToken,
});

export const identitySigner = createSigner({ credentials: callerKeys });
export const audience = { header: "x-server-id", value: "api.example.com" };
export const date = new Date(NOW);

export const signerPaths: Path[] = (
  [
    [
      "signing with a line break in the token",
      () =>
        signRequest(target, {
          ...signing,
          credentials: { ...callerKeys, sessionToken: `${secrets.sessionToken}\n` },
        }),
    ],
    [
      "signing without a key id",
      () => signRequest(target, { ...signing, credentials: { ...callerKeys, accessKeyId: "" } }),
    ],
    [
      "signing an address that is none",
      () => signRequest(`https://user:${secrets.password}@a b/`, { method: "GET" }, signing),
    ],
    ["presigning for too long", () => presignRequest(target, { ...signing, expiresIn: 1e9 })],
    [
      "a provider that gives half a key",
      () =>
        createSigner({
          ...signing,
          credentials: async () => ({ secretAccessKey: secrets.secretAccessKey }) as never,
        }).sign(target),
    ],
    [
      "verifying with a wrong secret key",
      async () =>
        verify(
          await signRequest(target, { ...signing, credentials: { ...callerKeys, secretAccessKey: "wrong" } }),
          { findKey },
        ),
    ],
    [
      "verifying with a wrong session token",
      async () =>
        verify(
          await signRequest(target, {
            ...signing,
            credentials: { ...callerKeys, sessionToken: `${secrets.bearer}x` },
          }),
          { findKey },
        ),
    ],
    [
      "verifying a request that was changed",
      async () => verify({ ...(await signRequest(target, signing)), body: "changed" }, { findKey }),
    ],
    [
      "verifying what is malformed",
      async () =>
        verify(
          {
            ...target,
            headers: {
              authorization: `AWS4-HMAC-SHA256 Credential=${secrets.bearer}, SignedHeaders=${secrets.bearer}, Signature=${secrets.bearer}`,
              "x-amz-security-token": secrets.sessionToken,
            },
          },
          { findKey },
        ),
    ],
    [
      "verifying when the key store throws",
      async () =>
        verify(await signRequest(target, signing), {
          findKey: () => {
            throw new Error("down");
          },
        }),
    ],
    [
      "a proof for another audience",
      async () =>
        checkCallerIdentity(
          await signCallerIdentity(identitySigner, { region: "eu-west-1", audience, date }),
          { audience: { ...audience, value: "other.example.com" }, now: date },
        ),
    ],
    [
      "an EKS token that is too old",
      async () =>
        checkEksToken(
          (await createEksToken(identitySigner, { region: "eu-west-1", clusterName: "a", date })).token,
          { clusterName: "a", now: new Date(NOW + 3_600_000) },
        ),
    ],
    [
      "an EKS token that is none",
      async () => checkEksToken(`k8s-aws-v1.${secrets.bearer}`, { clusterName: "b" }),
    ],
  ] satisfies [string, () => unknown][]
).map(([name, run]) => ({ name, fail: async () => run() }));

// ---- proofs ----------------------------------------------------------------------------------------------------------

export const redeemPaths: Path[] = mishaps(["sessionToken"]).map(([what, send]) => ({
  name: `redeeming a proof, ${what}`,
  asks: true,
  fail: async () => {
    const proof = await signCallerIdentity(identitySigner, { region: "eu-west-1", audience, date });
    const claim = checkCallerIdentity(proof, { audience, now: date });
    if (!claim.ok) throw new Error(`the proof should be good: ${claim.message}`);
    return redeemCallerIdentity(claim, { fetch: (url, init) => send(url, init), clock: () => date });
  },
}));
