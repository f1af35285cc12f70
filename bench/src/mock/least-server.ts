// Little more than what a strict server has to do: check the signature, seal a session, write XML. It knows one operation, one
// user and no error, so it shows about what the fake can reach on node:http. No strict bound: the fake seals in less time.
import { createCipheriv, createHmac, createSecretKey, hash, randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";

const ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE";
const SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const USER = "arn:aws:iam::123456789012:user/demo";

/** Creates the server. */
export function createLeastServer(): Server {
  const sealingKey = createSecretKey(randomBytes(32));
  const signingKeys = new Map<string, Buffer>();

  const signingKey = (scope: string): Buffer => {
    const known = signingKeys.get(scope);
    if (known !== undefined) return known;
    let key: Buffer = Buffer.from(`AWS4${SECRET_ACCESS_KEY}`);
    for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest();
    signingKeys.set(scope, key);
    return key;
  };
  const isSigned = ({ method = "", headers }: IncomingMessage, body: string): boolean => {
    const [, keyId, scope = "", names = "", signature] =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=(\w{64})$/.exec(
        headers.authorization ?? "",
      ) ?? [];
    let canonical = `${method}\n/\n\n`;
    for (const name of names.split(";")) canonical += `${name}:${String(headers[name])}\n`;
    canonical += `\n${names}\n${hash("sha256", body)}`;
    const date = String(headers["x-amz-date"]);
    const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash("sha256", canonical)}`;
    const expected = createHmac("sha256", signingKey(scope)).update(text).digest("hex");
    return keyId === ACCESS_KEY_ID && signature === expected;
  };
  const seal = (session: object): string => {
    const vector = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", sealingKey, vector);
    const start = cipher.update(JSON.stringify(session), "utf8");
    cipher.final();
    return Buffer.concat([vector, start, cipher.getAuthTag()]).toString("base64");
  };
  const respond = (body: string, requestId: string): string => {
    const seconds = Number(new URLSearchParams(body).get("DurationSeconds"));
    const expiration = (Math.floor(Date.now() / 1000) + seconds) * 1000;
    const accessKeyId = `ASIA${randomBytes(8).toString("hex").toUpperCase()}`;
    const secretAccessKey = randomBytes(30).toString("base64");
    const token = seal({ identity: USER, expiration, accessKeyId, secretAccessKey });
    return `<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetSessionTokenResult>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${secretAccessKey}</SecretAccessKey>
      <SessionToken>IQoJb3JpZ2luX2Vj${token}</SessionToken>
      <Expiration>${new Date(expiration).toISOString()}</Expiration>
    </Credentials>
  </GetSessionTokenResult>
  <ResponseMetadata>
    <RequestId>${requestId}</RequestId>
  </ResponseMetadata>
</GetSessionTokenResponse>
`;
  };
  return createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      const requestId = randomUUID();
      const isAllowed = isSigned(request, body);
      const text = isAllowed ? respond(body, requestId) : "";
      response.writeHead(isAllowed ? 200 : 403, {
        "content-type": "text/xml",
        "x-amzn-requestid": requestId,
        "content-length": String(Buffer.byteLength(text)),
      });
      response.end(text);
    });
  });
}
