import crypto, { X509Certificate } from "node:crypto";

import { createClock, createFakeSts, type FakeSts, type FakeStsOptions } from "@org/sts-mock";
import { AssumeRoleWithSAML, type AssumeRoleWithSAMLResponse } from "@org/sts-protocol";
import { expect, test, vi } from "vitest";

import { call } from "../support/call.ts";
import {
  assertionXml,
  createRsaKeys,
  HMAC_SHA1,
  responseXml,
  RSA_SHA512,
  type SamlParts,
  signXml,
  type XmlSignatureOptions,
} from "../support/saml-response.ts";

const ROLE = "arn:aws:iam::123456789012:role/staff";
const PROVIDER = "arn:aws:iam::123456789012:saml-provider/directory";
const ISSUER = "https://directory.example.com/saml";
const AUDIENCE = "https://signin.aws.amazon.com/saml";
const NAMES = "https://aws.amazon.com/SAML/Attributes/";
const NOW = Date.parse("2026-03-01T12:00:00Z");

const keys = createRsaKeys();
const stranger = createRsaKeys();
const fake = fakeWith();

const at = (seconds: number): Date => new Date(NOW + seconds * 1000);

function fakeWith(publicKey = keys.publicKey, options: FakeStsOptions = {}): FakeSts {
  return createFakeSts({
    clock: createClock({ at: NOW }),
    samlProviders: [{ name: "directory", issuer: ISSUER, publicKey }],
    roles: [
      {
        name: "staff",
        maxSessionDuration: 43_200,
        trustPolicy: {
          Statement: {
            Effect: "Allow",
            Principal: { Federated: PROVIDER },
            Action: ["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"],
          },
        },
      },
    ],
    ...options,
  });
}

function parts(changes: Partial<SamlParts> = {}): SamlParts {
  const { attributes, ...rest } = changes;
  return {
    issuer: ISSUER,
    subject: "alice",
    issueInstant: at(0),
    notBefore: at(0),
    notOnOrAfter: at(300),
    audience: AUDIENCE,
    recipient: AUDIENCE,
    confirmedUntil: at(300),
    ...rest,
    attributes: {
      [`${NAMES}Role`]: [`${ROLE},${PROVIDER}`],
      [`${NAMES}RoleSessionName`]: ["alice@example.com"],
      ...attributes,
    },
  };
}

const signed = (changes: Partial<SamlParts> = {}, options: Partial<XmlSignatureOptions> = {}): string =>
  signXml(responseXml(assertionXml(parts(changes))), { key: keys.privateKey, ...options });

async function assume(xml: string, target = fake): Promise<AssumeRoleWithSAMLResponse> {
  const SAMLAssertion = Buffer.from(xml).toString("base64");
  return await call(target, AssumeRoleWithSAML, { RoleArn: ROLE, PrincipalArn: PROVIDER, SAMLAssertion });
}

const invalid = (message: string) => ({ name: "InvalidIdentityTokenException", message });
const SIGNATURE_INVALID = invalid("Response signature invalid");

test.each<[string, Partial<SamlParts>]>([
  ["with everything in place", {}],
  ["until the last moment of its conditions", { notOnOrAfter: at(0.001) }],
  ["until the last moment of its confirmation", { confirmedUntil: at(0.001) }],
  ["five minutes after it was issued", { issueInstant: at(-300) }],
  ["a minute before its time, because two clocks differ", { notBefore: at(60) }],
  ["for the service's other name as audience and recipient", both("urn:amazon:webservices")],
  ["without a restriction of its audience", { audience: undefined }],
])("a SAML assertion is good %s", async (_case, changes) => {
  expect((await assume(signed(changes))).Subject).toBe("alice");
});

test("a SAML assertion is good under the certificate of the key as under the key itself", async () => {
  expect(new X509Certificate(keys.certificate).publicKey.export({ type: "spki", format: "pem" })).toBe(
    keys.publicKey,
  );
  expect((await assume(signed(), fakeWith(keys.certificate))).Subject).toBe("alice");
  await expect(assume(signed(), fakeWith(stranger.certificate))).rejects.toMatchObject(SIGNATURE_INVALID);
});

