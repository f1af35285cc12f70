import type { InputIssue } from "../invalid-input-error.ts";

/** The one problem of members that do not go together. */
export function combination(path: string, message: string): InputIssue[] {
  return [{ path, rule: "combination", message }];
}
