import {
  getDefaultRoleAssumer,
  getDefaultRoleAssumerWithWebIdentity,
  type MiddlewareStack,
} from "@org/sts-client";
import {
  fromAssumeRole,
  fromFederation,
  fromMfaSession,
  fromSaml,
  fromWebToken,
} from "@org/sts-client/credentials";
import {
  AssumeRole,
  AssumeRoleWithSAML,
  AssumeRoleWithWebIdentity,
  encodeResponse,
  GetFederationToken,
  GetSessionToken,
  type Operation,
} from "@org/sts-protocol";
import { expect, test } from "vitest";

import { credentials, reasonOf, sessionCredentials } from "../../support/fake-service.ts";

const RoleArn = "arn:aws:iam::123456789012:role/demo";
const PrincipalArn = "arn:aws:iam::123456789012:saml-provider/demo";
const serialNumber = "arn:aws:iam::123456789012:mfa/demo";
const region = "eu-west-1";

/** Answers in the place of the service, with nothing. */
const emptyHanded = {
  applyToStack: (stack: MiddlewareStack<object, object>) =>
    stack.add(() => async () => ({ response: {}, output: {} })),
};

interface Given {
  readonly clientConfig?: object;
  readonly clientPlugins?: readonly (typeof emptyHanded)[];
}

type Create = (given: Given) => () => Promise<unknown>;

/** Each operation has types of its own. */
const provider = (operation: unknown, create: Create) => {
  const given = operation as Operation<object, object>;
  return { name: given.name, operation: given, create };
};

const providers = [
  provider(AssumeRole, (given) => fromAssumeRole({ source: credentials, params: { RoleArn }, ...given })),
  provider(AssumeRoleWithSAML, (given) =>
    fromSaml({ samlAssertion: "assertion", params: { RoleArn, PrincipalArn }, ...given }),
  ),
  provider(AssumeRoleWithWebIdentity, (given) =>
    fromWebToken({ webIdentityToken: "token", roleArn: RoleArn, ...given }),
  ),
  provider(GetFederationToken, (given) =>
    fromFederation({ source: credentials, params: { Name: "demo" }, ...given }),
  ),
  provider(GetSessionToken, (given) =>
    fromMfaSession({ source: credentials, serialNumber, mfaCodeProvider: async () => "123456", ...given }),
  ),
];

test.each(providers)("$name without credentials in its output is no session", async ({ name, create }) => {
  const get = create({ clientConfig: { region }, clientPlugins: [emptyHanded] });
  expect(await reasonOf(get())).toMatchObject({
    code: "ERR_CREDENTIALS_MALFORMED",
    message: expect.stringContaining(`${name}: the response has no credentials`) as string,
  });
});

test.each(providers)("$name gives whole sessions only", async ({ operation, create }) => {
  const answer = (Credentials: object): Promise<unknown> => {
    const { body, ...response } = encodeResponse(operation, { Credentials }, { requestId: "id" });
    const fetch = async () => new Response(body, { status: 200, headers: response.headers });
    return create({ clientConfig: { region, fetch } })();
  };
  expect(await answer(sessionCredentials)).toMatchObject({ sessionToken: sessionCredentials.SessionToken });
  for (const missing of Object.keys(sessionCredentials)) {
    const half = Object.fromEntries(Object.entries(sessionCredentials).filter(([key]) => key !== missing));
    expect([missing, await reasonOf(answer(half))]).toMatchObject([missing, { name: "ProtocolError" }]);
  }
});

test("role assumers without credentials in the output give none", async () => {
  const plugins = [{ applyToStack: emptyHanded.applyToStack as never }];
  const assume = getDefaultRoleAssumer({ region }, plugins);
  expect(await reasonOf(assume(credentials, { RoleArn, RoleSessionName: "test" }))).toMatchObject({
    message: "AssumeRole: the response has no credentials",
  });
  const assumeWithToken = getDefaultRoleAssumerWithWebIdentity({ region }, plugins);
  const params = { RoleArn, RoleSessionName: "test", WebIdentityToken: "token" };
  expect(await reasonOf(assumeWithToken(params))).toMatchObject({
    message: "AssumeRoleWithWebIdentity: the response has no credentials",
  });
});
