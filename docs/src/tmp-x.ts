import { GetSessionTokenCommand, STSClient } from "@org/sts-client/webcrypto";
import { createFakeSts, demoUser } from "@org/sts-mock";
import { verify } from "@org/sts-signer";
const f = createFakeSts({ users: [demoUser] });
const c = new STSClient({
  region: "eu-west-1",
  credentials: {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  },
  fetch: async (t, i) => {
    const r = new Request(t, i);
    const v = await verify(r.clone(), { findKey: () => ({ secretAccessKey: "x" }) });
    console.log(JSON.stringify(v));
    return f.fetch(r);
  },
});
f.mfaCode("arn:aws:iam::123456789012:mfa/demo")
  .then((TokenCode) =>
    c.send(
      new GetSessionTokenCommand({
        SerialNumber: "arn:aws:iam::123456789012:mfa/demo",
        TokenCode,
        DurationSeconds: 900,
      }),
    ),
  )
  .then(
    (o) => console.log(!!o.Credentials),
    (e) => console.log(e.stack),
  );
