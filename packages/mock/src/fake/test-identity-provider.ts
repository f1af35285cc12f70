import { generateKeyPairSync, randomUUID } from "node:crypto";

import { SignedXml } from "xml-crypto";

import { type Clock, createClock } from "./clock.ts";
import { DEFAULT_ACCOUNT } from "./principals.ts";
import type { SamlProviderOptions } from "./identity-providers.ts";
import { SAML_ATTRIBUTES } from "./saml.ts";

/** Options of {@link createTestIdentityProvider}. */
export interface TestIdentityProviderOptions {
  /** Provider name. Default: `test-idp`. */
  readonly name?: string;
  /** Account of the provider. Default: `123456789012`. */
  readonly account?: string;
  /** Entity id. Default: `https://idp.example.com/saml`. */
  readonly issuer?: string;
  /** Time of the assertions. Default: the system clock. */
  readonly clock?: Clock;
}

/** The contents of a test assertion. */
export interface TestAssertion {
  /** Role that can be assumed. */
  readonly roleArn: string;
  /** Provider that vouches. Default: this one's ARN in partition `aws`. */
  readonly providerArn?: string;
  /** Session name. Default: `test-session`. */
  readonly roleSessionName?: string;
  /** Subject. Default: `test-subject`. */
  readonly subject?: string;
  /** Further attributes; a name that is not a URL, URN or OID gets AWS's prefix, such as `PrincipalTag:Project`. */
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
  /** When it was issued. Default: now. */
  readonly issuedAt?: Date;
  /** `SessionNotOnOrAfter`. Default: none. */
  readonly sessionEnd?: Date;
  /** Audience and recipient. Default: `https://signin.aws.amazon.com/saml`. */
  readonly audience?: string;
  /** Whether authentication succeeded. Default: `Success`. */
  readonly status?: "Success" | "Responder";
  /** Which element is signed. Default: `assertion`. */
  readonly sign?: "assertion" | "response";
}

/** A SAML identity provider for tests. */
export interface TestIdentityProvider {
  /** For `samlProviders` of `createFakeSts`. */
  readonly provider: SamlProviderOptions;
  /** ARN for `PrincipalArn`. */
  readonly arn: string;
  /** Creates a signed SAML response in base64, for `SAMLAssertion`. */
  issueAssertion(assertion: TestAssertion): string;
}

/**
 * Creates a SAML identity provider with a new key, for tests of AssumeRoleWithSAML.
 *
 * @example
 * import { createFakeSts, type PolicyDocument } from "@org/sts-mock";
 * import { createTestIdentityProvider } from "@org/sts-mock/node";
 *
 * const idp = createTestIdentityProvider();
 * const trustPolicy: PolicyDocument = {
 *   Statement: {
 *     Effect: "Allow",
 *     Principal: { Federated: "arn:aws:iam::123456789012:saml-provider/test-idp" },
 *     Action: "sts:AssumeRoleWithSAML",
 *   },
 * };
 * const fake = createFakeSts({ samlProviders: [idp.provider], roles: [{ name: "staff", trustPolicy }] });
 * const SAMLAssertion = idp.issueAssertion({ roleArn: "arn:aws:iam::123456789012:role/staff" });
 */
export function createTestIdentityProvider(options: TestIdentityProviderOptions = {}): TestIdentityProvider {
  const {
    name = "test-idp",
    account = DEFAULT_ACCOUNT,
    issuer = "https://idp.example.com/saml",
    clock = createClock(),
  } = options;
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const arn = `arn:aws:iam::${account}:saml-provider/${name}`;
  return {
    arn,
    provider: {
      name,
      account,
      issuer,
      publicKey: publicKey.export({ type: "spki", format: "pem" }),
    },
    issueAssertion: (assertion) => {
      const now = assertion.issuedAt ?? new Date(clock.now());
      const xml = responseXml({ providerArn: arn, ...assertion }, issuer, now);
      const target = assertion.sign === "response" ? "Response" : "Assertion";
      const signer = new SignedXml({
        privateKey,
        signatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        canonicalizationAlgorithm: "http://www.w3.org/2001/10/xml-exc-c14n#",
      });
      signer.addReference({
        xpath: `//*[local-name(.)='${target}']`,
        transforms: [
          "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
          "http://www.w3.org/2001/10/xml-exc-c14n#",
        ],
        digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256",
      });
      const place = `//*[local-name(.)='${target}']/*[local-name(.)='Issuer']`;
      signer.computeSignature(xml, { location: { reference: place, action: "after" } });
      return Buffer.from(signer.getSignedXml()).toString("base64");
    },
  };
}

function responseXml(
  assertion: TestAssertion & { readonly providerArn: string },
  issuer: string,
  now: Date,
): string {
  const {
    roleArn,
    providerArn,
    roleSessionName = "test-session",
    subject = "test-subject",
    audience = "https://signin.aws.amazon.com/saml",
    sessionEnd,
    status = "Success",
  } = assertion;
  const at = now.toISOString();
  const until = new Date(now.getTime() + 300_000).toISOString();
  const attributes = {
    Role: `${roleArn},${providerArn}`,
    RoleSessionName: roleSessionName,
    ...assertion.attributes,
  };
  const sessionEndAttribute =
    sessionEnd === undefined ? "" : ` SessionNotOnOrAfter="${sessionEnd.toISOString()}"`;
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${randomUUID()}" Version="2.0" IssueInstant="${at}" Destination="${escape(audience)}">
  <saml:Issuer>${escape(issuer)}</saml:Issuer>
  <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}"/></samlp:Status>
  <saml:Assertion ID="_${randomUUID()}" Version="2.0" IssueInstant="${at}">
    <saml:Issuer>${escape(issuer)}</saml:Issuer>
    <saml:Subject>
      <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${escape(subject)}</saml:NameID>
      <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${until}" Recipient="${escape(audience)}"/></saml:SubjectConfirmation>
    </saml:Subject>
    <saml:Conditions NotBefore="${at}" NotOnOrAfter="${until}"><saml:AudienceRestriction><saml:Audience>${escape(audience)}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
    <saml:AuthnStatement AuthnInstant="${at}"${sessionEndAttribute}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
    <saml:AttributeStatement>
${Object.entries(attributes)
  .map(([name, values]) => attributeXml(name, values))
  .join("\n")}
    </saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>`;
}

function attributeXml(name: string, values: string | readonly string[]): string {
  // `PrincipalTag:Project` has a colon too, but is an AWS name.
  const isFull = name.includes("://") || /^(urn:|\d+(\.\d+)+$)/.test(name);
  const fullName = isFull ? name : SAML_ATTRIBUTES + name;
  const items = [values].flat().map((value) => `<saml:AttributeValue>${escape(value)}</saml:AttributeValue>`);
  return `      <saml:Attribute Name="${escape(fullName)}">${items.join("")}</saml:Attribute>`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
