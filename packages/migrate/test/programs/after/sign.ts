import { Sha256 } from "@aws-crypto/sha256-universal";
import { SignatureV4 } from "@org/sts-signer";

const signer = new SignatureV4({
  service: "execute-api",
  region: "eu-west-1",
  credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
  sha256: Sha256,
});

const signed = await signer.sign(
  {
    method: "GET",
    protocol: "https:",
    hostname: "api.example.com",
    path: "/orders",
    query: { limit: "10" },
    headers: { host: "api.example.com" },
  },
  { signingDate: new Date("2026-01-01T00:00:00Z") },
);
console.log(signed.headers["authorization"]);
