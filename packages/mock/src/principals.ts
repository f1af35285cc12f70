import type { Identifiers } from "./identifiers.ts";
import { parsePolicy, type PolicyDocument } from "./policy.ts";
import { createTotpVerifier, type TotpVerifier } from "./totp.ts";

/** A long-term access key. */
export interface AccessKey {
  /** Key id, `AKIA…`. */
  readonly accessKeyId: string;
  /** Secret key. */
  readonly secretAccessKey: string;
  /** `Inactive`: the key is refused. Default: `Active`. */
  readonly status?: "Active" | "Inactive";
}

/** A virtual MFA device. */
export interface MfaDevice {
  /** ARN of the device or the serial number of a hardware one. Default: the ARN named after its owner. */
  readonly serialNumber?: string;
  /** TOTP secret in base32. */
  readonly secret: string;
}

/** An AWS account. Accounts that users and roles name need not be listed unless they differ from the defaults. */
export interface AccountOptions {
  /** Account number, 12 digits. */
  readonly id: string;
  /** Partition. Default: `aws`. */
  readonly partition?: string;
  /** Keys of the root user. Default: none. */
  readonly rootAccessKeys?: readonly AccessKey[];
  /** MFA devices of the root user. Default: none. */
  readonly rootMfaDevices?: readonly MfaDevice[];
  /** Regions in which STS is not activated. Default: none. */
  readonly disabledRegions?: readonly string[];
  /** The account whose principals may call AssumeRoot for this one. Default: none may. */
  readonly managementAccount?: string;
  /** `false`: GetWebIdentityToken is refused. Default: `true`. */
  readonly outboundWebIdentityFederation?: boolean;
}

/** An IAM user. */
export interface UserOptions {
  /** User name. */
  readonly name: string;
  /** Account number. Default: `123456789012`. */
  readonly account?: string;
  /** Path that begins and ends with `/`. Default: `/`. */
  readonly path?: string;
  /** Unique id, `AIDA…`. Default: a random one. */
  readonly userId?: string;
  /** Keys. */
  readonly accessKeys: readonly AccessKey[];
  /** MFA devices. Default: none. */
  readonly mfaDevices?: readonly MfaDevice[];
  /** Tags, seen by conditions as `aws:PrincipalTag/…`. Default: none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Identity policies, objects or JSON. When absent, everything is permitted; `[]` permits nothing. */
  readonly policies?: readonly (PolicyDocument | string)[];
}

/** An IAM role. */
export interface RoleOptions {
  /** Role name. */
  readonly name: string;
  /** Account number. Default: `123456789012`. */
  readonly account?: string;
  /** Path that begins and ends with `/`. Default: `/`. */
  readonly path?: string;
  /** Unique id, `AROA…`. Default: a random one. */
  readonly roleId?: string;
  /** Who may assume the role, as an object or JSON. Default: every principal of the role's account. */
  readonly trustPolicy?: PolicyDocument | string;
  /** Longest session in seconds, 3,600–43,200. Default: 3,600. */
  readonly maxSessionDuration?: number;
  /** Tags, seen by conditions as `aws:PrincipalTag/…`. Default: none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Identity policies, objects or JSON. When absent, everything is permitted; `[]` permits nothing. */
  readonly policies?: readonly (PolicyDocument | string)[];
}

/** Whom a request comes from, as GetCallerIdentity tells it. */
export interface Identity {
  /** Kind of principal. */
  readonly kind: "root" | "user" | "role" | "federated";
  /** Account number. */
  readonly account: string;
  /** ARN of the caller, that of the session where there is one. */
  readonly arn: string;
  /** `AIDA…`, `AROA…:session`, `account:name`, or the account number of a root user. */
  readonly userId: string;
  /** ARN of the user or role behind a session: the value of `aws:PrincipalArn`. */
  readonly principalArn: string;
}

/** A user, a root user or a role, with everything filled in. */
export interface Principal {
  /** Kind of principal. */
  readonly kind: "root" | "user" | "role";
  /** Account number. */
  readonly account: string;
  /** User or role name; `root` for a root user. */
  readonly name: string;
  /** ARN. */
  readonly arn: string;
  /** Unique id; the account number of a root user. */
  readonly id: string;
  /** Tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Identity policies; `undefined` permits everything. */
  readonly policies: readonly PolicyDocument[] | undefined;
  /** MFA devices by serial number. */
  readonly mfaDevices: ReadonlyMap<string, MfaRegistration>;
  /** Trust policy; roles only. */
  readonly trustPolicy: PolicyDocument | undefined;
  /** Longest session in seconds; roles only. */
  readonly maxSessionDuration: number;
}

/** An MFA device with the state that makes its codes work once. */
export interface MfaRegistration {
  /** The secret in base32. */
  readonly secret: string;
  /** Checks codes. */
  readonly verifier: TotpVerifier;
}

