import { CredentialsProviderError } from "./credentials-provider-error.ts";

/** For the `catch` of an import of an optional package: throws an error that says what to install, and for what. */
export function packageMissing(name: string, purpose: string): (cause: unknown) => never {
  return (cause) => {
    throw new CredentialsProviderError(
      "ERR_PACKAGE_MISSING",
      `${purpose} needs the package ${name}: run npm install ${name}`,
      { cause },
    );
  };
}
