import type {
  IntegerSchema,
  MembersOf,
  OptionalMember,
  RequiredMember,
  StringSchema,
  StructSchema,
} from "../schema.ts";

/**
 * Temporary credentials. AWS promises all four members in every response that contains credentials; a response that lacks one
 * is an error, never a result.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html Credentials}
 */
export interface Credentials {
  /** Access key id, 16 to 128 characters; temporary ones begin with `ASIA`. */
  AccessKeyId: string;
  /** Secret key that signs requests. Redacted wherever values are printed. */
  SecretAccessKey: string;
  /** Token to send with every signed request. Do not assume a maximum length. Redacted wherever values are printed. */
  SessionToken: string;
  /** When the credentials stop working. */
  Expiration: Date;
}

/**
 * The session of an assumed role.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumedRoleUser.html AssumedRoleUser}
 */
export interface AssumedRoleUser {
  /**
   * The role's id and the session's name, such as `AROACLKWSDQRAOEXAMPLE:app1`, 2 to 193 characters. AWS always returns it;
   * MinIO does not.
   */
  AssumedRoleId: string | undefined;
  /** ARN of the session, such as `arn:aws:sts::123456789012:assumed-role/demo/app1`, 20 to 2,048 characters. */
  Arn: string | undefined;
}

/** How {@link Credentials} travel. */
export const credentials: RequiredMember<StructSchema<MembersOf<Credentials>>> = {
  kind: "struct",
  required: true,
  members: {
    AccessKeyId: { kind: "string", required: true, min: 16, max: 128, pattern: /^\w*$/ },
    SecretAccessKey: { kind: "string", required: true, sensitive: true },
    SessionToken: { kind: "string", required: true, sensitive: true },
    Expiration: { kind: "timestamp", required: true },
  },
};

/** Text without a limit. */
export const text: OptionalMember<StringSchema> = { kind: "string" };

/** Text that is required. */
export const requiredText: RequiredMember<StringSchema> = { kind: "string", required: true };

// The model writes its last range as \u10000-\u10FFFF, which means other characters in JavaScript.
const arnPattern: RegExp = /^[\t\n\r -~\x85\xA0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u;

/** An optional ARN. */
export const arn: OptionalMember<StringSchema> = { kind: "string", min: 20, max: 2048, pattern: arnPattern };

/** A required ARN. */
export const requiredArn: RequiredMember<StringSchema> = {
  kind: "string",
  required: true,
  min: 20,
  max: 2048,
  pattern: arnPattern,
};

/** Characters of a name that becomes part of an ARN. */
export const namePattern: RegExp = /^[\w+=,.@-]*$/;

/** Name of a role session. */
export const roleSessionName: RequiredMember<StringSchema> = {
  kind: "string",
  required: true,
  min: 2,
  max: 64,
  pattern: namePattern,
};

/** Who is behind a session, in the caller's words. */
export const sourceIdentity: OptionalMember<StringSchema> = {
  kind: "string",
  min: 2,
  max: 64,
  pattern: namePattern,
};

/** Id of a session: an id, a colon and a name. */
export const sessionId: RequiredMember<StringSchema> = {
  kind: "string",
  required: true,
  min: 2,
  max: 193,
  pattern: /^[\w+=,.@:-]*$/,
};

/** How {@link AssumedRoleUser} travels. */
export const assumedRoleUser: OptionalMember<StructSchema<MembersOf<AssumedRoleUser>>> = {
  kind: "struct",
  members: { AssumedRoleId: sessionId, Arn: requiredArn },
};

/** Seconds that a role session lasts. */
export const roleDurationSeconds: OptionalMember<IntegerSchema> = { kind: "integer", min: 900, max: 43_200 };

/** Seconds that the session of a user lasts. */
export const userDurationSeconds: OptionalMember<IntegerSchema> = { kind: "integer", min: 900, max: 129_600 };

/** Minimum size of the session token in bytes. */
export const minimumSessionTokenSize: OptionalMember<IntegerSchema> = { kind: "integer", min: 0, max: 4096 };

/** A whole number without a limit. */
export const integer: OptionalMember<IntegerSchema> = { kind: "integer" };

/** A count, percentage or size in a response. */
export const nonNegativeInteger: OptionalMember<IntegerSchema> = { kind: "integer", min: 0 };
