import { showMessage } from "./show-message.ts";

/** The rule that a value breaks. */
export type InputRule =
  | "required"
  | "name"
  | "kind"
  | "length"
  | "range"
  | "pattern"
  | "items"
  | "combination";

/** One problem in an input. */
export interface InputIssue {
  /** Path of the value, such as `Tags[3].Key`. */
  readonly path: string;
  /** The rule it breaks. */
  readonly rule: InputRule;
  /** What is wrong and what would be right, without any secret value. */
  readonly message: string;
}

/**
 * The input breaks rules that STS documents, found before any request was made. {@link InvalidInputError.issues} holds
 * every problem. Limits grow over time and other STS servers have other limits: `inputValidation: "required"` or
 * `"off"` checks less.
 */
export class InvalidInputError extends Error {
  /** Always `"InvalidInputError"`, in every copy of the package. */
  override readonly name = "InvalidInputError";
  /** Always `"ERR_INVALID_INPUT"`. */
  readonly code = "ERR_INVALID_INPUT";
  /** Name of the operation. */
  readonly operation: string;
  /** All problems in the input, in the order of the operation's members. */
  readonly issues: readonly InputIssue[];

  /**
   * @param operation - name of the operation
   * @param issues - at least one problem
   */
  constructor(operation: string, issues: readonly InputIssue[]) {
    super(`${operation}: ${issues.map(({ path, message }) => `${path} ${message}`).join("; ")}`);
    showMessage(this);
    this.operation = operation;
    this.issues = issues;
  }
}
