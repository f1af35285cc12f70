import { createClock, createFakeSts, type FakeSts, type PolicyStatement } from "@org/sts-mock";
import {
  createTestIdentityProvider,
  type TestAssertion,
  type TestIdentityProvider,
  type TestIdentityProviderOptions,
} from "@org/sts-mock/node";
import { AssumeRoleWithSAML, type AssumeRoleWithSAMLResponse } from "@org/sts-protocol";
import { DOMParser } from "@xmldom/xmldom";
import { expect, test } from "vitest";

import { call } from "../support/call.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const AWKWARD = `<a b="c" & 'd'> ü €`;

interface Setup {
  readonly idp: TestIdentityProvider;
  readonly clock: ReturnType<typeof createClock>;
  readonly fake: FakeSts;
  readonly roleArn: string;
}
function setup(options: TestIdentityProviderOptions = {}, statement: Partial<PolicyStatement> = {}): Setup {
  const clock = createClock({ at: NOW });
  const { account = "123456789012" } = options;
  const idp = createTestIdentityProvider({ clock, ...options });
  const trustPolicy = {
    Statement: {
      Effect: "Allow",
      Principal: { Federated: idp.arn },
      Action: ["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"],
      ...statement,
    },
  } as const;
  const roles = [{ name: "staff", account, maxSessionDuration: 43_200, trustPolicy }];
  const fake = createFakeSts({ clock, samlProviders: [idp.provider], roles });
  return { idp, clock, fake, roleArn: `arn:aws:iam::${account}:role/staff` };
}

async function assume(
  { idp, fake, roleArn }: Setup,
  assertion: Partial<TestAssertion> = {},
): Promise<AssumeRoleWithSAMLResponse> {
  const SAMLAssertion = idp.issueAssertion({ roleArn, ...assertion });
  return await call(fake, AssumeRoleWithSAML, { RoleArn: roleArn, PrincipalArn: idp.arn, SAMLAssertion });
}

const decoded = (assertion: string): string => Buffer.from(assertion, "base64").toString();

test("a test identity provider has a name, an account and an issuer unless told otherwise", async () => {
  const { idp, ...rest } = setup();
  expect(idp.arn).toBe("arn:aws:iam::123456789012:saml-provider/test-idp");
  expect(idp.provider).toEqual({
    name: "test-idp",
    account: "123456789012",
    issuer: "https://idp.example.com/saml",
    publicKey: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----\n/) as string,
  });
  expect(await assume({ idp, ...rest })).toMatchObject({
    Issuer: "https://idp.example.com/saml",
    Subject: "test-subject",
    AssumedRoleUser: { Arn: "arn:aws:sts::123456789012:assumed-role/staff/test-session" },
  });
});

test("a test identity provider takes name, account and issuer from its options", async () => {
  const options = {
    name: "directory",
    account: "111122223333",
    issuer: `https://x.example.com/?a=1&b="2"`,
  };
  const made = setup(options);
  expect(made.idp.arn).toBe("arn:aws:iam::111122223333:saml-provider/directory");
  expect(made.idp.provider).toMatchObject(options);
  expect(await assume(made)).toMatchObject({
    Issuer: options.issuer,
    AssumedRoleUser: { Arn: "arn:aws:sts::111122223333:assumed-role/staff/test-session" },
  });
});

test("a test identity provider has its own key", async () => {
  const [one, two] = [setup(), setup()];
  expect(one.idp.provider.publicKey).not.toBe(two.idp.provider.publicKey);
  await expect(assume({ ...one, idp: two.idp })).rejects.toMatchObject({
    message: "Response signature invalid",
  });
});

test("a test identity provider follows the system's clock unless told otherwise", async () => {
  const before = Date.now();
  const idp = createTestIdentityProvider();
  const xml = decoded(idp.issueAssertion({ roleArn: "arn:aws:iam::123456789012:role/staff" }));
  const issued = Date.parse(/IssueInstant="([^"]+)"/.exec(xml)?.[1] ?? "");
  expect(issued).toBeGreaterThanOrEqual(before);
  expect(issued).toBeLessThanOrEqual(Date.now());
});

