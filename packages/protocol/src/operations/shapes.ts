import type { IntegerSchema, MembersOf, StringSchema, StructSchema } from "../schema.ts";

/**
 * Temporary credentials. AWS promises all four members in every answer that holds credentials.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html Credentials}
 */
export interface Credentials {
  /** Access key id, 16 to 128 characters; temporary ones begin with `ASIA`. */
  AccessKeyId: string;
  /** Secret key that signs requests. Redacted wherever values are printed. */
  SecretAccessKey: string;
  /** Token to send along with every signed request. Do not assume a maximum length. Redacted wherever values are printed. */
  SessionToken: string;
  /** When the credentials stop working. */
  Expiration: Date;
}

/** How {@link Credentials} travel. */
export const credentials: StructSchema<MembersOf<Credentials>> & { readonly required: true } = {
  kind: "struct",
  required: true,
  members: {
    AccessKeyId: { kind: "string", required: true, min: 16, max: 128, pattern: /^\w*$/ },
    SecretAccessKey: { kind: "string", required: true, sensitive: true },
    SessionToken: { kind: "string", required: true, sensitive: true },
    Expiration: { kind: "timestamp", required: true },
  },
};

/** Serial number or ARN of an MFA device. */
export const serialNumber: StringSchema & { readonly required?: never } = {
  kind: "string",
  min: 9,
  max: 256,
  pattern: /^[\w+=/:,.@-]*$/,
};

/** A code that an MFA device shows; it works once. */
export const tokenCode: StringSchema & { readonly required?: never } = {
  kind: "string",
  sensitive: true,
  singleUse: true,
  min: 6,
  max: 6,
  pattern: /^\d*$/,
};

/** Size in bytes that the session token should have at least. */
export const minimumSessionTokenSize: IntegerSchema & { readonly required?: never } = {
  kind: "integer",
  min: 0,
  max: 4096,
};

/** A count, percentage or size in an answer. */
export const nonNegativeInteger: IntegerSchema & { readonly required?: never } = { kind: "integer", min: 0 };