test("a SAML assertion is good with RSA and SHA-512", async () => {
  expect((await assume(signed({}, { algorithm: RSA_SHA512 }))).Subject).toBe("alice");
});

test("a SAML assertion is good when it names several roles, the wanted one in either order, with spaces or a comma at the end", async () => {
  const other = `arn:aws:iam::123456789012:role/other,${PROVIDER}`;
  for (const value of [`${ROLE},${PROVIDER}`, `${PROVIDER} , ${ROLE}`, `${ROLE},${PROVIDER},`]) {
    const attributes = { [`${NAMES}Role`]: [other, value] };
    expect((await assume(signed({ attributes }))).Subject).toBe("alice");
  }
});

test("the audience of a SAML session is the recipient of the assertion", async () => {
  const trust = (audience: string): FakeSts =>
    fakeWith(keys.publicKey, {
      roles: [
        {
          name: "staff",
          trustPolicy: {
            Statement: {
              Effect: "Allow",
              Principal: { Federated: PROVIDER },
              Action: "sts:AssumeRoleWithSAML",
              Condition: { StringEquals: { "SAML:aud": audience } },
            },
          },
        },
      ],
    });
  const xml = signed({ audience: AUDIENCE, recipient: "urn:amazon:webservices" });
  expect((await assume(xml, trust("urn:amazon:webservices"))).Audience).toBe("urn:amazon:webservices");
  await expect(assume(xml, trust(AUDIENCE))).rejects.toMatchObject({ name: "AccessDenied" });
});

test.each<[string, Partial<SamlParts>, object]>([
  ["another issuer", { issuer: `${ISSUER}/2` }, invalid("Issuer not present in specified provider")],
  [
    "another audience",
    { audience: "https://other.example.com" },
    invalid("SAML Assertion audience is not that of AWS"),
  ],
  [
    "another recipient",
    { recipient: "https://other.example.com" },
    invalid("SAML Assertion recipient is not that of AWS"),
  ],
  ["no recipient", { recipient: undefined }, invalid("SAML Assertion recipient is not that of AWS")],
  [
    "conditions that have just ended",
    { notOnOrAfter: at(0) },
    { name: "ExpiredTokenException", message: "Token has expired" },
  ],
  [
    "a confirmation that has just ended",
    { confirmedUntil: at(0) },
    { name: "ExpiredTokenException", message: "Token has expired" },
  ],
  ["conditions that begin later", { notBefore: at(60.001) }, invalid("The assertion is not valid yet")],
  [
    "an age of more than five minutes",
    { issueInstant: at(-300.001) },
    { name: "ExpiredTokenException", message: "Token must be redeemed within 5 minutes of issuance" },
  ],
  [
    "no time of issue",
    { issueInstant: undefined },
    { name: "ExpiredTokenException", message: "Token must be redeemed within 5 minutes of issuance" },
  ],
  [
    "no role",
    { attributes: { [`${NAMES}Role`]: [] } },
    { name: "AccessDenied", message: "Not authorized to perform sts:AssumeRoleWithSAML" },
  ],
  [
    "the role under another provider",
    { attributes: { [`${NAMES}Role`]: [`${ROLE},${PROVIDER}2`] } },
    { name: "AccessDenied", message: "Not authorized to perform sts:AssumeRoleWithSAML" },
  ],
  [
    "role and provider in two values",
    { attributes: { [`${NAMES}Role`]: [ROLE, PROVIDER] } },
    { name: "AccessDenied", message: "Not authorized to perform sts:AssumeRoleWithSAML" },
  ],
  [
    "two roles in one value",
    {
      attributes: {
        [`${NAMES}Role`]: [`${ROLE},${PROVIDER},arn:aws:iam::123456789012:role/other,${PROVIDER}`],
      },
    },
    { name: "AccessDenied", message: "Not authorized to perform sts:AssumeRoleWithSAML" },
  ],
  [
    "a session name of one character",
    { attributes: { [`${NAMES}RoleSessionName`]: ["a"] } },
    invalid("RoleSessionName is required in AuthnResponse"),
  ],
  [
    "a session name of 65 characters",
    { attributes: { [`${NAMES}RoleSessionName`]: ["a".repeat(65)] } },
    invalid("RoleSessionName is required in AuthnResponse"),
  ],
  [
    "a session name with a slash",
    { attributes: { [`${NAMES}RoleSessionName`]: ["alice/admin"] } },
    invalid("RoleSessionName is required in AuthnResponse"),
  ],
  ...["899", "43201", "900.5", "an hour"].map((duration): [string, Partial<SamlParts>, object] => [
    `the session duration ${duration}`,
    { attributes: { [`${NAMES}SessionDuration`]: [duration] } },
    {
      name: "ValidationError",
      message: "The SessionDuration attribute must be a number of seconds from 900 to 43200",
    },
  ]),
])(
  "a SAML assertion with one thing wrong, and only that, is refused: %s",
  async (_case, changes, refusal) => {
    await expect(assume(signed(changes))).rejects.toMatchObject(refusal);
  },
);