test("a test assertion keeps every character of subject and attributes", async () => {
  const made = setup({}, { Condition: { StringEquals: { "saml:edupersonorgdn": "R&D <x>" } } });
  const response = await assume(made, {
    subject: AWKWARD,
    roleSessionName: "a.b-c=d,e@f+g_h",
    // No tag may have such characters.
    attributes: { "urn:oid:1.3.6.1.4.1.5923.1.1.1.3": "R&D <x>" },
  });
  expect(response.Subject).toBe(AWKWARD);
  expect(response.AssumedRoleUser?.Arn).toMatch(/\/a\.b-c=d,e@f\+g_h$/);
});

// The parser behind the signature repairs much that is not XML, so these are texts that mean something else in XML.
test.each([
  "<b>bold</b>",
  "</saml:NameID>",
  '"/><saml:Audience x="',
  "&lt;",
  "&amp;amp;",
  "&#65;",
  "<!-- none -->",
  "<![CDATA[none]]>",
  "]]>",
])("a test assertion holds %j as it was given in every place of the document", (text) => {
  const idp = createTestIdentityProvider({ issuer: text });
  const xml = decoded(
    idp.issueAssertion({
      roleArn: text,
      providerArn: text,
      roleSessionName: text,
      subject: text,
      audience: text,
      attributes: { [`urn:${text}`]: [text, text] },
    }),
  );
  const document = new DOMParser({
    errorHandler: (_level: string, message: unknown) => {
      throw new SyntaxError(String(message));
    },
  }).parseFromString(xml, "text/xml");
  const all = (name: string) =>
    Array.from(document.getElementsByTagNameNS("urn:oasis:names:tc:SAML:2.0:assertion", name));
  const texts = (name: string) => all(name).map(({ textContent }) => textContent);
  expect({
    issuers: texts("Issuer"),
    subjects: texts("NameID"),
    audiences: texts("Audience"),
    values: texts("AttributeValue"),
    names: all("Attribute").map((attribute) => attribute.getAttribute("Name")),
    recipients: all("SubjectConfirmationData").map((data) => data.getAttribute("Recipient")),
    destination: document.documentElement.getAttribute("Destination"),
  }).toEqual({
    issuers: [text, text],
    subjects: [text],
    audiences: [text],
    values: [`${text},${text}`, text, text, text],
    names: [
      "https://aws.amazon.com/SAML/Attributes/Role",
      "https://aws.amazon.com/SAML/Attributes/RoleSessionName",
      `urn:${text}`,
    ],
    recipients: [text],
    destination: text,
  });
});

test("a test assertion gives AWS's prefix to the names of attributes that have no scheme, and to no other", () => {
  const { idp, roleArn } = setup();
  const attributes = { SessionDuration: "900", "https://example.com/groups": ["a", "b"], "urn://x": "y" };
  const xml = decoded(idp.issueAssertion({ roleArn, attributes }));
  const names = [...xml.matchAll(/<saml:Attribute Name="([^"]*)"/g)].map(([, name]) => name);
  expect(names).toEqual([
    "https://aws.amazon.com/SAML/Attributes/Role",
    "https://aws.amazon.com/SAML/Attributes/RoleSessionName",
    "https://aws.amazon.com/SAML/Attributes/SessionDuration",
    "https://example.com/groups",
    "urn://x",
  ]);
  expect(xml).toContain(
    "<saml:AttributeValue>a</saml:AttributeValue><saml:AttributeValue>b</saml:AttributeValue>",
  );
});

test("a test assertion can replace its default attributes", async () => {
  const made = setup();
  const attributes = { RoleSessionName: "other" };
  expect((await assume(made, { attributes })).AssumedRoleUser?.Arn).toMatch(/\/other$/);
  await expect(assume(made, { attributes: { Role: "none" } })).rejects.toMatchObject({
    name: "AccessDenied",
  });
});

