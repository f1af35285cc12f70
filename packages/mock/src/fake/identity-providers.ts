import { DEFAULT_ACCOUNT } from "./principals.ts";
import { findProviderKeys, type ProviderKeys } from "./identity-provider-keys.ts";
import type { KeySet } from "./web-identity-issuer.ts";

/** An OpenID Connect identity provider of an account. */
export interface OidcProviderOptions {
  /**
   * Issuer URL, exactly as in the tokens' `iss`: a path and a trailing `/` matter, here, in the provider's ARN and in its
   * condition keys.
   */
  readonly url: string;
  /** Account number. Default: `123456789012`. */
  readonly account?: string;
  /** Accepted audiences. */
  readonly clientIds: readonly string[];
  /** Public keys, or a function that gets them and may fail like a network. */
  readonly keys: KeySet | (() => Promise<KeySet>);
  /**
   * How a token's `azp` is treated, which AWS documents for Google only. `"registered"`: it must be one of `clientIds`,
   * and is the audience. `"ignored"`: the audience is `aud`. Default: `"registered"`, except that for Google `azp` is the audience
   * whether or not it is registered.
   */
  readonly authorizedParty?: "registered" | "ignored";
  /** Whether keys without `kid` are accepted. Default: `"refused"`, as AWS is reported to do. */
  readonly keysWithoutId?: "refused" | "accepted";
  /** How far the times in tokens may be off, in seconds. AWS documents no tolerance. Default: 0. */
  readonly clockToleranceSeconds?: number;
}

/** A SAML identity provider of an account. */
export interface SamlProviderOptions {
  /** Provider name, the last part of its ARN. */
  readonly name: string;
  /** Account number. Default: `123456789012`. */
  readonly account?: string;
  /** Entity id, as in the assertions' `Issuer`. */
  readonly issuer: string;
  /** Public key or certificate that verifies the assertions, in PEM. */
  readonly publicKey: string;
  /**
   * Id that AWS gives the provider, the end of the sign-in address `https://signin.aws.amazon.com/saml/acs/ID`. Default:
   * unknown, so that every id is accepted.
   */
  readonly acsId?: string;
}

/** An {@link OidcProviderOptions} with everything filled in. */
export interface OidcProvider extends OidcProviderOptions {
  /** Account number. */
  readonly account: string;
  /** ARN. */
  readonly arn: string;
  /** Prefix of its condition keys: the URL without scheme. */
  readonly conditionPrefix: string;
  /** Its condition keys. */
  readonly conditionKeys: ProviderKeys;
}

/** A {@link SamlProviderOptions} with everything filled in. */
export interface SamlProvider extends SamlProviderOptions {
  /** Account number. */
  readonly account: string;
  /** ARN. */
  readonly arn: string;
}

/** The identity providers of all accounts. */
export interface Providers {
  /** Finds an OpenID Connect provider by account and issuer URL. */
  findOidc(account: string, issuer: string): OidcProvider | undefined;
  /** Finds a SAML provider by ARN. */
  findSaml(arn: string): SamlProvider | undefined;
}

/** Indexes providers for looking them up. */
export function createProviders(
  oidc: readonly OidcProviderOptions[],
  saml: readonly SamlProviderOptions[],
  partition: (account: string) => string,
): Providers {
  const oidcProviders = oidc.map((options): OidcProvider => {
    const account = options.account ?? DEFAULT_ACCOUNT;
    const conditionPrefix = options.url.replace(/^https?:\/\//, "");
    const arn = `arn:${partition(account)}:iam::${account}:oidc-provider/${conditionPrefix}`;
    return { ...options, account, arn, conditionPrefix, conditionKeys: findProviderKeys(conditionPrefix) };
  });
  const samlProviders = saml.map((options): SamlProvider => {
    const account = options.account ?? DEFAULT_ACCOUNT;
    return {
      ...options,
      account,
      arn: `arn:${partition(account)}:iam::${account}:saml-provider/${options.name}`,
    };
  });
  return {
    findOidc: (account, issuer) =>
      oidcProviders.find((provider) => provider.account === account && provider.url === issuer),
    findSaml: (arn) => samlProviders.find((provider) => provider.arn === arn),
  };
}
