import type { PolicyDocument } from "./policy-document.ts";
import type { TotpVerifier } from "./totp.ts";

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
  /** ARN of the device, or the serial number of a hardware device. Default: the ARN named after its owner. */
  readonly serialNumber?: string;
  /** TOTP secret in base32. */
  readonly secret: string;
}

/** An AWS account. Accounts that users and roles name need to be listed only if they differ from the defaults. */
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
  /** The account whose principals may call AssumeRoot for this one. Default: nobody may. */
  readonly managementAccount?: string;
  /** Organization that the account belongs to, `o-…`: the value of `aws:PrincipalOrgID`. Default: none. */
  readonly organizationId?: string;
  /**
   * Place of the account in its organization, such as `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`: the value of
   * `aws:PrincipalOrgPaths`. Default: unknown.
   */
  readonly organizationPath?: string;
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
  /** Unique id, `AIDA…`. Default: random. */
  readonly userId?: string;
  /** Keys. */
  readonly accessKeys: readonly AccessKey[];
  /** MFA devices. Default: none. */
  readonly mfaDevices?: readonly MfaDevice[];
  /** Tags, seen by conditions as `aws:PrincipalTag/…`. Default: none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Identity policies, objects or JSON. If absent, everything is allowed; `[]` allows nothing. */
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
  /** Unique id, `AROA…`. Default: random. */
  readonly roleId?: string;
  /**
   * Who may assume the role: a policy as an object or JSON, or `"account"` for every principal of the role's account whose
   * own policies allow it. Required, as in IAM.
   */
  readonly trustPolicy: PolicyDocument | string;
  /** Maximum session duration in seconds, 3,600–43,200. Default: 3,600. */
  readonly maxSessionDuration?: number;
  /** Tags, seen by conditions as `aws:PrincipalTag/…`. Default: none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Identity policies, objects or JSON. If absent, everything is allowed; `[]` allows nothing. */
  readonly policies?: readonly (PolicyDocument | string)[];
}

/** An AWS service that assumes roles. It signs with keys like any caller, and trust policies name it in `Service`. */
export interface ServiceOptions {
  /** Name of the service principal, such as `ec2.amazonaws.com`. */
  readonly name: string;
  /** Keys. */
  readonly accessKeys: readonly AccessKey[];
  /** ARN of the resource that the service acts for: the value of `aws:SourceArn`. Default: none. */
  readonly sourceArn?: string;
  /** Account of that resource: the value of `aws:SourceAccount`. Default: none. */
  readonly sourceAccount?: string;
}

/** Who a request comes from, as GetCallerIdentity returns it. */
export interface Identity {
  /** Kind of principal. */
  readonly kind: "root" | "user" | "role" | "federated" | "service";
  /** Account number; empty for a service. */
  readonly account: string;
  /** ARN of the caller or of its session; the name of a service. */
  readonly arn: string;
  /** `AIDA…`, `AROA…:session`, `account:name`, or the account number of a root user. */
  readonly userId: string;
  /** ARN of the user or role behind a session: the value of `aws:PrincipalArn`. */
  readonly principalArn: string;
}

/** A user, a root user or a role, with everything filled in. */
export interface Principal {
  /** Kind of principal. */
  readonly kind: "root" | "user" | "role" | "service";
  /** Account number; empty for a service. */
  readonly account: string;
  /** Name of the user, role or service; `root` for a root user. */
  readonly name: string;
  /** ARN. */
  readonly arn: string;
  /** Unique id; the account number of a root user. */
  readonly id: string;
  /** Tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Identity policies; `undefined` allows everything. */
  readonly policies: readonly PolicyDocument[] | undefined;
  /** MFA devices by serial number. */
  readonly mfaDevices: ReadonlyMap<string, MfaRegistration>;
  /** Trust policy; that of anything but a role has no statement, so that nobody can assume it. */
  readonly trustPolicy: PolicyDocument;
  /** Maximum session duration in seconds; roles only. */
  readonly maxSessionDuration: number;
  /** Who the service acts for; services only. */
  readonly service: ServiceOptions | undefined;
}

/** An MFA device with the state that makes its codes work once. */
export interface MfaRegistration {
  /** The secret in base32. */
  readonly secret: string;
  /** Checks codes. */
  readonly verifier: TotpVerifier;
}

/** Account of users and roles that do not name one. */
export const DEFAULT_ACCOUNT = "123456789012";