test("a test assertion names the role and a provider, its own unless told otherwise", async () => {
  const made = setup();
  expect(decoded(made.idp.issueAssertion({ roleArn: made.roleArn }))).toContain(
    `<saml:AttributeValue>${made.roleArn},${made.idp.arn}</saml:AttributeValue>`,
  );
  await expect(assume(made, { providerArn: `${made.idp.arn}2` })).rejects.toMatchObject({
    name: "AccessDenied",
  });
});

test.each<[string, Partial<TestAssertion>, number, string]>([
  ["is good for five minutes", {}, 299.999, "ok"],
  ["is good for no more than five minutes", {}, 300, "ExpiredTokenException"],
  ["counts from when it says it was issued", { issuedAt: new Date(NOW - 200_000) }, 99.999, "ok"],
  ["ends five minutes after that", { issuedAt: new Date(NOW - 200_000) }, 100, "ExpiredTokenException"],
  ["may begin a minute ahead", { issuedAt: new Date(NOW + 60_000) }, 0, "ok"],
  ["may not begin further ahead", { issuedAt: new Date(NOW + 60_001) }, 0, "InvalidIdentityTokenException"],
])("a test assertion %s", async (_case, assertion, seconds, expected) => {
  const made = setup();
  const SAMLAssertion = made.idp.issueAssertion({ roleArn: made.roleArn, ...assertion });
  made.clock.advanceSeconds(seconds);
  const input = { RoleArn: made.roleArn, PrincipalArn: made.idp.arn, SAMLAssertion };
  const outcome = await call(made.fake, AssumeRoleWithSAML, input).then(
    () => "ok",
    ({ name }: Error) => name,
  );
  expect(outcome).toBe(expected);
});

test("a test assertion ends the session where it says so, when that is before the wanted end", async () => {
  const made = setup();
  const end = (seconds: number): Date => new Date(NOW + seconds * 1000);
  const expirations: (Date | undefined)[] = [];
  for (const sessionEnd of [end(1800), end(7200)]) {
    expirations.push((await assume(made, { sessionEnd })).Credentials?.Expiration);
  }
  expect(expirations).toEqual([end(1800), end(3600)]);
  expect(decoded(made.idp.issueAssertion({ roleArn: made.roleArn }))).not.toContain("SessionNotOnOrAfter");
});

test.each([
  ["assertion", "<saml:Assertion"],
  ["response", "<samlp:Response"],
] as const)("a test assertion is signed once, over its %s, right after the issuer", (sign, element) => {
  const { idp, roleArn } = setup();
  const xml = decoded(idp.issueAssertion({ roleArn, sign }));
  const id = new RegExp(`${element} [^>]*ID="([^"]+)"`).exec(xml)?.[1] ?? "none";
  expect([...xml.matchAll(/<Reference URI="#([^"]+)"/g)].map(([, uri]) => uri)).toEqual([id]);
  const start = xml.indexOf(element);
  expect(xml.slice(start)).toMatch(/^[^]*?<\/saml:Issuer><Signature /);
  expect(xml.slice(start, xml.indexOf("<Signature ")).match(/<saml:Issuer>/g)).toHaveLength(1);
});

test("a test assertion has new ids each time", () => {
  const { idp, roleArn } = setup();
  const ids = [1, 2, 3].flatMap(() =>
    [...decoded(idp.issueAssertion({ roleArn })).matchAll(/ ID="([^"]+)"/g)].map(([, id]) => id),
  );
  expect(ids).toHaveLength(6);
  expect(new Set(ids).size).toBe(6);
  // An XML id does not begin with a digit.
  for (const id of ids) expect(id).toMatch(/^_/);
});

test("a test assertion has its audience in each of the places where SAML wants it", () => {
  const { idp, roleArn } = setup();
  const places = (xml: string): (string | undefined)[] =>
    [/Destination="([^"]+)"/, /Recipient="([^"]+)"/, /<saml:Audience>([^<]+)/].map(
      (place) => place.exec(xml)?.[1],
    );
  const audience = "urn:amazon:webservices";
  expect(places(decoded(idp.issueAssertion({ roleArn })))).toEqual(
    Array(3).fill("https://signin.aws.amazon.com/saml"),
  );
  expect(places(decoded(idp.issueAssertion({ roleArn, audience })))).toEqual(Array(3).fill(audience));
});
