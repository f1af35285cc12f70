import { GetCallerIdentityCommand, STSClient } from "@org/sts-client";
import { STSClient as NodeClient } from "@org/sts-client/node";
import { STSClient as WebCryptoClient } from "@org/sts-client/webcrypto";
import { expect, test } from "vitest";

const RESULT = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/demo</Arn>
<UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

test.each([
  ["@org/sts-client", STSClient],
  ["@org/sts-client/node", NodeClient],
  ["@org/sts-client/webcrypto", WebCryptoClient],
])(
  "%s signs with credentials that have expired by its clock, because the clock may be wrong",
  async (_, Client) => {
    const now = Date.UTC(2030, 0, 1);
    const signatures: string[] = [];
    const client = new Client({
      region: "eu-west-1",
      credentials: {
        accessKeyId: "ASIAIOSFODNN7EXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        sessionToken: "token",
        expiration: new Date(now - 3_600_000),
      },
      now: () => now,
      fetch: async (_url, init) => {
        signatures.push(new Headers(init?.headers).get("authorization") ?? "");
        return new Response(RESULT, { headers: { "content-type": "text/xml" } });
      },
    });
    const { Account } = await client.send(new GetCallerIdentityCommand());
    expect(Account).toBe("123456789012");
    expect(signatures).toEqual([
      expect.stringContaining("Credential=ASIAIOSFODNN7EXAMPLE/20300101/eu-west-1/sts/aws4_request"),
    ]);
  },
);
