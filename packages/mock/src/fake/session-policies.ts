import { list, type PolicyDocument, type PolicyStatement } from "./policy-document.ts";
import type { Session } from "./sessions.ts";

/** Everything that a session's own policies allow: each of the documents must allow what is done. */
export function sessionPoliciesOf(
  { policies = [], managedPolicyArns = [], inlinePolicy }: Session,
  findManagedPolicy: (arn: string) => PolicyDocument | undefined,
): readonly PolicyDocument[] {
  if (managedPolicyArns.length === 0) return policies;
  const managed = managedPolicyArns.flatMap((arn) => {
    const policy = findManagedPolicy(arn);
    // Of a policy whose content nobody has told nothing is known, so that it limits nothing.
    return policy === undefined ? [ALLOW_ALL] : statementsOf(policy, ` of ${arn}`);
  });
  const inline = inlinePolicy === undefined ? [] : statementsOf(inlinePolicy, "");
  // What one of them allows is allowed, and what one of them denies is denied: they are one policy.
  return [{ Version: CURRENT, Statement: [...inline, ...managed] }, ...policies];
}

const CURRENT = "2012-10-17";
const ALLOW_ALL: PolicyStatement = { Effect: "Allow", Action: "*", Resource: "*" };

/** The statements of a policy, as they are written in the current version of the language, named after the policy. */
function statementsOf({ Version, Statement }: PolicyDocument, suffix: string): PolicyStatement[] {
  return list(Statement).map((statement, index) => {
    const name =
      statement.Sid === undefined || statement.Sid === "" ? `statement ${index + 1}` : statement.Sid;
    return rename(Version === CURRENT ? statement : withoutVariables(statement), name + suffix);
  });
}

function rename(statement: PolicyStatement, Sid: string): PolicyStatement {
  return { ...statement, Sid };
}

/** Older versions have no variables: what looks like one is plain text. */
function withoutVariables(statement: PolicyStatement): PolicyStatement {
  return JSON.parse(JSON.stringify(statement).replaceAll("${", "${$}{")) as PolicyStatement; // a statement, as before
}
