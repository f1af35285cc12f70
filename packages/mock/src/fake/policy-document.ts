/** A policy document in IAM's form. */
export interface PolicyDocument {
  /** Version of the policy language: `2012-10-17` or `2008-10-17`. Unless it is `2012-10-17`, variables are plain text. */
  readonly Version?: string;
  /** Id of the policy. It has no effect. */
  readonly Id?: string;
  /** One statement or several. */
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

/** One or several texts. */
export type OneOrMany = string | readonly string[];

/** One statement of a {@link PolicyDocument}. */
export interface PolicyStatement {
  /** Name of the statement. It has no effect except in explanations. */
  readonly Sid?: string;
  /** Whether a request that matches is allowed or denied. A denial wins. */
  readonly Effect: "Allow" | "Deny";
  /** Who the statement is about: required in a trust policy, refused in all others. */
  readonly Principal?: "*" | Readonly<Record<string, OneOrMany>>;
  /** Actions with `*` and `?` wildcards. */
  readonly Action?: OneOrMany;
  /** All actions but these. */
  readonly NotAction?: OneOrMany;
  /** ARNs with wildcards: required unless there is `NotResource`, and refused in a trust policy. */
  readonly Resource?: OneOrMany;
  /** All resources but these. */
  readonly NotResource?: OneOrMany;
  /** Conditions by operator, then by key. All must hold. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, ConditionValue>>>>;
}

/** What a condition compares with. */
export type ConditionValue = string | number | boolean | readonly (string | number | boolean)[];

/** Returns one item or several as a list. */
export function list<T>(value: T | readonly T[]): readonly T[] {
  // `Array.isArray` does not narrow a readonly array away from the other side of the union.
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
