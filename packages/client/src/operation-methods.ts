import type { SendOptions } from "./call/call-context.ts";
import type { BaseClient, Callback } from "./base-client.ts";
import type { Command, CommandClass, WithMetadata } from "./commands/command.ts";
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type AssumeRoleCommandOutput,
} from "./commands/assume-role.ts";
import {
  AssumeRoleWithSAMLCommand,
  type AssumeRoleWithSAMLCommandInput,
  type AssumeRoleWithSAMLCommandOutput,
} from "./commands/assume-role-with-saml.ts";
import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  type AssumeRoleWithWebIdentityCommandOutput,
} from "./commands/assume-role-with-web-identity.ts";
import {
  AssumeRootCommand,
  type AssumeRootCommandInput,
  type AssumeRootCommandOutput,
} from "./commands/assume-root.ts";
import {
  DecodeAuthorizationMessageCommand,
  type DecodeAuthorizationMessageCommandInput,
  type DecodeAuthorizationMessageCommandOutput,
} from "./commands/decode-authorization-message.ts";
import {
  GetAccessKeyInfoCommand,
  type GetAccessKeyInfoCommandInput,
  type GetAccessKeyInfoCommandOutput,
} from "./commands/get-access-key-info.ts";
import {
  GetCallerIdentityCommand,
  type GetCallerIdentityCommandInput,
  type GetCallerIdentityCommandOutput,
} from "./commands/get-caller-identity.ts";
import {
  GetDelegatedAccessTokenCommand,
  type GetDelegatedAccessTokenCommandInput,
  type GetDelegatedAccessTokenCommandOutput,
} from "./commands/get-delegated-access-token.ts";
import {
  GetFederationTokenCommand,
  type GetFederationTokenCommandInput,
  type GetFederationTokenCommandOutput,
} from "./commands/get-federation-token.ts";
import {
  GetScopedCredentialsCommand,
  type GetScopedCredentialsCommandInput,
  type GetScopedCredentialsCommandOutput,
} from "./commands/get-scoped-credentials.ts";
import {
  GetSessionTokenCommand,
  type GetSessionTokenCommandInput,
  type GetSessionTokenCommandOutput,
} from "./commands/get-session-token.ts";
import {
  GetWebIdentityTokenCommand,
  type GetWebIdentityTokenCommandInput,
  type GetWebIdentityTokenCommandOutput,
} from "./commands/get-web-identity-token.ts";

/**
 * A method of {@link STS}: a promise, or a callback with or without options. The promise stands last, because that is the
 * form which TypeScript and mocking libraries take for the method's own.
 */
export interface Invoke<Input extends object, Output extends object> {
  /** Makes the call and hands the outcome to a callback. */
  (input: Input, callback: Callback<Output>): void;
  /** Makes the call with options and hands the outcome to a callback. */
  (input: Input, options: SendOptions, callback: Callback<Output>): void;
  /** Makes the call. */
  (input: Input, options?: SendOptions): Promise<Output>;
}

/** A method of {@link STS} whose input may be left out. */
export interface InvokeOptional<Input extends object, Output extends object> extends Invoke<Input, Output> {
  /** Makes the call with an empty input. */
  (): Promise<Output>;
}

