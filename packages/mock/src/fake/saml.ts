/** What a verified SAML assertion says. */
export interface SamlIdentity {
  /** Entity id of the identity provider. */
  readonly issuer: string;
  /** Name of the subject. */
  readonly subject: string;
  /** `persistent`, `transient` or the format's URI. */
  readonly subjectType: string;
  /** Recipient of the subject's confirmation. */
  readonly audience: string;
  /** `SessionNotOnOrAfter` in milliseconds since 1970. */
  readonly sessionEnd: number | undefined;
  /** Attribute values by name. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

/** Prefix of the names of attributes that AWS reads. */
export const SAML_ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/";
