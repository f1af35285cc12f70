import type { FakeSts, PolicyDocument, PolicyStatement } from "@org/sts-mock";
import { AssumeRole, type AssumeRoleRequest } from "@org/sts-protocol";

import { call, type CallOptions } from "./call.ts";

export const ACCOUNT = "123456789012";
export const OTHER_ACCOUNT = "111122223333";
export const USER = `arn:aws:iam::${ACCOUNT}:user/demo`;

/** What a permission check decided. */
export type Verdict = "allowed" | "denied";

/** Turns AccessDenied into `denied`. Any other error stays an error, so that a typing mistake is not taken for a refusal. */
export async function verdict(outcome: Promise<unknown>): Promise<Verdict> {
  try {
    await outcome;
    return "allowed";
  } catch (error) {
    if (error instanceof Error && error.name === "AccessDenied") return "denied";
    throw error;
  }
}

/** ARN of a role of {@link ACCOUNT}. */
export function roleArn(name: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}

/** Calls AssumeRole for a role of {@link ACCOUNT}. */
export function assumeRole(
  fake: FakeSts,
  name: string,
  input: Partial<AssumeRoleRequest> = {},
  options: CallOptions = {},
) {
  return call(fake, AssumeRole, { RoleArn: roleArn(name), RoleSessionName: "test", ...input }, options);
}

/** A policy of these statements. */
export function policy(...statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** A statement that allows everything but for what is said otherwise. */
export function allow(statement: Partial<PolicyStatement> = {}): PolicyStatement {
  return { Effect: "Allow", ...everythingBut(statement), ...statement };
}

/** A statement that denies everything but for what is said otherwise. */
export function deny(statement: Partial<PolicyStatement> = {}): PolicyStatement {
  return { Effect: "Deny", ...everythingBut(statement), ...statement };
}

/** A trust policy that lets everybody do every action of STS, within what is said otherwise. */
export function trust(statement: Partial<PolicyStatement> = {}): PolicyDocument {
  const action = statement.NotAction === undefined ? { Action: "sts:*" } : {};
  return policy({ Effect: "Allow", Principal: "*", ...action, ...statement });
}

function everythingBut({ NotAction, NotResource }: Partial<PolicyStatement>) {
  return {
    ...(NotAction === undefined ? { Action: "*" } : {}),
    ...(NotResource === undefined ? { Resource: "*" } : {}),
  };
}
