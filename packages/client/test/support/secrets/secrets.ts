import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type LogMode, type STSClientConfig } from "@org/sts-client";

// Every secret that goes in, written so that each encoding of it differs from the others. No two share a part.
export const secrets = {
  secretAccessKey: "mkdKey+Zq81/wJalrX=UtnFEMI/K7MDENG+bPxRfiCY",
  sessionToken: 'mkdTok+IQoJb3/JpZ2luX2=Vj<EBY>&"aCXVzLX\\dlc3Qt/MiJI=',
  externalId: "mkdExt=customer+4711/partner:7f3a@blue",
  tokenCode: "824193",
  webIdentityToken: "mkdWebeyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtYXJrZWQifQ.c2lnbmF0dXJl/mkd+9",
  samlAssertion: "mkdSamlPHNhbWxwOlJlc3BvbnNlIElEPSJtYXJrZWQi+Pz48L3NhbWxwOlJlc3BvbnNlPg==",
  bearer: "mkdBear+er/9c0d=Kx7&Yq<2>Lw",
  metadataToken: "mkdImds+AQAEAOVqX/4sJ9=t0kWv",
  password: "mkdPass+w0rd/9=f%z&Qm",
  refreshToken: "mkdRefr+esh/Aor1=jb3Jw&LnJlZnJl<c2g>",
  clientSecret: "mkdClnt+Sec/eyJraWQi=OiJrZXktMTU2N",
  processOutput: "mkdProc+Out/zkP3=qWx8vLm5",
  otpSecret: "MKDOTPJBSWY3DPEHPK3PXPJBSWY3DP",
} as const;
export type SecretName = keyof typeof secrets;

export const callerKeys = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: secrets.secretAccessKey,
  sessionToken: secrets.sessionToken,
};
export const role = { RoleArn: "arn:aws:iam::123456789012:role/demo", RoleSessionName: "test" };
export const serialNumber = "arn:aws:iam::123456789012:mfa/demo";
export const PrincipalArn = "arn:aws:iam::123456789012:saml-provider/demo";
export const NOW = Date.parse("2026-11-29T12:00:00Z");
export const now = () => NOW;
export const sleep = async () => undefined;
export const MODES: readonly LogMode[] = ["signing", "retries", "requestWithBody", "responseWithBody"];

export const home = await mkdtemp(join(tmpdir(), "sts-secrets-"));

/** What a path has to hand beside the secrets. */
export interface Recorder {
  /** Takes what somebody may print. Returns it. */
  readonly print: <T>(value: T) => T;
  /** Takes what a listener is told. */
  readonly publish: (value: unknown) => void;
  /** A logger that keeps what it is given. */
  readonly logger: NonNullable<STSClientConfig["logger"]>;
  /** Configuration of a client that logs everything. */
  readonly config: STSClientConfig;
}

/** A way to fail. Rejects, or returns the reason. */
export interface Path {
  readonly name: string;
  /** Whether a service is asked before it fails. */
  readonly asks?: boolean;
  readonly fail: (recorder: Recorder) => Promise<unknown>;
}
