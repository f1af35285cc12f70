import { parseArgs } from "node:util";

/** The parsed command line. */
export interface Arguments {
  /** The MFA code, when it was given. */
  readonly code: string | undefined;
  /** Ask AWS instead of the fake STS. */
  readonly aws: boolean;
  /** Show secrets. */
  readonly show: boolean;
  /** Print only the credentials, for another program. */
  readonly format: "text" | "env" | "json" | "process";
  /** Lifetime of the credentials. */
  readonly durationSeconds: number | undefined;
  /** The MFA device, with `--aws`. */
  readonly serialNumber: string | undefined;
  /** Region, with `--aws`. */
  readonly region: string | undefined;
  /** Print the help and stop. */
  readonly help: boolean;
}

export const HELP = `Usage: demo [MFA code] [options]

Gets temporary credentials with GetSessionToken and an MFA code, from a fake STS that it
starts on this machine, or from AWS.

  --duration SECONDS        900 to 129600; default 43200 (12 hours)
  --show                    show the secret key and the session token
  --format env|json|process print only the credentials, secrets included:
                            shell exports, JSON, or credential_process output
  --aws                     ask AWS, with the credentials of the environment
  --serial-number SERIAL    your MFA device: its ARN or serial number (with --aws)
  --region REGION           region to ask (with --aws); default from the environment
  --help                    this text
`;

/** Reads the command line; throws a plain Error that says what is wrong. */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: argv.filter((argument) => argument !== "--"), // package managers pass on their own separator
    allowPositionals: true,
    options: {
      aws: { type: "boolean", default: false },
      show: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      format: { type: "string", default: "text" },
      duration: { type: "string" },
      "serial-number": { type: "string" },
      region: { type: "string" },
    },
  });
  const [code, ...rest] = positionals;
  if (rest.length > 0) throw new Error(`Expected one MFA code, found ${positionals.length} arguments`);
  const { format, duration } = values;
  if (!isFormat(format))
    throw new Error(`--format must be env, json or process, not ${JSON.stringify(format)}`);
  return {
    code,
    aws: values.aws,
    show: values.show,
    format,
    durationSeconds: duration === undefined ? undefined : Number(duration),
    serialNumber: values["serial-number"],
    region: values.region,
    help: values.help,
  };
}

function isFormat(text: string): text is Arguments["format"] {
  return ["text", "env", "json", "process"].includes(text);
}
