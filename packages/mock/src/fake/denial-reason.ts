import { list, type OneOrMany } from "./policy-document.ts";
import type { Mismatch, StatementReason } from "./policy.ts";

/** Why the fake responded with `AccessDenied`. The response uses the service's words, which name no cause. */
export interface DenialReason {
  /**
   * - `no-such-role`: the role does not exist.
   * - `no-statement-matched`: no statement of the role's trust policy allows it.
   * - `explicit-deny`: a statement denies it.
   * - `permissions-policy`: the caller's identity policies do not allow it.
   * - `session-policy`: a policy that the caller's session was created with does not allow it.
   * - `rule`: a rule of the service other than a policy, such as a wrong MFA code.
   */
  readonly kind:
    | "no-such-role"
    | "no-statement-matched"
    | "explicit-deny"
    | "permissions-policy"
    | "session-policy"
    | "rule";
  /** The explanation as text, on several lines if policies were involved. */
  readonly message: string;
  /** Who asked: an ARN, or the names of an identity from another provider. */
  readonly principal?: string | undefined;
  /** Action that was not allowed. */
  readonly action?: string | undefined;
  /** ARN of the target. */
  readonly resource?: string | undefined;
  /** The policies that decided, with the result for each statement. */
  readonly policies: readonly PolicyReason[];
}

/** A policy's result. */
export interface PolicyReason {
  /** Which policy it is, such as `trust policy of arn:aws:iam::123456789012:role/demo`. */
  readonly policy: string;
  /** Its statements. For a policy that denies, only those that deny. */
  readonly statements: readonly StatementReason[];
}

const SENTENCES: Readonly<Record<Exclude<DenialReason["kind"], "rule">, string>> = {
  "no-such-role": "there is no such role",
  "no-statement-matched": "no statement of the role's trust policy allows it",
  "explicit-deny": "a statement denies it",
  "permissions-policy": "no identity policy of the caller allows it",
  "session-policy": "a session policy of the caller does not allow it",
};

/** Assembles an explanation. */
export function explainDenial(
  reason: Omit<DenialReason, "message" | "kind"> & {
    readonly kind: keyof typeof SENTENCES;
    readonly action: string;
  },
): DenialReason {
  const { kind, principal, action, resource, policies } = reason;
  const lines = [
    `${principal ?? "the caller"} may not ${action}${resource === undefined ? "" : ` on ${resource}`}: ${SENTENCES[kind]}`,
    ...policies.map(describePolicy),
  ];
  return { ...reason, message: lines.join("\n") };
}

function describePolicy({ policy, statements }: PolicyReason): string {
  return [`  ${policy}`, ...statements.map(describeStatement)].join("\n");
}

function describeStatement({ statement, effect, mismatches }: StatementReason): string {
  const what = mismatches.length === 0 ? "matches" : mismatches.map(describeMismatch).join("; ");
  return `    ${statement} (${effect}): ${what}`;
}

function describeMismatch({ element, operator, key, expected, found }: Mismatch): string {
  const where = [element, operator, key].filter((part) => part !== undefined).join(" ");
  return `${where}: expected ${show(expected)}, found ${found === undefined ? "no such key" : show(found)}`;
}

function show(values: OneOrMany): string {
  const items = list(values);
  return items.length === 0 ? "nothing" : items.map((item) => JSON.stringify(item)).join(", ");
}
