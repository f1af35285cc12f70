import { parseArgs } from "node:util";

/** The parsed command line. */
export interface Arguments {
  readonly command: (typeof COMMANDS)[number];
  readonly profile: string;
  /** The MFA code; asked for on the terminal if it is needed but not given. */
  readonly code: string | undefined;
  readonly format: (typeof FORMATS)[number];
  /** The page of the console to open. */
  readonly destination: string | undefined;
  /** The program to run and its arguments. */
  readonly program: readonly string[];
}

const COMMANDS = ["whoami", "export", "run", "console", "help"] as const;
const FORMATS = ["env", "powershell", "fish", "json", "process"] as const;

export const HELP = `Usage: aws-login COMMAND [--profile NAME] [--code MFA_CODE]

  whoami                 whose credentials the profile gives, and for how long
  export                 prints them for a shell or a program:
                         --format env (default), powershell, fish, json, process
  run -- PROGRAM ...     runs a program with them in its environment
  console                prints a link that opens the AWS console as the profile's role:
                         --destination URL of the page to open

The profile is --profile, else AWS_PROFILE, else "default". You are asked for an MFA code when
there is no session yet: once every twelve hours for all roles of the same user.
`;

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Reads the command line; throws a {@link UsageError} that says what is wrong. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv);
  const [command = "help", ...program] = positionals;
  const { profile, code, format, destination } = values;
  if (!isOneOf(COMMANDS, command)) throw new UsageError(`there is no command "${command}"`);
  if (!isOneOf(FORMATS, format)) throw new UsageError(`--format is one of ${FORMATS.join(", ")}`);
  if ((command === "run") !== program.length > 0)
    throw new UsageError(
      command === "run" ? "run -- PROGRAM: which program?" : `${command} takes options only`,
    );
  return {
    command: values.help ? "help" : command,
    profile: profile ?? (process.env["AWS_PROFILE"] || "default"),
    code,
    format,
    destination,
    program,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        profile: { type: "string", short: "p" },
        code: { type: "string" },
        format: { type: "string", short: "f", default: "env" },
        destination: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function isOneOf<const Name extends string>(names: readonly Name[], text: string): text is Name {
  return (names as readonly string[]).includes(text);
}
