import { readFileSync } from "node:fs";

/** A difference that is wanted: where it shows, and why. */
export interface IntendedDifference {
  readonly name: string;
  readonly reason: string;
}

/** The differences from the AWS SDK that are wanted. Nothing else may differ. */
export interface IntendedDifferences {
  readonly headers: readonly (IntendedDifference & { readonly sentBy: "aws" | "ours" })[];
  readonly headerValues: readonly IntendedDifference[];
  readonly results: readonly IntendedDifference[];
  readonly answers: readonly (IntendedDifference & { readonly fields: readonly string[] })[];
}

/** Reads the list. */
export function readIntendedDifferences(): IntendedDifferences {
  // The file is data of the form above; the suite fails when an entry is not needed.
  return JSON.parse(
    readFileSync(new URL("../differential/intended-differences.json", import.meta.url), "utf8"),
  ) as IntendedDifferences;
}

/** Text as the AWS SDK reads it: white space with a line break counts as nothing. */
export function asAwsReads(value: unknown): unknown {
  if (typeof value === "string") return /^\s*\n\s*$/.test(value) ? "" : value;
  if (value instanceof Date || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [asAwsReads(name), asAwsReads(item)]),
  );
}

/** The parts of an authorization header that do not depend on the time. */
export function scopeOf(authorization: unknown): {
  readonly scope: string;
  readonly signedHeaders: readonly string[];
} {
  const [, scope = "", signedHeaders = ""] =
    /Credential=([^,]+), SignedHeaders=([^,]+)/.exec(String(authorization)) ?? [];
  return { scope, signedHeaders: signedHeaders.split(";") };
}

/** What a program can branch on: the fields of an outcome that are compared. */
export function outcomeFields(outcome: unknown): Record<string, unknown> {
  const { name, message, $fault, Code, Type, $retryable, $metadata } = Object(outcome) as Record<
    string,
    unknown
  >; // whatever it is
  return { isError: outcome instanceof Error, name, message, $fault, Code, Type, $retryable, $metadata };
}
