import { SignerError } from "../signer-error.ts";

/** Checks a value that goes into a host, a header or a parameter of a recipe. */
export function checkText(value: string, name: string, pattern: RegExp): void {
  // A pattern tests undefined as the text "undefined".
  if (typeof value !== "string" || !pattern.test(value)) {
    throw new SignerError("ERR_RECIPE_INPUT_INVALID", `${name}: expected text of the form ${pattern.source}`);
  }
}

/** The form of a region name, which becomes part of a host name. */
export const REGION: RegExp = /^[a-z\d-]{1,63}$/;

/** The form of a host name. */
export const HOST: RegExp = /^[a-z\d.-]{1,253}$/i;

/** ASCII text that a header can contain: nothing that could end it. */
export const HEADER: RegExp = /^[!-~](?:[ -~]*[!-~])?$/;
