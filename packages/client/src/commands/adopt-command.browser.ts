import { STSClientError } from "../errors/client-error.ts";
import { refuseClass } from "./refuse-class.ts";

/**
 * Refuses a command of another package. Recognizing its operation takes a list of all commands, which every bundle
 * for browsers and Workers would then contain. On Node.js such a command works.
 */
export function adoptCommand(given: unknown): never {
  refuseClass(given);
  const name: unknown = Object(given).constructor?.name;
  throw new STSClientError(
    "ERR_COMMAND",
    `${typeof name === "string" && name !== "Object" ? name : "What was sent"} comes from another package, or is not a command: import the command from @org/sts-client, such as GetCallerIdentityCommand`,
  );
}
