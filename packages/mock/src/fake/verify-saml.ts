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

/** The service's names in the partitions, and its sign-in addresses: global, of a region, and of one provider. */
const SERVICE_NAMES = /^urn:amazon:webservices(:govcloud|:cn-north-1)?$/;
const SIGN_IN_ADDRESS =
  /^https:\/\/(?:[a-z]{2,4}(?:-[a-z]+){1,3}-\d\.)?signin\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com|amazonaws-eusc\.eu)\/saml(?:\/acs\/([\w-]+))?$/;

/** Limits on the work done on an assertion before its signature is known to be valid. */
const MAX_TAGS = 10_000;
const MAX_DEPTH = 64;
const MAX_SIGNATURES = 2;
const MAX_TRANSFORMS = 2;
/** The only transforms that SAML allows (Assertions and Protocols, section 5.4.4). */
const TRANSFORMS = new Set([
  `${SIGNATURE}enveloped-signature`,
  "http://www.w3.org/2001/10/xml-exc-c14n#",
  "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
]);
const REDEEM_WITHIN_MS = 5 * 60 * 1000;

/**
 * Verifies a SAML response: signature, issuer, audience and times. Only what the signature covers is read.
 *
 * @param assertion - base64, as it comes in `SAMLAssertion`
 * @throws STSServiceException `InvalidIdentityToken`, `IDPRejectedClaim` or `ExpiredTokenException`. No message contains
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
  // A minute of grace, because the two clocks differ.
  if (notBefore !== undefined && now < notBefore - 60_000) throw invalid("The assertion is not valid yet");
  if (notOnOrAfter !== undefined && now >= notOnOrAfter) {
    throw new ExpiredTokenException({ message: "Token has expired" });
  }
  const audiences = descendants(conditions, "Audience").map(textOf);
  if (audiences.length > 0 && !audiences.some((audience) => isService(audience, provider))) {
    throw invalid("SAML Assertion audience is not that of AWS");
  }
  const subject = child(element, "Subject");
  const nameId = child(subject, "NameID");
  const subjectName = textOf(nameId);
  if (subjectName === "") throw invalid("SAML Assertion has no NameID");
  const confirmation = descendants(subject, "SubjectConfirmationData")[0];
  const recipient = confirmation?.getAttribute("Recipient") ?? "";
  if (!isService(recipient, provider)) throw invalid("SAML Assertion recipient is not that of AWS");
  const confirmedUntil = timeOf(confirmation, "NotOnOrAfter");
  if (confirmedUntil !== undefined && now >= confirmedUntil) {
    throw new ExpiredTokenException({ message: "Token has expired" });
  }
  const format = nameId?.getAttribute("Format") ?? "";
  return {
    issuer,
    subject: subjectName,
    // The two usual formats are named by their last word.
    subjectType:
      /^urn:oasis:names:tc:SAML:2\.0:nameid-format:(persistent|transient)$/.exec(format)?.[1] ?? format,
    audience: recipient,
    sessionEnd: timeOf(descendants(element, "AuthnStatement")[0], "SessionNotOnOrAfter"),
    attributes: attributesOf(element),
  };
}

function isService(name: string, { acsId }: SamlProvider): boolean {
  if (SERVICE_NAMES.test(name)) return true;
  const address = SIGN_IN_ADDRESS.exec(name);
  return address !== null && (address[1] === undefined || acsId === undefined || address[1] === acsId);
}

function decode(assertion: string): string {
  const text = /^[\w+/=\s-]+$/.test(assertion) ? Buffer.from(assertion, "base64").toString("utf8") : "";
  if (!text.includes("<")) throw invalid("Invalid base64 SAMLResponse");
  // No document type: there is nothing to expand and nothing to fetch.
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw invalid("SAML response must not have a document type");
  checkLength(text);
  return text;
}

/** Counts tags before anything is built from them. */
function checkLength(xml: string): void {
  let tags = 0;
  for (let at = xml.indexOf("<"); at >= 0; at = xml.indexOf("<", at + 1)) {
    if (++tags > MAX_TAGS) throw invalid("SAML response is too large");
  }
}

/** Measures how deep elements are nested; canonical forms are built level by level. */
function checkDepth(root: Element): void {
  let depth = 1;
  let node: Node | null = root;
  while (node !== null) {
    if (depth > MAX_DEPTH) throw invalid("SAML response is too large");
    if (node.firstChild !== null) {
      node = node.firstChild;
      depth++;
      continue;
    }
    while (node !== root && node?.nextSibling === null) {
      node = node.parentNode;
      depth--;
    }
    node = node === root ? null : (node?.nextSibling ?? null);
  }
}

/** Checks the one signature and returns the part of the document that it covers. */
function readSigned(xml: string, publicKey: string): Element {
  const root = parse(xml);
  checkDepth(root);
  const signatures = Array.from(root.getElementsByTagNameNS(SIGNATURE, "Signature"));
  // The signature of the whole response first, because it covers the other.
  const [signature] = signatures.filter((candidate) => candidate.parentNode === root).concat(signatures);
  if (signature === undefined) throw invalid("Response signature missing");
  if (signatures.length > MAX_SIGNATURES || !isPlain(signature)) throw invalid("Response signature invalid");
  let references: string[] = [];
  try {
    // The key inside the message proves nothing: only the provider's counts.
    const checker = new SignedXml({ publicCert: publicKey, getCertFromKeyInfo: () => null });
    checker.loadSignature(signature.toString());
    if (checker.checkSignature(xml)) references = checker.getSignedReferences();
  } catch {
    // Unknown algorithms, wrong references and wrong digests look the same to the caller.
  }
  if (references.length !== 1) throw invalid("Response signature invalid");
  return parse(references[0] ?? "");
}

/** Whether a signature has the one form that SAML allows: one reference, and no transform that computes anything. */
function isPlain(signature: Element): boolean {
  const transforms = descendants(signature, "Transform", SIGNATURE);
  return (
    descendants(signature, "Reference", SIGNATURE).length === 1 &&
    transforms.length <= MAX_TRANSFORMS &&
    transforms.every((transform) => TRANSFORMS.has(transform.getAttribute("Algorithm") ?? ""))
  );
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
    // The parser's message contains parts of the document.
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
  if (status === undefined || status === "urn:oasis:names:tc:SAML:2.0:status:Success") return;
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
