import { accessDenied, serviceError, validationError } from "../fake/service-errors.ts";
import type { Principal } from "../fake/principals.ts";
import type { Session } from "../fake/sessions.ts";
import type { CheckedParameters } from "./session-parameters.ts";
import { issueFor, type Issued, type RuleContext } from "./rule.ts";

/** What a role session is created from, whichever operation asks. */
export interface RoleSessionRequest {
  /** The role. */
  readonly role: Principal;
  /** Name of the session. */
  readonly sessionName: string;
  /** Requested seconds. */
  readonly durationSeconds: number | undefined;
  /** Session policies and tags. */
  readonly parameters: CheckedParameters;
  /** Requested source identity. */
  readonly sourceIdentity: string | undefined;
  /** Minimum size of the token in bytes. */
  readonly minimumTokenBytes: number | undefined;
  /** Latest end of the session, in milliseconds since 1970. */
  readonly endsBy?: number | undefined;
  /** The session that asks, if the caller is one. */
  readonly above?: Session | undefined;
  /** Subject that another identity provider vouched for. */
  readonly originSubject?: string | undefined;
  /** The provider that vouched for it. */
  readonly federatedProvider?: string | undefined;
}

/** What every role session's response contains. */
export interface RoleSession extends Issued {
  /** The session. */
  readonly AssumedRoleUser: { readonly AssumedRoleId: string; readonly Arn: string };
  /** How full the packed policies and tags are, in percent. */
  readonly PackedPolicySize?: number;
  /** Source identity, if there is one. */
  readonly SourceIdentity?: string | undefined;
}

/**
 * Issues a role session.
 *
 * @throws STSServiceException `ValidationError` when it would be longer than the role or role chaining allows.
 */
export async function issueRoleSession(
  context: RuleContext,
  asked: RoleSessionRequest,
): Promise<RoleSession> {
  const { role, sessionName, parameters, above, sourceIdentity } = asked;
  const isChained = above?.identity.kind === "role";
  const wanted = asked.durationSeconds ?? 3600;
  if (isChained && wanted > 3600) {
    throw validationError(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    );
  }
  if (wanted > role.maxSessionDuration) {
    throw validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  const left = asked.endsBy === undefined ? Infinity : Math.floor((asked.endsBy - context.now) / 1000);
  const partition = context.world.partition(role.account);
  const Arn = `arn:${partition}:sts::${role.account}:assumed-role/${role.name}/${sessionName}`;
  const AssumedRoleId = `${role.id}:${sessionName}`;
  const issued = await issueFor(
    context,
    Math.min(wanted, left),
    {
      identity: {
        kind: "role",
        account: role.account,
        arn: Arn,
        userId: AssumedRoleId,
        principalArn: role.arn,
      },
      // No mfaAt: credentials of a role carry no MFA, even when a code was given for them.
      federatedProvider: asked.federatedProvider,
      originSubject: asked.originSubject,
      tags: parameters.tags,
      transitiveTagKeys: parameters.transitiveTagKeys,
      sourceIdentity,
      ...parameters.sessionPolicies,
    },
    asked.minimumTokenBytes,
  );
  return {
    ...issued,
    AssumedRoleUser: { AssumedRoleId, Arn },
    ...parameters.packed,
    SourceIdentity: sourceIdentity,
  };
}

/**
 * Finds the source identity of a session: once set, it stays.
 *
 * @throws STSServiceException `AccessDenied` when another one is requested.
 */
export function stickySourceIdentity(
  asked: string | undefined,
  above: Session | undefined,
): string | undefined {
  const before = above?.sourceIdentity;
  if (before !== undefined && asked !== undefined && asked !== before) {
    throw accessDenied("The source identity of a session cannot be changed");
  }
  return asked ?? before;
}

/**
 * Finds a role by its ARN.
 *
 * @returns `undefined` when there is no such role, which the service never reveals.
 * @throws STSServiceException `ValidationError` when the text is not the ARN of a role.
 */
export function findRole({ world }: RuleContext, arn: string): Principal | undefined {
  if (!/^arn:[\w-]+:iam::\d{12}:role\/.+$/.test(arn))
    throw serviceError("ValidationError", 400, "Request ARN is invalid");
  return world.findPrincipal(arn);
}
