import { SignerError } from "../signer-error.ts";

/** Checks a value that goes into a host, a header or a parameter of a recipe. */
export function checkText(value: string, name: string, pattern: RegExp): void {
  if (!pattern.test(value)) {
    throw new SignerError("ERR_RECIPE_INPUT_INVALID", `${name}: expected text of the form ${pattern.source}`);
  }
}

/** The form of a region's name: it becomes a part of a host. */
export const REGION: RegExp = /^[a-z\d-]{1,63}$/;

/** The form of a host's name. */
export const HOST: RegExp = /^[a-z\d.-]{1,253}$/i;

/** Text of ASCII characters as it may stand in a header: nothing that could end it. */
export const HEADER: RegExp = /^[!-~](?:[ -~]*[!-~])?$/;