/** Everything that exists before the first request. */
export interface World {
  /** Partition of an account. */
  partition(account: string): string;
  /** Settings of an account; an empty set for an account only mentioned by users and roles. */
  account(id: string): AccountOptions;
  /** Whether the account is listed, or has a user or a role. */
  hasAccount(id: string): boolean;
  /** Owner of a long-term key. */
  findKey(accessKeyId: string): { readonly key: AccessKey; readonly owner: Principal } | undefined;
  /** User, role or root user by ARN. */
  findPrincipal(arn: string): Principal | undefined;
  /** All MFA devices by serial number. */
  readonly mfaDevices: ReadonlyMap<string, MfaRegistration>;
}

/** Account of users and roles that name none. */
export const DEFAULT_ACCOUNT = "123456789012";

/** Lays out accounts, users and roles for looking up. */
export function createWorld(
  options: {
    readonly accounts?: readonly AccountOptions[] | undefined;
    readonly users?: readonly UserOptions[] | undefined;
    readonly roles?: readonly RoleOptions[] | undefined;
  },
  identifiers: Identifiers,
  usedMfaSteps: Readonly<Record<string, number>> = {},
): World {
  const accounts = new Map<string, AccountOptions>();
  const keys = new Map<string, { key: AccessKey; owner: Principal }>();
  const principals = new Map<string, Principal>();
  const mfaDevices = new Map<string, MfaRegistration>();
  const partition = (account: string): string => accounts.get(account)?.partition ?? "aws";

  for (const account of options.accounts ?? []) accounts.set(checkAccount(account.id), account);
  for (const { account = DEFAULT_ACCOUNT } of [...(options.users ?? []), ...(options.roles ?? [])]) {
    if (!accounts.has(account)) accounts.set(account, { id: checkAccount(account) });
  }
  if (accounts.size === 0) accounts.set(DEFAULT_ACCOUNT, { id: DEFAULT_ACCOUNT });

  for (const { id, rootAccessKeys = [], rootMfaDevices = [] } of accounts.values()) {
    const arn = `arn:${partition(id)}:iam::${id}:root`;
    const serial = `arn:${partition(id)}:iam::${id}:mfa/root-account-mfa-device`;
    add(
      {
        ...BLANK,
        kind: "root",
        account: id,
        name: "root",
        arn,
        id,
        mfaDevices: register(rootMfaDevices, serial),
      },
      rootAccessKeys,
    );
  }
  for (const user of options.users ?? []) {
    const { name, account = DEFAULT_ACCOUNT, path = "/", tags = {}, policies } = user;
    add(
      {
        ...BLANK,
        kind: "user",
        account,
        name,
        arn: `arn:${partition(account)}:iam::${account}:user${path}${name}`,
        id: user.userId ?? identifiers.uniqueId("AIDA"),
        tags,
        policies: policies?.map(parsePolicy),
        mfaDevices: register(user.mfaDevices ?? [], `arn:${partition(account)}:iam::${account}:mfa/${name}`),
      },
      user.accessKeys,
    );
  }
  for (const role of options.roles ?? []) {
    const { name, account = DEFAULT_ACCOUNT, path = "/", tags = {}, policies } = role;
    add(
      {
        ...BLANK,
        kind: "role",
        account,
        name,
        arn: `arn:${partition(account)}:iam::${account}:role${path}${name}`,
        id: role.roleId ?? identifiers.uniqueId("AROA"),
        tags,
        policies: policies?.map(parsePolicy),
        trustPolicy: parsePolicy(role.trustPolicy ?? trustAccount(partition(account), account)),
        maxSessionDuration: role.maxSessionDuration ?? 3600,
      },
      [],
    );
  }
  return {
    partition,
    account: (id) => accounts.get(id) ?? { id },
    hasAccount: (id) => accounts.has(id),
    findKey: (accessKeyId) => keys.get(accessKeyId),
    findPrincipal: (arn) => principals.get(arn),
    mfaDevices,
  };

  function add(principal: Principal, accessKeys: readonly AccessKey[]): void {
    if (principals.has(principal.arn)) {
      throw new TypeError(`createFakeSts: ${principal.arn} is given twice`);
    }
    principals.set(principal.arn, principal);
    for (const key of accessKeys) keys.set(key.accessKeyId, { key, owner: principal });
  }

  function register(devices: readonly MfaDevice[], defaultSerial: string): Map<string, MfaRegistration> {
    return new Map(
      devices.map(({ secret, serialNumber = defaultSerial }) => {
        const registration = { secret, verifier: createTotpVerifier(secret, usedMfaSteps[serialNumber]) };
        mfaDevices.set(serialNumber, registration);
        return [serialNumber, registration];
      }),
    );
  }
}

const BLANK = {
  tags: {},
  policies: undefined,
  mfaDevices: new Map<string, MfaRegistration>(),
  trustPolicy: undefined,
  maxSessionDuration: 3600,
} as const;

function trustAccount(partition: string, account: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { AWS: `arn:${partition}:iam::${account}:root` },
      Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    },
  };
}

function checkAccount(id: string): string {
  if (!/^\d{12}$/.test(id))
    throw new TypeError(`createFakeSts: an account number has 12 digits; found ${id}`);
  return id;
}
