import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";

import { SignedXml } from "xml-crypto";

/** What a SAML response says. `undefined` leaves the attribute or element out. */
export interface SamlParts {
  readonly issuer: string;
  readonly subject: string;
  readonly issueInstant: Date | undefined;
  readonly notBefore: Date | undefined;
  /** `NotOnOrAfter` of the conditions. */
  readonly notOnOrAfter: Date | undefined;
  readonly audience: string | undefined;
  /** `Recipient` of the subject's confirmation. */
  readonly recipient: string | undefined;
  /** `NotOnOrAfter` of the subject's confirmation. */
  readonly confirmedUntil: Date | undefined;
  /** Attributes by full name. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** Writes an assertion, unsigned. Every part can be chosen, so that each can be wrong alone. */
export function assertionXml(parts: SamlParts, id = "_assertion"): string {
  const { issuer, subject, issueInstant, notBefore, notOnOrAfter, audience, recipient, confirmedUntil } =
    parts;
  const attributes = Object.entries(parts.attributes).map(
    ([name, values]) =>
      `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join("")}</saml:Attribute>`,
  );
  const restriction =
    audience === undefined
      ? ""
      : `<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>`;
  return (
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0"${time("IssueInstant", issueInstant)}>` +
    `<saml:Issuer>${issuer}</saml:Issuer>` +
    `<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${subject}</saml:NameID>` +
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData${time("NotOnOrAfter", confirmedUntil)}${recipient === undefined ? "" : ` Recipient="${recipient}"`}/></saml:SubjectConfirmation></saml:Subject>` +
    `<saml:Conditions${time("NotBefore", notBefore)}${time("NotOnOrAfter", notOnOrAfter)}>${restriction}</saml:Conditions>` +
    `<saml:AttributeStatement>${attributes.join("")}</saml:AttributeStatement></saml:Assertion>`
  );
}

/** Writes a response around assertions, unsigned. */
export function responseXml(...assertions: readonly string[]): string {
  return (
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_response" Version="2.0">` +
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>` +
    `${assertions.join("")}</samlp:Response>`
  );
}

/** How {@link signXml} signs. */
export interface XmlSignatureOptions {
  /** Private key in PEM, or the secret of an HMAC. */
  readonly key: string;
  /** Ids of the elements that the signature covers; the first one holds it. Default: `_assertion`. */
  readonly ids?: readonly string[];
  /** Default: RSA with SHA-256. */
  readonly algorithm?: string;
  /** Content of `KeyInfo`. Default: none. */
  readonly keyInfo?: string;
}

export const RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
export const RSA_SHA512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";
export const HMAC_SHA1 = "http://www.w3.org/2000/09/xmldsig#hmac-sha1";

/** Signs elements of a document in one enveloped signature. */
export function signXml(xml: string, options: XmlSignatureOptions): string {
  const { key, ids = ["_assertion"], algorithm = RSA_SHA256, keyInfo } = options;
  const signer = new SignedXml({
    privateKey: key,
    signatureAlgorithm: algorithm,
    canonicalizationAlgorithm: "http://www.w3.org/2001/10/xml-exc-c14n#",
    getKeyInfoContent: () => keyInfo ?? null,
  });
  if (algorithm === HMAC_SHA1) signer.enableHMAC();
  for (const id of ids) {
    signer.addReference({
      xpath: `//*[@ID='${id}']`,
      transforms: [
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
      ],
      digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256",
    });
  }
  const reference = `//*[@ID='${ids[0] ?? ""}']`;
  signer.computeSignature(xml, { location: { reference, action: "append" } });
  return signer.getSignedXml();
}

/** A key pair of an identity provider. */
export interface RsaKeys {
  /** Private key in PEM. */
  readonly privateKey: string;
  /** Public key in PEM. */
  readonly publicKey: string;
  /** Certificate for that key, signed by itself, in PEM. */
  readonly certificate: string;
}

/** Makes a fresh key pair with its certificate. */
export function createRsaKeys(): RsaKeys {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    // Short: no secret depends on it, and every file of tests makes some.
    modulusLength: 1024,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  return { privateKey, publicKey, certificate: selfSign(privateKey, publicKey) };
}

// node:crypto reads certificates and makes none. RFC 5280, section 4.1: the smallest one there can be, in version 1.
function selfSign(privateKey: string, publicKey: string): string {
  const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
  const utcTime = (text: string): Buffer => der(0x17, Buffer.from(text));
  const algorithm = sequence(der(0x06, Buffer.from("2a864886f70d01010b", "hex")), der(0x05)); // sha256WithRSAEncryption
  const commonName = sequence(der(0x06, Buffer.from("550403", "hex")), der(0x0c, Buffer.from("test")));
  const name = sequence(der(0x31, commonName));
  const body = sequence(
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(utcTime("200101000000Z"), utcTime("490101000000Z")),
    name,
    createPublicKey(publicKey).export({ type: "spki", format: "der" }),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", body, privateKey));
  const base64 = sequence(body, algorithm, signature).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function time(attribute: string, date: Date | undefined): string {
  return date === undefined ? "" : ` ${attribute}="${date.toISOString()}"`;
}
