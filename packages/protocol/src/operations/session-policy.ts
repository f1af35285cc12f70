import type { InputIssue } from "../invalid-input-error.ts";
import type {
  ListSchema,
  MembersOf,
  OptionalMember,
  RequiredMember,
  StringSchema,
  StructSchema,
} from "../schema.ts";
import { combination } from "./combination.ts";
import { arn } from "./shapes.ts";

/**
 * A managed policy, named by its ARN.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_PolicyDescriptorType.html PolicyDescriptorType}
 */
export interface PolicyDescriptorType {
  /** ARN of the policy, 20 to 2,048 characters. The member's name is in lower case on the wire too. */
  arn?: string | undefined;
}

const policyDescriptor: StructSchema<MembersOf<PolicyDescriptorType>> = {
  kind: "struct",
  members: { arn },
};

/** The one policy that defines a privileged session. */
export const taskPolicy: RequiredMember<StructSchema<MembersOf<PolicyDescriptorType>>> = {
  kind: "struct",
  required: true,
  members: { arn },
};

/** Managed policies of a session. The limit of ten is documented, not modelled: see {@link checkSessionPolicies}. */
export const policyArns: OptionalMember<ListSchema<StructSchema<MembersOf<PolicyDescriptorType>>>> = {
  kind: "list",
  member: policyDescriptor,
};

const policyPattern: RegExp = /^[\t\n\r -\xFF]+$/;

/** A session's inline policy. */
export const policy: OptionalMember<StringSchema> = {
  kind: "string",
  min: 1,
  max: 2048,
  pattern: policyPattern,
};

/** A role session's inline policy: the model has dropped its maximum. */
export const rolePolicy: OptionalMember<StringSchema> = { kind: "string", min: 1, pattern: policyPattern };

/** The members that narrow a session's permissions. */
export interface SessionPolicyInput {
  /** Inline policy. */
  Policy?: string | undefined;
  /** Managed policies. */
  PolicyArns?: PolicyDescriptorType[] | undefined;
}

/**
 * At most ten managed policies, and at most 2,048 characters of policy text in all. The packed size depends on
 * how well the text compresses, and only the service knows it.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html IAM and STS quotas}
 */
export function checkSessionPolicies({ Policy, PolicyArns }: SessionPolicyInput): InputIssue[] {
  const arns = PolicyArns ?? [];
  if (arns.length > 10)
    return combination("PolicyArns", `has ${arns.length} items, but must have at most 10`);
  const length = arns.reduce((sum, item) => sum + (item?.arn?.length ?? 0), Policy?.length ?? 0);
  return length > 2048
    ? combination("Policy", `and PolicyArns have ${length} characters together, but must have at most 2048`)
    : [];
}
