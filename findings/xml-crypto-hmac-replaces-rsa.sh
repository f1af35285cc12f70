#!/usr/bin/env bash
# xml-crypto 6.3.2, Node.js 20 and later.
# `enableHMAC()` does not add HMAC to the signature algorithms of a SignedXml: it replaces them, so that the same object then verifies no RSA
# signature. A service that accepts SAML from providers of both kinds needs two objects. Seen: four algorithms before, one after, and an RSA
# signature made by the library itself refused by name.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund xml-crypto@6.3.2
cat > algorithms.cjs <<'JS'
const { generateKeyPairSync } = require("node:crypto");
const { SignedXml } = require("xml-crypto");

const pem = { privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } };
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048, ...pem });
const signer = new SignedXml({
  privateKey,
  signatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
  canonicalizationAlgorithm: "http://www.w3.org/2001/10/xml-exc-c14n#",
});
signer.addReference({
  xpath: "//*[local-name(.)='note']",
  digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256",
  transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/2001/10/xml-exc-c14n#"],
});
signer.computeSignature("<note>example</note>");
const xml = signer.getSignedXml();
const signature = /<Signature[\s\S]*<\/Signature>/.exec(xml)[0];

function verify(withHmac) {
  const verifier = new SignedXml({ publicCert: publicKey });
  if (withHmac) verifier.enableHMAC();
  const count = Object.keys(verifier.SignatureAlgorithms).length;
  verifier.loadSignature(signature);
  try {
    return `${count} ${verifier.checkSignature(xml)}`;
  } catch (error) {
    return `${count} ${/rsa-sha256/.test(error.message) ? "refused by name" : error.message}`;
  }
}
console.log(`${verify(false)}, ${verify(true)}`);
JS
seen=$(node algorithms.cjs)
echo "algorithms and result, without and with enableHMAC: $seen"
[ "$seen" = "4 true, 1 refused by name" ]
