import type { FakeStsOptions } from "./fake-options.ts";
import type { Identifiers } from "./identifiers.ts";
import { parseIdentityPolicy, parseTrustPolicy } from "./parse-policy.ts";
import type { PolicyDocument } from "./policy-document.ts";
import {
  type AccessKey,
  type AccountOptions,
  DEFAULT_ACCOUNT,
  type MfaDevice,
  type MfaRegistration,
  type Principal,
  type RoleOptions,
  type ServiceOptions,
  type UserOptions,
} from "./principals.ts";
import { createTotpVerifier } from "./totp.ts";

/** Everything that exists before the first request. */
export interface World {
  /** Partition of an account. */
  partition(account: string): string;
  /** Settings of an account; an empty set for an account that only users and roles mention. */
  account(id: string): AccountOptions;
  /** Whether the account is listed, or has a user or a role. */
  hasAccount(id: string): boolean;
  /** Owner of a long-term key. */
  findKey(accessKeyId: string): { readonly key: AccessKey; readonly owner: Principal } | undefined;
  /** User, role or root user by ARN. */
  findPrincipal(arn: string): Principal | undefined;
  /** Content of a managed policy, where the options tell it. */
  findManagedPolicy(arn: string): PolicyDocument | undefined;
  /** All MFA devices by serial number. */
  readonly mfaDevices: ReadonlyMap<string, MfaRegistration>;
}

/** Indexes accounts, users and roles for looking them up. */
export function createWorld(
  options: {
    readonly accounts?: readonly AccountOptions[] | undefined;
    readonly users?: readonly UserOptions[] | undefined;
    readonly roles?: readonly RoleOptions[] | undefined;
    readonly services?: readonly ServiceOptions[] | undefined;
    readonly managedPolicies?: FakeStsOptions["managedPolicies"] | undefined;
  },
  identifiers: Identifiers,
  usedMfaSteps: Readonly<Record<string, number>> = {},
): World {
  const accounts = new Map<string, AccountOptions>();
  const keys = new Map<string, { key: AccessKey; owner: Principal }>();
  const principals = new Map<string, Principal>();
  const mfaDevices = new Map<string, MfaRegistration>();
  const managedPolicies = new Map(
    Object.entries(options.managedPolicies ?? {}).map(([arn, source]) => [
      arn,
      readManagedPolicy(arn, source),
    ]),
  );
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
        policies: policies?.map(parseIdentityPolicy),
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
        policies: policies?.map(parseIdentityPolicy),
        trustPolicy: trustPolicyOf(role, partition(account)),
        maxSessionDuration: role.maxSessionDuration ?? 3600,
      },
      [],
    );
  }
  for (const service of options.services ?? []) {
    const { name } = service;
    add({ ...BLANK, kind: "service", account: "", name, arn: name, id: name, service }, service.accessKeys);
  }
  return {
    partition,
    account: (id) => accounts.get(id) ?? { id },
    hasAccount: (id) => accounts.has(id),
    findKey: (accessKeyId) => keys.get(accessKeyId),
    findPrincipal: (arn) => principals.get(arn),
    findManagedPolicy: (arn) => managedPolicies.get(arn),
    mfaDevices,
  };

  function add(principal: Principal, accessKeys: readonly AccessKey[]): void {
    if (principals.has(principal.arn)) {
      throw new TypeError(`createFakeSts: ${principal.arn} is given twice`);
    }
    principals.set(principal.arn, principal);
    for (const key of accessKeys) keys.set(key.accessKeyId, { key, owner: principal });
  }

  // A serial number such as `constructor` must not find anything.
  function usedStep(serialNumber: string): number | undefined {
    return Object.hasOwn(usedMfaSteps, serialNumber) ? usedMfaSteps[serialNumber] : undefined;
  }

  function register(devices: readonly MfaDevice[], defaultSerial: string): Map<string, MfaRegistration> {
    return new Map(
      devices.map(({ secret, serialNumber = defaultSerial }) => {
        if (mfaDevices.has(serialNumber)) {
          throw new TypeError(
            `createFakeSts: the MFA device ${serialNumber} is given twice; give each a serialNumber of its own`,
          );
        }
        const registration = { secret, verifier: createTotpVerifier(secret, usedStep(serialNumber)) };
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
  trustPolicy: { Statement: [] },
  maxSessionDuration: 3600,
  service: undefined,
} as const;

function trustPolicyOf(role: RoleOptions, partition: string): PolicyDocument {
  const { name, account = DEFAULT_ACCOUNT } = role;
  // JavaScript code may have omitted or misspelt it, and the role would then be open to the whole account.
  const source: RoleOptions["trustPolicy"] | undefined = role.trustPolicy;
  if (source === "account") return trustAccount(partition, account);
  if (source === undefined) {
    throw new TypeError(
      `createFakeSts: the role ${name} has no trustPolicy; give it one, or "account" for everybody in its account`,
    );
  }
  try {
    return parseTrustPolicy(source);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(
      `createFakeSts: the trustPolicy of the role ${name} is neither a policy nor "account": ${error.message}`,
      { cause: error },
    );
  }
}

function readManagedPolicy(arn: string, source: PolicyDocument | string): PolicyDocument {
  try {
    return parseIdentityPolicy(source);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`createFakeSts: managedPolicies[${JSON.stringify(arn)}]: ${error.message}`, {
      cause: error,
    });
  }
}

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
