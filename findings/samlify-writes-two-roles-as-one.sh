#!/usr/bin/env bash
# samlify 2.13.1, and saml 4.0.0 beside it, Node.js 20 and later.
# A SAML response offers roles of AWS in the attribute Role: AWS documents an AttributeValue for each, with the ARNs of the role and of the provider
# in it, separated by a comma. samlify reads several values as an array, but writes an array into one AttributeValue, joined with commas. So a user
# with one role gets a right response, and a user with two a single value of four ARNs, which is no pair. The package saml writes a value for each
# role. A template of one's own with two placeholders writes two values, but always two. Seen: the values that saml wrote and samlify reads, and how
# many samlify writes from what it has read, for one role and for two.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund samlify@2.13.1 saml@4.0.0
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=example 2>/dev/null
cat > roles.cjs <<'JS'
const { readFileSync } = require("node:fs");
const { Saml20 } = require("saml");
const { Constants, Extractor, IdentityProvider, SamlLib, ServiceProvider } = require("samlify");

const ROLE = "https://aws.amazon.com/SAML/Attributes/Role";
const key = readFileSync("key.pem");
const cert = readFileSync("cert.pem");
const post = (Location) => [{ Binding: Constants.namespace.binding.post, Location }];
const valueXsiType = "xs:string";
const nameFormat = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri";
const provider = IdentityProvider({
  entityID: "https://idp.example",
  privateKey: key.toString(),
  signingCert: cert.toString(),
  singleSignOnService: post("https://idp.example/sso"),
  singleLogoutService: post("https://idp.example/out"),
  loginResponseTemplate: {
    context: SamlLib.defaultLoginResponseTemplate.context,
    attributes: [{ name: ROLE, valueTag: "roles", nameFormat, valueXsiType }],
  },
});
const aws = ServiceProvider({
  entityID: "urn:amazon:webservices",
  wantAssertionsSigned: true,
  assertionConsumerService: post("https://signin.aws.amazon.com/saml"),
});

(async () => {
  const roles = ["reader", "writer"].map((name) =>
    `arn:aws:iam::123456789012:role/${name},arn:aws:iam::123456789012:saml-provider/example`);
  for (const offered of [roles.slice(0, 1), roles]) {
    const assertion = Saml20.create({ key, cert, issuer: "https://idp.example", attributes: { [ROLE]: offered } });
    const read = Extractor.extract(`<Response>${assertion}</Response>`, Extractor.loginResponseFields(assertion)).attributes[ROLE];
    const { context } = await provider.createLoginResponse(aws, {}, "post", {}, (template) => ({
      id: "_example",
      context: SamlLib.replaceTagsByValue(template, { ID: "_example", AssertionID: "_assertion", attrRoles: read }),
    }));
    const written = Buffer.from(context, "base64").toString().match(/(?<=<saml:AttributeValue[^>]*>)[^<]*/g);
    console.log(`saml: ${assertion.split("</saml:AttributeValue>").length - 1}, read: ${[read].flat().length},`,
      `samlify: ${written.length}, ARNs in the first: ${written[0].split(",").length}`);
  }
})();
JS
seen=$(node roles.cjs)
echo "$seen"
expected="saml: 1, read: 1, samlify: 1, ARNs in the first: 2
saml: 2, read: 2, samlify: 1, ARNs in the first: 4"
[ "$seen" = "$expected" ]
