import { CredentialsProviderError, fromEnv } from "@org/sts-client/credentials";
import { expect, test } from "vitest";

const keys = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" };

test("fromEnv reads every variable there is", async () => {
  const env = {
    ...keys,
    AWS_SESSION_TOKEN: "token",
    AWS_CREDENTIAL_EXPIRATION: "2030-01-01T00:00:00Z",
    AWS_CREDENTIAL_SCOPE: "eu-west-1",
    AWS_ACCOUNT_ID: "123456789012",
  };
  expect(await fromEnv({ env })()).toEqual({
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "example",
    sessionToken: "token",
    expiration: new Date("2030-01-01T00:00:00Z"),
    credentialScope: "eu-west-1",
    accountId: "123456789012",
    $source: { CREDENTIALS_ENV_VARS: "g" },
  });
});

test.each(["AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION", "AWS_CREDENTIAL_SCOPE", "AWS_ACCOUNT_ID"])(
  "fromEnv takes an empty %s for none",
  async (name) => {
    const identity = await fromEnv({ env: { ...keys, [name]: "" } })();
    expect(identity).toEqual(await fromEnv({ env: keys })());
  },
);

test("fromEnv reads them at each call", async () => {
  const env: Record<string, string> = { ...keys };
  const get = fromEnv({ env });
  await get();
  env["AWS_ACCESS_KEY_ID"] = "AKIDCHANGED";
  expect((await get()).accessKeyId).toBe("AKIDCHANGED");
});

test.each([
  [
    "lets a chain go on when nothing is there",
    {},
    /AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not/,
    true,
  ],
  [
    "ends the search when the secret is missing",
    { AWS_SECRET_ACCESS_KEY: "" },
    /^AWS_SECRET_ACCESS_KEY is/,
    false,
  ],
  ["ends the search when the id is missing", { AWS_ACCESS_KEY_ID: "" }, /^AWS_ACCESS_KEY_ID is/, false],
])("fromEnv names what is missing, and %s", async (_name, given, message, tryNextLink) => {
  const env = Object.keys(given).length === 0 ? {} : { ...keys, ...given };
  const failure = fromEnv({ env })();
  await expect(failure).rejects.toThrow(message);
  await expect(failure).rejects.toMatchObject({ code: "ERR_CREDENTIALS_NOT_CONFIGURED", tryNextLink });
  await expect(failure).rejects.toBeInstanceOf(CredentialsProviderError);
});

test("fromEnv refuses an expiration that is not a date", async () => {
  await expect(fromEnv({ env: { ...keys, AWS_CREDENTIAL_EXPIRATION: "soon" } })()).rejects.toMatchObject({
    code: "ERR_CREDENTIALS_MALFORMED",
    tryNextLink: false,
  });
});