const certificate = stranger.certificate.replaceAll(/-----[A-Z ]+-----|\s/g, "");
const { n = "", e = "" } = new X509Certificate(stranger.certificate).publicKey.export({ format: "jwk" });
const base64 = (text: string): string => Buffer.from(text, "base64url").toString("base64");

test.each([
  ["no key", undefined],
  ["its certificate", `<X509Data><X509Certificate>${certificate}</X509Certificate></X509Data>`],
  [
    "the key itself",
    `<KeyValue><RSAKeyValue><Modulus>${base64(n)}</Modulus><Exponent>${base64(e)}</Exponent></RSAKeyValue></KeyValue>`,
  ],
])(
  "an XML signature is refused by a key that is not the provider's, with %s in the message",
  async (_case, keyInfo) => {
    const xml = signed({}, { key: stranger.privateKey, ...(keyInfo === undefined ? {} : { keyInfo }) });
    expect(xml.includes("<KeyInfo>")).toBe(keyInfo !== undefined);
    await expect(assume(xml)).rejects.toMatchObject(SIGNATURE_INVALID);
    // The message is in order: where the provider has that key, it is believed.
    expect((await assume(xml, fakeWith(stranger.publicKey))).Subject).toBe("alice");
  },
);

test("an XML signature is refused by an HMAC whose secret is the provider's public key", async () => {
  const xml = signed({}, { key: keys.publicKey, algorithm: HMAC_SHA1 });
  expect(xml).toContain(`Algorithm="${HMAC_SHA1}"`);
  await expect(assume(xml)).rejects.toMatchObject(SIGNATURE_INVALID);
});

test.each([
  ["of the signature", /(?<=<SignatureMethod Algorithm=")[^"]+/],
  ["of the digest", /(?<=<DigestMethod Algorithm=")[^"]+/],
  ["of the canonical form", /(?<=<CanonicalizationMethod Algorithm=")[^"]+/],
  ["of a transform", /(?<=<Transform Algorithm=")[^"]+/],
])("an XML signature is refused with an unknown algorithm %s", async (_case, place) => {
  const xml = signed();
  expect(xml).toMatch(place);
  await expect(assume(xml.replace(place, "urn:example:unknown"))).rejects.toMatchObject(SIGNATURE_INVALID);
});

