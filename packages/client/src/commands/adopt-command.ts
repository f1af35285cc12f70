import { STSClientError } from "../errors/client-error.ts";
import * as commands from "./all.ts";
import type { Command, CommandClass } from "./command.ts";
import { refuseClass } from "./refuse-class.ts";

/**
 * Creates a command of this package from one of another, such as `@aws-sdk/client-sts`. The operation is recognized by its name
 * in the command's schema, or else by the name of the class.
 *
 * @throws {@link STSClientError} `ERR_COMMAND` when the operation does not belong to STS, or when the command has its own
 * middleware, which was written for another pipeline.
 */
export function adoptCommand(given: unknown): Command<object, object> {
  refuseClass(given);
  const name = nameOf(Object(given));
  // The classes have different types.
  const classes = commands as unknown as Readonly<Record<string, CommandClass<object, object>>>;
  const Own = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (!Own) {
    throw new STSClientError(
      "ERR_COMMAND",
      `${name} is not a command of STS: import the command from @org/sts-client, such as GetCallerIdentityCommand`,
    );
  }
  const { input, middlewareStack } = Object(given) as ForeignCommand; // checked as far as it is used
  if ((middlewareStack?.identify?.().length ?? 0) > 0) {
    throw new STSClientError(
      "ERR_COMMAND",
      `${name} comes from another package and carries middleware of its own: import ${name} from @org/sts-client`,
    );
  }
  return new Own(input ?? {});
}

interface ForeignCommand {
  readonly input?: object;
  readonly middlewareStack?: { identify?: () => string[] };
  readonly schema?: unknown;
}

function nameOf(given: object): string {
  const { schema } = given as ForeignCommand;
  // Smithy's static schema of an operation: kind, namespace, name, traits, input, output.
  if (Array.isArray(schema)) {
    const [, namespace, name]: unknown[] = schema;
    return namespace === "com.amazonaws.sts"
      ? `${String(name)}Command`
      : `${String(namespace)}#${String(name)}`;
  }
  const { name } = given.constructor ?? {};
  return name && name !== "Object" ? name : "What was sent";
}
