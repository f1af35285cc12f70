import { STSClientError } from "../errors/client-error.ts";

/**
 * Says what is missing when a program passes a command's class instead of a command.
 *
 * @throws {@link STSClientError} `ERR_COMMAND` for any function
 */
export function refuseClass(given: unknown): void {
  if (typeof given !== "function") return;
  const example = "GetCallerIdentityCommand";
  const { name } = given;
  throw new STSClientError(
    "ERR_COMMAND",
    `a class or function is not a command: create one, as in send(new ${name.endsWith("Command") ? name : example}({ … }))`,
  );
}