test.each([
  ["signature", /(?<=<SignatureValue>)./],
  ["digest", /(?<=<DigestValue>)./],
  ["subject", /(?<=NameID Format="[^"]+">)./],
])("an XML signature is refused when one character of the %s is changed", async (_case, place) => {
  const xml = signed();
  expect(xml).toMatch(place);
  const changed = xml.replace(place, (letter) => (letter === "A" ? "B" : "A"));
  await expect(assume(changed)).rejects.toMatchObject(SIGNATURE_INVALID);
});

test("an XML signature is refused over two elements at once", async () => {
  const xml = responseXml(assertionXml(parts()), assertionXml(parts({ subject: "admin" }), "_second"));
  const both = signXml(xml, { key: keys.privateKey, ids: ["_assertion", "_second"] });
  await expect(assume(both)).rejects.toMatchObject(SIGNATURE_INVALID);
});

test("an XML signature is refused whose reference leads nowhere, or to two elements", async () => {
  const xml = signed();
  const nowhere = xml.replace('ID="_assertion"', 'ID="_other"');
  const twice = xml.replace('ID="_response"', 'ID="_assertion"');
  for (const changed of [nowhere, twice]) {
    expect(changed).not.toBe(xml);
    await expect(assume(changed)).rejects.toMatchObject(SIGNATURE_INVALID);
  }
});

const forged = assertionXml(parts({ subject: "admin" }), "_forged");

test("of a SAML response only what its signature covers is believed: a signed response may hold one assertion, not two", async () => {
  const sign = (...assertions: string[]): string =>
    signXml(responseXml(...assertions), { key: keys.privateKey, ids: ["_response"] });
  expect((await assume(sign(assertionXml(parts())))).Subject).toBe("alice");
  for (const xml of [sign(assertionXml(parts()), forged), sign()]) {
    await expect(assume(xml)).rejects.toMatchObject(invalid("SAML response must hold one assertion"));
  }
});

test.each<[string, (xml: string) => string]>([
  ["before the signed one", (xml) => xml.replace("<saml:Assertion", `${forged}<saml:Assertion`)],
  ["after the signed one", (xml) => xml.replace("</samlp:Response>", `${forged}</samlp:Response>`)],
  [
    "around the signed one",
    (xml) => {
      const genuine = /<saml:Assertion .*<\/saml:Assertion>/s.exec(xml)?.[0] ?? "";
      return xml.replace(genuine, forged.replace("</saml:Assertion>", `${genuine}</saml:Assertion>`));
    },
  ],
])(
  "of a SAML response only what its signature covers is believed: an assertion %s is not read",
  async (_case, wrap) => {
    const xml = signed();
    const wrapped = wrap(xml);
    expect(wrapped).toContain('ID="_forged"');
    expect((await assume(wrapped)).Subject).toBe("alice");
  },
);

test("of a SAML response only what its signature covers is believed: a signed element other than an assertion is ignored", async () => {
  const xml = responseXml(`<other ID="_other">alice</other>`, assertionXml(parts()));
  const wrong = signXml(xml, { key: keys.privateKey, ids: ["_other"] });
  const namespace = "urn:oasis:names:tc:SAML:2.0:assertion";
  const foreign = responseXml(assertionXml(parts()).replace(namespace, "urn:example:assertion"));
  const envelope = responseXml(assertionXml(parts())).replace("SAML:2.0:protocol", "SAML:9:protocol");
  const oneOnly = invalid("SAML response must hold one assertion");
  await expect(assume(wrong)).rejects.toMatchObject(oneOnly);
  await expect(assume(signXml(foreign, { key: keys.privateKey }))).rejects.toMatchObject(oneOnly);
  const root = signXml(envelope, { key: keys.privateKey, ids: ["_response"] });
  await expect(assume(root)).rejects.toMatchObject(oneOnly);
});

test("of a SAML response only what its signature covers is believed: a comment put into the subject does not cut it short", async () => {
  const xml = signed({ subject: "admin.example.com" });
  const commented = xml.replace("admin.example.com", "admin<!-- -->.example.com");
  expect(commented).not.toBe(xml);
  expect((await assume(commented)).Subject).toBe("admin.example.com");
});

test.each<[string, (xml: string) => string]>([
  [
    "in an extension of the response",
    (xml) => xml.replace("<saml:Assertion", `<x>${forged}</x><saml:Assertion`),
  ],
  [
    "in the assertion",
    (xml) => xml.replace("<saml:Subject>", `<saml:Advice>${forged}</saml:Advice><saml:Subject>`),
  ],
])(
  "of a SAML response only what its signature covers is believed: a second assertion %s is not read, although it is signed too",
  async (_case, insert) => {
    const xml = insert(responseXml(assertionXml(parts())));
    expect(xml).toContain('ID="_forged"');
    const wrapped = signXml(xml, { key: keys.privateKey, ids: ["_response"] });
    expect((await assume(wrapped)).Subject).toBe("alice");
  },
);

test("of a SAML response only what its signature covers is believed: the signature of the response goes before that of its assertion", async () => {
  const failed = responseXml(assertionXml(parts())).replace("status:Success", "status:Responder");
  const inside = signXml(failed, { key: keys.privateKey });
  expect((await assume(inside)).Subject).toBe("alice");
  const twice = signXml(inside, { key: keys.privateKey, ids: ["_response"] });
  expect(twice.split("</Signature>")).toHaveLength(3);
  await expect(assume(twice)).rejects.toMatchObject({ name: "IDPRejectedClaimException" });
});

test.each([
  ["another value", "status:Success", "status:Responder"],
  ["no value", ' Value="urn:oasis:names:tc:SAML:2.0:status:Success"', ""],
])(
  "of a SAML response only what its signature covers is believed: a status of the signed response is, with %s",
  async (_case, success, failure) => {
    const failed = responseXml(assertionXml(parts())).replace(success, failure);
    await expect(assume(signXml(failed, { key: keys.privateKey, ids: ["_response"] }))).rejects.toMatchObject(
      {
        name: "IDPRejectedClaimException",
        message: "The identity provider reported that authentication failed",
      },
    );
  },
);

test.each<[string, (xml: string) => string, object]>([
  [
    "audiences of which one is AWS",
    (plain) => plain.replace("<saml:Audience>", "<saml:Audience>https://other.example.com</saml:Audience>$&"),
    { Subject: "alice" },
  ],
  [
    "the sign-in address of a provider for a provider whose id is not known",
    (plain) => plain.replaceAll(AUDIENCE, `${AUDIENCE}/acs/SAMLSPEXAMPLE`),
    { Audience: `${AUDIENCE}/acs/SAMLSPEXAMPLE` },
  ],
])("a SAML assertion may have %s", async (_case, change, expected) => {
  const plain = responseXml(assertionXml(parts()));
  expect(change(plain)).not.toBe(plain);
  expect(await assume(signXml(change(plain), { key: keys.privateKey }))).toMatchObject(expected);
});

test.each<[string, (xml: string) => string, object]>([
  [
    "no confirmation of its subject",
    (plain) => plain.replace(/<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>/, ""),
    invalid("SAML Assertion recipient is not that of AWS"),
  ],
  [
    "no name of its subject",
    (plain) => plain.replace(/<saml:NameID.*<\/saml:NameID>/, ""),
    invalid("SAML Assertion has no NameID"),
  ],
  [
    "an empty name of its subject",
    (plain) => plain.replace(">alice<", "> <"),
    invalid("SAML Assertion has no NameID"),
  ],
  [
    "no subject",
    (plain) => plain.replace(/<saml:Subject>.*<\/saml:Subject>/, ""),
    invalid("SAML Assertion has no NameID"),
  ],
  [
    "no issuer",
    (plain) => plain.replace(/<saml:Issuer>.*<\/saml:Issuer>/, ""),
    invalid("Issuer not present in specified provider"),
  ],
  ["attributes without a name", (plain) => plain.replaceAll(/ Name="[^"]+"/g, ""), { name: "AccessDenied" }],
])("a SAML assertion with %s is refused", async (_case, change, refusal) => {
  const plain = responseXml(assertionXml(parts()));
  expect(change(plain)).not.toBe(plain);
  await expect(assume(signXml(change(plain), { key: keys.privateKey }))).rejects.toMatchObject(refusal);
});

test.each(["a", "aws:alice", "alice/admin", "a".repeat(65)])(
  "a SAML assertion with the source identity %s is refused",
  async (value) => {
    const attributes = { [`${NAMES}SourceIdentity`]: [value] };
    await expect(assume(signed({ attributes }))).rejects.toMatchObject(
      invalid("SourceIdentity in AuthnResponse is not acceptable"),
    );
  },
);

test.each(["!", "%3D", "<", "\u00E9"])("a SAML assertion with %j in its base64 is refused", async (text) => {
  const base64 = Buffer.from(signed()).toString("base64");
  const send = (SAMLAssertion: string): Promise<AssumeRoleWithSAMLResponse> =>
    call(fake, AssumeRoleWithSAML, { RoleArn: ROLE, PrincipalArn: PROVIDER, SAMLAssertion });
  expect((await send(base64.replaceAll(/.{76}/g, "$&\r\n"))).Subject).toBe("alice");
  await expect(send(base64.slice(0, 100) + text + base64.slice(100))).rejects.toMatchObject(
    invalid("Invalid base64 SAMLResponse"),
  );
});

test("the words of no refusal hold parts of the assertion", async () => {
  const secret = "MARKER";
  const changes: Partial<SamlParts>[] = [
    { issuer: secret },
    { audience: secret },
    { recipient: secret },
    { subject: secret, notOnOrAfter: at(-1) },
    { attributes: { [`${NAMES}Role`]: [secret] } },
    { attributes: { [`${NAMES}RoleSessionName`]: [`/${secret}`] } },
    { attributes: { [`${NAMES}SessionDuration`]: [secret] } },
  ];
  for (const change of changes) {
    const error: unknown = await assume(signed(change)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain(secret);
  }
});

function both(name: string): Partial<SamlParts> {
  return { audience: name, recipient: name };
}

test.each([
  ["https://signin.aws.amazon.com/saml", true],
  ["https://us-west-2.signin.aws.amazon.com/saml", true],
  ["https://ap-southeast-1.signin.aws.amazon.com/saml", true],
  ["https://signin.aws.amazon.com/saml/acs/SAMLSPEXAMPLE", true],
  ["https://eu-central-1.signin.aws.amazon.com/saml/acs/SAMLSPEXAMPLE", true],
  ["https://signin.amazonaws.cn/saml", true],
  ["https://cn-north-1.signin.amazonaws.cn/saml", true],
  ["https://signin.amazonaws-us-gov.com/saml", true],
  ["https://us-gov-west-1.signin.amazonaws-us-gov.com/saml", true],
  ["urn:amazon:webservices", true],
  ["urn:amazon:webservices:govcloud", true],
  ["urn:amazon:webservices:cn-north-1", true],
  ["http://signin.aws.amazon.com/saml", false],
  ["https://signin.aws.amazon.com/saml/", false],
  ["https://signin.aws.amazon.com/samlx", false],
  ["https://signin.aws.amazon.com/saml/acs/", false],
  ["https://signin.aws.amazon.com/saml/acs/a/b", false],
  ["https://evil.signin.aws.amazon.com/saml", false],
  ["https://us-west-2.evil.signin.aws.amazon.com/saml", false],
  ["https://signin.aws.amazon.com.example.com/saml", false],
  ["https://example.com/https://signin.aws.amazon.com/saml", false],
  ["urn:amazon:webservices:other", false],
])("a SAML assertion may be for %s: %s", async (name, expected) => {
  const settled = await assume(signed(both(name))).then(
    ({ Audience }) => Audience,
    ({ message }: Error) => message,
  );
  expect(settled).toBe(expected ? name : "SAML Assertion audience is not that of AWS");
});

test("a SAML assertion may be for the sign-in address of another provider only where the provider's id is not known", async () => {
  const samlProviders = [
    { name: "directory", issuer: ISSUER, publicKey: keys.publicKey, acsId: "SAMLSPEXAMPLE" },
  ];
  const target = fakeWith(keys.publicKey, { samlProviders });
  const address = "https://signin.aws.amazon.com/saml/acs/";
  expect((await assume(signed(both(`${address}SAMLSPEXAMPLE`)), target)).Subject).toBe("alice");
  await expect(assume(signed(both(`${address}SAMLSPOTHER`)), target)).rejects.toMatchObject(
    invalid("SAML Assertion audience is not that of AWS"),
  );
});

const person = "urn:oid:1.3.6.1.4.1.5923.1.1.1.";
const organization = "urn:oid:1.3.6.1.4.1.5923.1.2.1.";
const claim = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";
test.each([
  [`${person}1`, "eduPersonAffiliation", "list"],
  [`${person}2`, "eduPersonNickname", "list"],
  [`${person}3`, "eduPersonOrgDN", "text"],
  [`${person}4`, "eduPersonOrgUnitDN", "list"],
  [`${person}5`, "eduPersonPrimaryAffiliation", "text"],
  [`${person}6`, "eduPersonPrincipalName", "text"],
  [`${person}7`, "eduPersonEntitlement", "list"],
  [`${person}8`, "eduPersonPrimaryOrgUnitDN", "text"],
  [`${person}9`, "eduPersonScopedAffiliation", "list"],
  [`${person}10`, "eduPersonTargetedID", "list"],
  [`${person}11`, "eduPersonAssurance", "list"],
  [`${organization}2`, "eduOrgHomePageURI", "list"],
  [`${organization}3`, "eduOrgIdentityAuthNPolicyURI", "list"],
  [`${organization}4`, "eduOrgLegalName", "list"],
  [`${organization}5`, "eduOrgSuperiorURI", "list"],
  [`${organization}6`, "eduOrgWhitePagesURI", "list"],
  ["urn:oid:2.5.4.3", "cn", "list"],
  [`${claim}name`, "name", "text"],
  ["http://schemas.xmlsoap.org/claims/CommonName", "commonName", "text"],
  [`${claim}givenname`, "givenName", "text"],
  [`${claim}surname`, "surname", "text"],
  [`${claim}emailaddress`, "mail", "text"],
  ["http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid", "primaryGroupSID", "text"],
  ["2.5.4.45", "x500UniqueIdentifier", "text"],
  ["0.9.2342.19200300.100.1.1", "uid", "text"],
  ["0.9.2342.19200300.100.1.45", "organizationStatus", "text"],
])(
  "an attribute of a SAML assertion is a condition key: %s is saml:%s, a %s",
  async (attribute, key, kind) => {
    const trusts = (wanted: string): FakeSts =>
      fakeWith(keys.publicKey, {
        roles: [
          {
            name: "staff",
            trustPolicy: {
              Statement: {
                Effect: "Allow",
                Principal: { Federated: PROVIDER },
                Action: "sts:AssumeRoleWithSAML",
                Condition: { "ForAnyValue:StringEquals": { [`saml:${key}`]: wanted } },
              },
            },
          },
        ],
      });
    const xml = signed({ attributes: { [attribute]: ["first", "second"] } });
    expect((await assume(xml, trusts("first"))).Subject).toBe("alice");
    await expect(assume(xml, trusts("third"))).rejects.toMatchObject({ name: "AccessDenied" });
    const second = await assume(xml, trusts("second")).then(
      () => "list",
      () => "text",
    );
    expect(second).toBe(kind);
  },
);

test.each([
  ["urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", "persistent"],
  ["urn:oasis:names:tc:SAML:2.0:nameid-format:transient", "transient"],
  [
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent2",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent2",
  ],
  [
    "x-urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
    "x-urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
  ],
  [
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
  ],
])("the subject of a SAML assertion in the format %s is of the type %s", async (format, type) => {
  const plain = responseXml(assertionXml(parts())).replace(/(?<=<saml:NameID Format=")[^"]+/, format);
  expect((await assume(signXml(plain, { key: keys.privateKey }))).SubjectType).toBe(type);
});

test("the texts of a SAML assertion are read without the spaces around them", async () => {
  const attributes = { [`${NAMES}RoleSessionName`]: ["\n  alice@example.com\n"] };
  const session = await assume(signed({ issuer: `\n  ${ISSUER} `, subject: " alice ", attributes }));
  expect(session).toMatchObject({ Issuer: ISSUER, Subject: "alice" });
  expect(session.AssumedRoleUser?.Arn).toMatch(/\/alice@example\.com$/);
});

test.each(["<!DOCTYPE x>", "<!doctype x>", '<!DOCTYPE x [<!ENTITY y "z">]>', '<!entity y "z">'])(
  "a SAML response with %s is refused before it is parsed",
  async (text) => {
    await expect(assume(text + signed())).rejects.toMatchObject(
      invalid("SAML response must not have a document type"),
    );
  },
);

const xml = signed();
const outside = (text: string): string => xml.replace("<saml:Assertion", `${text}<saml:Assertion`);
const tags = xml.split("<").length - 1;
const nested = (depth: number): string => "<x>".repeat(depth) + "</x>".repeat(depth);
test.each<[string, (extra: number) => string]>([
  ["10,000 tags", (extra) => outside("<x/>".repeat(10_000 - tags + extra))],
  ["64 elements inside each other", (extra) => outside(nested(63 + extra))],
  [
    "64 elements inside each other, after others",
    (extra) => outside(`${nested(5)}<y/>${nested(63 + extra)}`),
  ],
])("a SAML response may have %s, and not one more", async (_case, write) => {
  expect((await assume(write(0))).Subject).toBe("alice");
  await expect(assume(write(1))).rejects.toMatchObject(invalid("SAML response is too large"));
});

const tooLarge = invalid("SAML response is too large");
const insert = (text: string): string => xml.replace("<saml:Subject>", `${text}<saml:Subject>`);
const transform = `<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>`;
const signature = /<Signature .*<\/Signature>/s.exec(xml)?.[0] ?? "";
test.each<[string, string, object]>([
  ["with too many elements", insert("<x/>".repeat(10_000)), tooLarge],
  ["with elements nested too deep", insert(`${"<x>".repeat(70)}${"</x>".repeat(70)}`), tooLarge],
  [
    "with many transforms",
    xml.replace("</Transforms>", `${transform.repeat(100)}</Transforms>`),
    SIGNATURE_INVALID,
  ],
  ["with three transforms", xml.replace("</Transforms>", `${transform}</Transforms>`), SIGNATURE_INVALID],
  [
    "with a transform that computes something, beside another",
    xml.replace(
      `<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>`,
      `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/>`,
    ),
    SIGNATURE_INVALID,
  ],
  [
    "with a transform without a name",
    xml.replace(/<Transform Algorithm="[^"]+"/, "<Transform"),
    SIGNATURE_INVALID,
  ],
  [
    "with a transform that computes something",
    xml.replace(
      `<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>`,
      `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/>`,
    ),
    SIGNATURE_INVALID,
  ],
  [
    "with many references",
    xml.replace(/<Reference .*<\/Reference>/s, (reference) => reference.repeat(50)),
    SIGNATURE_INVALID,
  ],
  ["with many signatures", insert(signature.repeat(3)), SIGNATURE_INVALID],
])(
  "a SAML response is refused before any signature or digest is computed: %s",
  async (_case, changed, refusal) => {
    expect(changed).not.toBe(xml);
    const spies = [vi.spyOn(crypto, "createHash"), vi.spyOn(crypto, "createVerify")];
    try {
      await expect(assume(changed)).rejects.toMatchObject(refusal);
      expect(spies.map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
      // The spies see the work that is done for a good one.
      expect((await assume(xml)).Subject).toBe("alice");
      expect(spies.every(({ mock }) => mock.calls.length > 0)).toBe(true);
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  },
);
