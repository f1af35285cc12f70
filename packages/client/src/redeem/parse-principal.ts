/** Who an ARN from GetCallerIdentity names, in parts. Branch on `kind`. */
export type CallerPrincipal = IamUser | RoleSession | FederatedUser | RootUser | OtherPrincipal;

/** An IAM user. */
export interface IamUser {
  /** The kind of identity. */
  readonly kind: "user";
  /** The user's name, without its path. */
  readonly userName: string;
  /** The path: `/` or such as `/division/team/`. */
  readonly path: string;
}

/** A session of a role, including the sessions of instances, functions and the IAM Identity Center. */
export interface RoleSession {
  /** The kind of identity. */
  readonly kind: "role-session";
  /** The role's name; the ARN of a session does not contain the role's path. */
  readonly roleName: string;
  /** The session name, chosen by the caller who assumed the role: do not rely on it unless the role's policy does. */
  readonly sessionName: string;
}

/** A session of GetFederationToken. */
export interface FederatedUser {
  /** The kind of identity. */
  readonly kind: "federated-user";
  /** The name that the caller of GetFederationToken chose. */
  readonly name: string;
}

/** The root user of an account. */
export interface RootUser {
  /** The kind of identity. */
  readonly kind: "root";
}

/** Anything in an unknown form. */
export interface OtherPrincipal {
  /** The kind of identity. */
  readonly kind: "other";
  /** The last part of the ARN. */
  readonly resource: string;
}

/** An ARN from GetCallerIdentity, in parts. */
export interface CallerArn {
  readonly partition: string;
  readonly account: string;
  readonly principal: CallerPrincipal;
}

/** Parses an ARN from GetCallerIdentity; `undefined` when it is not an ARN of `iam` or `sts`. */
export function parseCallerArn(arn: string): CallerArn | undefined {
  const [, partition, service, account, resource] =
    /^arn:(aws[a-z-]*):(iam|sts)::(\d{12}):(\S{1,1600})$/.exec(arn) ?? [];
  if (partition === undefined || account === undefined || resource === undefined) return undefined;
  return { partition, account, principal: parseResource(`${service}:${resource}`, resource) };
}

function parseResource(name: string, resource: string): CallerPrincipal {
  if (name === "iam:root") return { kind: "root" };
  const [, path, userName] = /^iam:user(\/(?:.*\/)?)([^/]+)$/.exec(name) ?? [];
  if (path !== undefined && userName !== undefined) return { kind: "user", userName, path };
  const [, roleName, sessionName] = /^sts:assumed-role\/([^/]+)\/([^/]+)$/.exec(name) ?? [];
  if (roleName !== undefined && sessionName !== undefined)
    return { kind: "role-session", roleName, sessionName };
  const [, federated] = /^sts:federated-user\/([^/]+)$/.exec(name) ?? [];
  return federated === undefined ? { kind: "other", resource } : { kind: "federated-user", name: federated };
}
