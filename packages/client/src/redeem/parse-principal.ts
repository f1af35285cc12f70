/** Who an ARN of GetCallerIdentity names, taken apart. Branch on `kind`. */
export type CallerPrincipal = IamUser | RoleSession | FederatedUser | RootUser | OtherPrincipal;

/** A user of IAM. */
export interface IamUser {
  /** What it is. */
  readonly kind: "user";
  /** The user's name, without its path. */
  readonly userName: string;
  /** The path: `/` or such as `/division/team/`. */
  readonly path: string;
}

/** A session of a role, also of one that an instance, a function or the IAM Identity Center has. */
export interface RoleSession {
  /** What it is. */
  readonly kind: "role-session";
  /** The role's name; its path does not stand in the ARN of a session. */
  readonly roleName: string;
  /** The name that whoever assumed the role gave the session: do not rely on it unless the role's policy does. */
  readonly sessionName: string;
}

/** A session of GetFederationToken. */
export interface FederatedUser {
  /** What it is. */
  readonly kind: "federated-user";
  /** The name that the caller of GetFederationToken gave. */
  readonly name: string;
}

/** The root user of an account. */
export interface RootUser {
  /** What it is. */
  readonly kind: "root";
}

/** Something that has no form known here. */
export interface OtherPrincipal {
  /** What it is. */
  readonly kind: "other";
  /** The last part of the ARN. */
  readonly resource: string;
}

/** An ARN of GetCallerIdentity, taken apart. */
export interface CallerArn {
  readonly partition: string;
  readonly account: string;
  readonly principal: CallerPrincipal;
}

/** Takes an ARN of GetCallerIdentity apart; undefined when it is none of `iam` or `sts`. */
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
