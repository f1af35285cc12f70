import { createFetchHandler, createSessionClient } from "#session-client";

import { AssumeRoleCommand } from "../../commands/assume-role.ts";
import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
} from "../../commands/assume-role-with-web-identity.ts";
import type { STSClient } from "../../clients/client.ts";
import type { WithMetadata } from "../../commands/command.ts";
import type { STSClientConfig } from "../../config/config.ts";
import { createStsSession, identityFromResponse } from "./sts-session.ts";
import type { ParentClientConfig, RoleAssumer } from "./sts-session.ts";
import type { AwsCredentialIdentity, CallerClientConfig, CredentialsProvider } from "../provider.ts";
import type { Logger } from "../../call/logger.ts";
import type { Pluggable } from "../../call/middleware-stack.ts";

/** Options of {@link getDefaultRoleAssumer} and {@link getDefaultRoleAssumerWithWebIdentity}. */
export interface RoleAssumerOptions extends Pick<
  STSClientConfig,
  "logger" | "region" | "requestHandler" | "profile" | "userAgentAppId"
> {
  /** Accepted; nothing is logged to it. */
  readonly credentialProviderLogger?: Logger | undefined;
  /** Configuration of the client for which the role is assumed. It provides what is not given elsewhere. */
  readonly parentClientConfig?: ParentClientConfig | undefined;
}

/** Assumes a role with an identity token for a credential provider. */
export type RoleAssumerWithWebIdentity = (
  params: AssumeRoleWithWebIdentityCommandInput,
) => Promise<AwsCredentialIdentity>;

/**
 * Creates the function that the AWS SDK's credential providers take as `roleAssumer`. Our own `fromAssumeRole` does not need it.
 *
 * Each call creates a session; nothing is cached. Concurrent calls may have different source credentials.
 *
 * @param plugins - change the middleware of the client that makes the calls
 *
 * @example
 * import { getDefaultRoleAssumer } from "@org/sts-client";
 *
 * const roleAssumer = getDefaultRoleAssumer({ region: "eu-west-1" });
 * const source = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
 * const session = await roleAssumer(source, {
 *   RoleArn: "arn:aws:iam::123456789012:role/deploy",
 *   RoleSessionName: "deploy",
 * });
 */
export function getDefaultRoleAssumer(
  options: RoleAssumerOptions = {},
  plugins: readonly ClientPlugin[] = [],
): RoleAssumer {
  const getClient = createAssumingClient(options, plugins);
  return async (sourceCredentials, params) => {
    const client = await getClient();
    const response = await client.send(new AssumeRoleCommand(params), { credentials: sourceCredentials });
    const feature = ["CREDENTIALS_STS_ASSUME_ROLE", "i"] as const;
    return identityFromResponse(response, "AssumeRole", feature, response.AssumedRoleUser?.Arn);
  };
}

/**
 * Creates the function that the AWS SDK's credential providers take as `roleAssumerWithWebIdentity`. Our own `fromWebToken` does
 * not need it. Each call creates a session; nothing is cached.
 *
 * @param plugins - change the middleware of the client that makes the calls
 */
export function getDefaultRoleAssumerWithWebIdentity(
  options: RoleAssumerOptions = {},
  plugins: readonly ClientPlugin[] = [],
): RoleAssumerWithWebIdentity {
  const getClient = createAssumingClient(options, plugins);
  return async (params) => {
    const client = await getClient();
    const response = await client.send(new AssumeRoleWithWebIdentityCommand(params));
    const feature = ["CREDENTIALS_STS_ASSUME_ROLE_WEB_ID", "k"] as const;
    return identityFromResponse(
      response,
      "AssumeRoleWithWebIdentity",
      feature,
      response.AssumedRoleUser?.Arn,
    );
  };
}

/** Passes this package's role assumers to a function that creates providers, unless its input has some. */
export function decorateDefaultCredentialProvider(
  provider: DefaultCredentialProvider,
): DefaultCredentialProvider {
  return (input) =>
    provider({
      roleAssumer: getDefaultRoleAssumer(input),
      roleAssumerWithWebIdentity: getDefaultRoleAssumerWithWebIdentity(input),
      ...input,
    });
}

/** Creates a credentials provider from a client's configuration. */
export type DefaultCredentialProvider = (input: object) => CredentialsProvider;

/** Changes the middleware of a client. */
export type ClientPlugin = Pluggable<object, WithMetadata<object>>;

function createAssumingClient(
  options: RoleAssumerOptions,
  plugins: readonly ClientPlugin[],
): () => Promise<STSClient> {
  const { parentClientConfig: parent = {} } = options;
  const parentRegion = parent.region;
  const callerClientConfig: CallerClientConfig = {
    profile: parent.profile,
    requestHandler: parent.requestHandler,
    region: async () => (typeof parentRegion === "function" ? parentRegion() : parentRegion),
  };
  // Only these: what decorateDefaultCredentialProvider passes on is the whole configuration of some client.
  const { getClient } = createStsSession(
    {
      clientConfig: {
        logger: options.logger ?? parent.logger,
        userAgentAppId: options.userAgentAppId ?? parent.userAgentAppId,
        profile: options.profile,
        region: options.region,
        ...(options.requestHandler && { requestHandler: options.requestHandler }),
      },
    },
    undefined,
    // At once: whoever has these functions has a client, and what bundlers leave out when nobody calls them is all of this.
    { loadClient: async () => ({ createSessionClient, createFetchHandler }) },
  );
  let client: Promise<STSClient> | undefined;
  const create = async (): Promise<STSClient> => {
    const made = await getClient({ callerClientConfig });
    for (const plugin of plugins) made.middlewareStack.use(plugin);
    return made;
  };
  return () =>
    (client ??= create().catch((error: unknown) => {
      client = undefined;
      throw error;
    }));
}