/** A method per operation. */
export interface OperationMethods {
  /** Gets temporary credentials for a role, in this account or another. See {@link AssumeRoleCommand}. */
  assumeRole: Invoke<AssumeRoleCommandInput, AssumeRoleCommandOutput>;
  /** Gets temporary credentials for a role with a SAML assertion as the proof of identity; not signed. See {@link AssumeRoleWithSAMLCommand}. */
  assumeRoleWithSAML: Invoke<AssumeRoleWithSAMLCommandInput, AssumeRoleWithSAMLCommandOutput>;
  /** Gets temporary credentials for a role with an OpenID Connect token as the proof of identity; not signed. See {@link AssumeRoleWithWebIdentityCommand}. */
  assumeRoleWithWebIdentity: Invoke<
    AssumeRoleWithWebIdentityCommandInput,
    AssumeRoleWithWebIdentityCommandOutput
  >;
  /** Gets short-lived credentials for one privileged task on a member account of the organization. See {@link AssumeRootCommand}. */
  assumeRoot: Invoke<AssumeRootCommandInput, AssumeRootCommandOutput>;
  /** Decodes the message that some services put into an error when a request was not authorized. See {@link DecodeAuthorizationMessageCommand}. */
  decodeAuthorizationMessage: Invoke<
    DecodeAuthorizationMessageCommandInput,
    DecodeAuthorizationMessageCommandOutput
  >;
  /** Tells to which account an access key id belongs. See {@link GetAccessKeyInfoCommand}. */
  getAccessKeyInfo: Invoke<GetAccessKeyInfoCommandInput, GetAccessKeyInfoCommandOutput>;
  /** Tells who signs the requests. See {@link GetCallerIdentityCommand}. */
  getCallerIdentity: InvokeOptional<GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput>;
  /** Trades a token, which someone delegated to the caller, for temporary credentials. See {@link GetDelegatedAccessTokenCommand}. */
  getDelegatedAccessToken: Invoke<GetDelegatedAccessTokenCommandInput, GetDelegatedAccessTokenCommandOutput>;
  /** Gets temporary credentials for someone whom the caller has authenticated by means of its own. See {@link GetFederationTokenCommand}. */
  getFederationToken: Invoke<GetFederationTokenCommandInput, GetFederationTokenCommandOutput>;
  /** Gets credentials for the calling session itself, with fewer permissions or a shorter life. See {@link GetScopedCredentialsCommand}. */
  getScopedCredentials: InvokeOptional<GetScopedCredentialsCommandInput, GetScopedCredentialsCommandOutput>;
  /** Gets temporary credentials for the IAM user who signs the request, usually with an MFA code. See {@link GetSessionTokenCommand}. */
  getSessionToken: InvokeOptional<GetSessionTokenCommandInput, GetSessionTokenCommandOutput>;
  /** Gets a signed token that proves the caller's identity to services outside AWS. See {@link GetWebIdentityTokenCommand}. */
  getWebIdentityToken: Invoke<GetWebIdentityTokenCommandInput, GetWebIdentityTokenCommandOutput>;
}

/** Gives a client's class a method per operation, on the prototype, where spies and stubs look for them. */
export function addOperationMethods(client: { readonly prototype: BaseClient }): void {
  const commands = [
    AssumeRoleCommand,
    AssumeRoleWithSAMLCommand,
    AssumeRoleWithWebIdentityCommand,
    AssumeRootCommand,
    DecodeAuthorizationMessageCommand,
    GetAccessKeyInfoCommand,
    GetCallerIdentityCommand,
    GetDelegatedAccessTokenCommand,
    GetFederationTokenCommand,
    GetScopedCredentialsCommand,
    GetSessionTokenCommand,
    GetWebIdentityTokenCommand,
  ];
  // Each takes what its own method's type says.
  for (const AnyCommand of commands as unknown as CommandClass<object, object>[]) {
    const { name } = AnyCommand.operation;
    Object.defineProperty(client.prototype, name.charAt(0).toLowerCase() + name.slice(1), {
      value(this: BaseClient, input: object, ...rest: [SendOptions?, Callback<object>?]) {
        return invoke(this, new AnyCommand(input), rest);
      },
      configurable: true,
      writable: true,
    });
  }
}

function invoke<Input extends object, Output extends object>(
  client: BaseClient,
  command: Command<Input, Output>,
  [optionsOrCallback, callback]: [
    (SendOptions | Callback<WithMetadata<Output>>)?,
    Callback<WithMetadata<Output>>?,
  ],
): Promise<WithMetadata<Output>> | void {
  if (typeof optionsOrCallback === "function") return client.send(command, optionsOrCallback);
  const kind = typeof optionsOrCallback;
  if (kind !== "object" && (kind !== "undefined" || callback)) {
    const error = new TypeError(`Expected http options but got ${kind}`);
    if (callback) throw error;
    return Promise.reject(error);
  }
  return callback
    ? client.send(command, optionsOrCallback ?? {}, callback)
    : client.send(command, optionsOrCallback);
}
