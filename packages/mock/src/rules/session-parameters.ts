import {
  AssumeRole,
  MalformedPolicyDocumentException,
  type OperationSchema,
  PackedPolicyTooLargeException,
  type PolicyDescriptorType,
  type Tag,
} from "@org/sts-protocol";

import { parseIdentityPolicy } from "../fake/parse-policy.ts";
import type { PolicyDocument } from "../fake/policy-document.ts";
import { serviceError, validationError } from "../fake/service-errors.ts";
import type { Session } from "../fake/sessions.ts";
import { findValidationError } from "../fake/validation-error.ts";
import type { RuleContext } from "./rule.ts";

/** Parameters that callers can give for a session. */
export interface SessionParameters {
  /** Inline session policy. */
  readonly Policy?: string | undefined;
  /** Managed session policies. */
  readonly PolicyArns?: PolicyDescriptorType[] | undefined;
  /** Session tags. */
  readonly Tags?: Tag[] | undefined;
  /** Keys of the tags that go on to further sessions. */
  readonly TransitiveTagKeys?: string[] | undefined;
}

/** {@link SessionParameters}, checked. */
export interface CheckedParameters {
  /** The session policies, as {@link Session} holds them. */
  readonly sessionPolicies: Pick<Session, "policies" | "managedPolicyArns" | "inlinePolicy">;
  /** Tags of the session, with those that come down from the caller's. */
  readonly tags: Readonly<Record<string, string>>;
  /** The tags given in this request. */
  readonly requestTags: Readonly<Record<string, string>>;
  /** Whether the session has tags, given now or handed down, so that `sts:TagSession` is needed. */
  readonly isTagged: boolean;
  /** Keys of the tags that go on. */
  readonly transitiveTagKeys: readonly string[];
  /** `PackedPolicySize` of the response, when there is anything to pack. */
  readonly packed: { readonly PackedPolicySize?: number };
}

/** Most characters of policies in plain text, and bytes of policies and tags when packed. */
const ALLOWANCE = 2048;

/** The limits of tags. Those in a request have been checked with it; those in a token or an assertion have not. */
const TAGS: OperationSchema = {
  ...AssumeRole,
  input: { Tags: AssumeRole.input.Tags, TransitiveTagKeys: AssumeRole.input.TransitiveTagKeys },
};

/**
 * Checks session policies and tags.
 *
 * @param above - the caller's session, whose transitive tags come down
 * @throws STSServiceException `MalformedPolicyDocument`, `PackedPolicyTooLarge`, `ValidationError` or `InvalidParameterValue`.
 */
export function checkSessionParameters(
  { noteOnce, world }: Pick<RuleContext, "noteOnce" | "world">,
  input: SessionParameters,
  above?: Session,
): CheckedParameters {
  const { Policy, PolicyArns = [], Tags = [], TransitiveTagKeys = [] } = input;
  const arns = PolicyArns.map(({ arn = "" }) => arn);
  if (arns.length > 10) {
    throw validationError(
      "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to 10",
    );
  }
  for (const arn of arns.filter((own) => world.findManagedPolicy(own) === undefined)) {
    noteOnce(
      `PolicyArns: ${arn} limits nothing here, because the fake does not know what it allows; tell it in createFakeSts({ managedPolicies })`,
    );
  }
  const policy = Policy === undefined ? undefined : readSessionPolicy(Policy);
  const plain = (Policy?.length ?? 0) + sum(arns);
  if (plain > ALLOWANCE) {
    throw validationError(
      `The inline and managed session policies have ${plain} characters together, and may have ${ALLOWANCE}`,
    );
  }
  const invalidTags = findValidationError(TAGS, { Tags, TransitiveTagKeys });
  if (invalidTags) throw invalidTags;
  const requestTags = readTags(Tags, TransitiveTagKeys, above);
  const transitive = new Set(above?.transitiveTagKeys?.map((key) => key.toLowerCase()));
  const inherited = Object.entries(above?.tags ?? {}).filter(([key]) => transitive.has(key.toLowerCase()));
  const packedBytes =
    (policy === undefined ? 0 : JSON.stringify(policy).length) +
    sum(arns) +
    sum([...Object.entries(requestTags), ...inherited].flat());
  const PackedPolicySize = Math.ceil((100 * packedBytes) / ALLOWANCE);
  if (PackedPolicySize > 100) {
    throw new PackedPolicyTooLargeException({
      message: `Packed size of session policies and tags consumes ${PackedPolicySize}% of allotted space`,
    });
  }
  return {
    sessionPolicies:
      arns.length === 0
        ? { policies: policy === undefined ? [] : [policy] }
        : { managedPolicyArns: arns, inlinePolicy: policy },
    tags: { ...Object.fromEntries(inherited), ...requestTags },
    requestTags,
    isTagged: Object.keys(requestTags).length + inherited.length > 0,
    transitiveTagKeys: [...inherited.map(([key]) => key), ...TransitiveTagKeys],
    packed: packedBytes === 0 ? {} : { PackedPolicySize },
  };
}

/**
 * Reads an inline session policy.
 *
 * @throws STSServiceException `MalformedPolicyDocument`.
 */
export function readSessionPolicy(text: string): PolicyDocument {
  let policy: PolicyDocument;
  try {
    policy = parseIdentityPolicy(text);
  } catch (error) {
    const isJson = error instanceof SyntaxError && error.message.startsWith("policy: ");
    throw new MalformedPolicyDocumentException({
      message: isJson ? `Syntax errors in policy. (${error.message})` : "This policy contains invalid Json",
    });
  }
  return policy;
}

/**
 * Reads session tags.
 *
 * @throws STSServiceException `InvalidParameterValue` for keys that repeat, are reserved, or are transitive already.
 */
export function readTags(
  tags: readonly Tag[],
  transitive: readonly string[] = [],
  above?: Session,
): Record<string, string> {
  const keys = new Set<string>();
  for (const { Key = "" } of tags) {
    const key = Key.toLowerCase();
    if (keys.has(key)) {
      throw invalidParameter("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }
    if (key.startsWith("aws:")) throw invalidParameter("A tag key must not begin with aws:");
    keys.add(key);
  }
  if (above?.transitiveTagKeys?.some((key) => keys.has(key.toLowerCase())) === true) {
    throw invalidParameter(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  if (transitive.some((key) => !keys.has(key.toLowerCase()))) {
    throw invalidParameter("The specified transitive tag key must be included in the requested tags.");
  }
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

function invalidParameter(message: string): Error {
  return serviceError("InvalidParameterValue", 400, message);
}

function sum(texts: readonly string[]): number {
  return texts.reduce((total, text) => total + text.length, 0);
}
