import { createClock, createFakeSts, createTestIssuer, demoUser } from "@org/sts-mock";
import type { FakeStsOptions, RoleOptions } from "@org/sts-mock";

/** A strict fake STS, its movable clock and the client configuration that leads to it. */
export async function createWorld(options: FakeStsOptions = {}) {
  const clock = createClock({ at: new Date("2026-01-01T00:00:00Z") });
  const issuer = await createTestIssuer({ clock });
  const roles: RoleOptions[] = ["one", "two", "three"].map((name) => ({
    name,
    trustPolicy: "account" as const,
    maxSessionDuration: 43_200,
  }));
  const oidcProviderArn = "arn:aws:iam::123456789012:oidc-provider/oidc.example.com";
  const fake = createFakeSts({
    clock,
    users: [demoUser],
    roles: [
      ...roles,
      {
        name: "web",
        trustPolicy: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Federated: oidcProviderArn },
              Action: "sts:AssumeRoleWithWebIdentity",
            },
          ],
        },
      },
    ],
    oidcProviders: [issuer.provider],
    ...options,
  });
  const send: typeof fetch = (input, init) => fake.fetch(input, init);
  const now = () => clock.now();
  return {
    clock,
    fake,
    issuer,
    now,
    clientConfig: { region: "eu-west-1", fetch: send, now, maxAttempts: 1 },
  };
}

const [keys] = demoUser.accessKeys;

/** Long-term keys of the fake's user. */
export const userKeys = {
  accessKeyId: keys?.accessKeyId ?? "",
  secretAccessKey: keys?.secretAccessKey ?? "",
};

/** ARN of a role of the fake. */
export const roleArn = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;
