import {
  ExpiredTokenException,
  IDPRejectedClaimException,
  InvalidIdentityTokenException,
} from "@org/sts-protocol";
import { DOMParser } from "@xmldom/xmldom";
import { SignedXml } from "xml-crypto";

import type { SamlProvider } from "./identity-providers.ts";
import type { SamlIdentity } from "./saml.ts";

const ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion";
const PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol";
const SIGNATURE = "http://www.w3.org/2000/09/xmldsig#";
const RECIPIENTS = new Set(["https://signin.aws.amazon.com/saml", "urn:amazon:webservices"]);
const REDEEM_WITHIN_MS = 5 * 60 * 1000;

/**
 * Verifies a SAML response: signature, issuer, audience and times. Only what the signature covers is read.
 *
 * @param assertion - base64, as it comes in `SAMLAssertion`
 * @throws STSServiceException `InvalidIdentityToken`, `IDPRejectedClaim` or `ExpiredTokenException`. No message holds
 * parts of the assertion.
 */
export function verifySaml(assertion: string, provider: SamlProvider, now: number): SamlIdentity {
  const signed = readSigned(decode(assertion), provider.publicKey);
  const element = findAssertion(signed);
  const issuer = textOf(child(element, "Issuer"));
  if (issuer !== provider.issuer) throw invalid("Issuer not present in specified provider");
  checkStatus(signed);
  const issuedAt = timeOf(element, "IssueInstant") ?? 0;
  if (now - issuedAt > REDEEM_WITHIN_MS) {
    throw new ExpiredTokenException({ message: "Token must be redeemed within 5 minutes of issuance" });
  }
  const conditions = child(element, "Conditions");
  const notBefore = timeOf(conditions, "NotBefore");
  const notOnOrAfter = timeOf(conditions, "NotOnOrAfter");
  // A minute of grace, because the two clocks are not the same.
  if (notBefore !== undefined && now < notBefore - 60_000) throw invalid("The assertion is not valid yet");
  if (notOnOrAfter !== undefined && now >= notOnOrAfter) {
    throw new ExpiredTokenException({ message: "Token has expired" });
  }
  const audiences = descendants(conditions, "Audience").map(textOf);
  if (audiences.length > 0 && !audiences.some((audience) => RECIPIENTS.has(audience))) {
    throw invalid("SAML Assertion audience is not that of AWS");
  }
  const subject = child(element, "Subject");
  const nameId = child(subject, "NameID");
  const confirmation = descendants(subject, "SubjectConfirmationData")[0];
  const recipient = confirmation?.getAttribute("Recipient") ?? "";
  if (!RECIPIENTS.has(recipient)) throw invalid("SAML Assertion recipient is not that of AWS");
  const confirmedUntil = timeOf(confirmation, "NotOnOrAfter");
  if (confirmedUntil !== undefined && now >= confirmedUntil) {
    throw new ExpiredTokenException({ message: "Token has expired" });
  }
  const format = nameId?.getAttribute("Format") ?? "";
  return {
    issuer,
    subject: textOf(nameId),
    // The two usual formats are named by their last word.
    subjectType:
      /^urn:oasis:names:tc:SAML:2\.0:nameid-format:(persistent|transient)$/.exec(format)?.[1] ?? format,
    audience: recipient,
    sessionEnd: timeOf(descendants(element, "AuthnStatement")[0], "SessionNotOnOrAfter"),
    attributes: attributesOf(element),
  };
}

function decode(assertion: string): string {
  const text = /^[\w+/=\s-]+$/.test(assertion) ? Buffer.from(assertion, "base64").toString("utf8") : "";
  if (!text.includes("<")) throw invalid("Invalid base64 SAMLResponse");
  // No document type: there is nothing to expand and nothing to fetch.
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw invalid("SAML response must not have a document type");
  return text;
}

/** Checks the one signature and returns the part of the document that it covers. */
function readSigned(xml: string, publicKey: string): Element {
  const root = parse(xml);
  const signatures = Array.from(root.getElementsByTagNameNS(SIGNATURE, "Signature"));
  // The one of the whole response goes first, because it covers the other.
  const [signature] = signatures.filter((candidate) => candidate.parentNode === root).concat(signatures);
  if (signature === undefined) throw invalid("Response signature missing");
  let references: string[] = [];
  try {
    // The key that the message brings along proves nothing: only the provider's counts.
    const checker = new SignedXml({ publicCert: publicKey, getCertFromKeyInfo: () => null });
    checker.loadSignature(signature.toString());
    if (checker.checkSignature(xml)) references = checker.getSignedReferences();
  } catch {
    // Unknown algorithms, wrong references and wrong digests are all the same to the caller.
  }
  if (references.length !== 1) throw invalid("Response signature invalid");
  return parse(references[0] ?? "");
}

function parse(xml: string): Element {
  try {
    const { documentElement } = new DOMParser({
      errorHandler: (_level: string, message: unknown) => {
        throw new SyntaxError(String(message));
      },
    }).parseFromString(xml, "text/xml");
    // The parser's types promise an element; an empty text has none.
    if (documentElement as Element | null) return documentElement;
  } catch {
    // The parser's words hold parts of the document.
  }
  throw invalid("SAML response is not well-formed XML");
}

function findAssertion(signed: Element): Element {
  if (signed.localName === "Assertion" && signed.namespaceURI === ASSERTION) return signed;
  const [assertion, second] = signed.namespaceURI === PROTOCOL ? children(signed, "Assertion") : [];
  if (assertion === undefined || second !== undefined) throw invalid("SAML response must hold one assertion");
  return assertion;
}

function checkStatus(signed: Element): void {
  const status = descendants(signed, "StatusCode", PROTOCOL)[0]?.getAttribute("Value");
  if (status === undefined || status === null || status === "urn:oasis:names:tc:SAML:2.0:status:Success")
    return;
  throw new IDPRejectedClaimException({
    message: "The identity provider reported that authentication failed",
  });
}

function attributesOf(assertion: Element): ReadonlyMap<string, readonly string[]> {
  return new Map(
    descendants(assertion, "Attribute").map((attribute) => [
      attribute.getAttribute("Name") ?? "",
      children(attribute, "AttributeValue").map(textOf),
    ]),
  );
}

function children(element: Element | undefined, name: string): Element[] {
  return descendants(element, name).filter(({ parentNode }) => parentNode === element);
}

function child(element: Element | undefined, name: string): Element | undefined {
  return children(element, name)[0];
}

function descendants(element: Element | undefined, name: string, namespace: string = ASSERTION): Element[] {
  return element === undefined ? [] : Array.from(element.getElementsByTagNameNS(namespace, name));
}

function textOf(element: Element | undefined): string {
  return element?.textContent?.trim() ?? "";
}

function timeOf(element: Element | undefined, attribute: string): number | undefined {
  const time = Date.parse(element?.getAttribute(attribute) ?? "");
  return Number.isNaN(time) ? undefined : time;
}

function invalid(message: string): Error {
  return new InvalidIdentityTokenException({ message });
}
