import { DEFAULT_ACCOUNT } from "./principals.ts";
import type { KeySet } from "./web-identity-issuer.ts";

/** An OpenID Connect identity provider of an account. */
export interface OidcProviderOptions {
  /** Issuer URL, as in the tokens' `iss`. */
  readonly url: string;
  /** Account number. Default: `123456789012`. */
  readonly account?: string;
  /** Audiences that are accepted. */
  readonly clientIds: readonly string[];
  /** Public keys, or a function that gets them and may fail as a network does. */
  readonly keys: KeySet | (() => Promise<KeySet>);
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
}

/** An {@link OidcProviderOptions} with everything filled in. */
export interface OidcProvider extends Required<OidcProviderOptions> {
  /** ARN. */
  readonly arn: string;
  /** Prefix of its condition keys: the URL without scheme. */
  readonly conditionPrefix: string;
}

/** A {@link SamlProviderOptions} with everything filled in. */
export interface SamlProvider extends Required<SamlProviderOptions> {
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

/** Lays out providers for looking up. */
export function createProviders(
  oidc: readonly OidcProviderOptions[],
  saml: readonly SamlProviderOptions[],
  partition: (account: string) => string,
): Providers {
  const oidcProviders = oidc.map((options): OidcProvider => {
    const account = options.account ?? DEFAULT_ACCOUNT;
    const conditionPrefix = trimUrl(options.url).replace(/^https?:\/\//, "");
    const arn = `arn:${partition(account)}:iam::${account}:oidc-provider/${conditionPrefix}`;
    return { ...options, account, arn, conditionPrefix };
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
      oidcProviders.find(
        (provider) => provider.account === account && trimUrl(provider.url) === trimUrl(issuer),
      ),
    findSaml: (arn) => samlProviders.find((provider) => provider.arn === arn),
  };
}

function trimUrl(url: string): string {
  return url.replace(/\/$/, "");
}
