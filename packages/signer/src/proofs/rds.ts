import type { PresignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { checkText, HOST } from "./text-input.ts";

/** What {@link createRdsToken} needs besides a signer. */
export interface RdsTokenOptions extends Pick<PresignOptions, "date"> {
  /** The database's host, as clients connect to it: an alias does not do. */
  readonly hostname: string;
  /** The database's port. */
  readonly port: number;
  /** The database user, which must be allowed to log in by IAM. */
  readonly username: string;
  /** The database's region. */
  readonly region: string;
}

/**
 * Makes the password with which an IAM identity logs in to an RDS or Aurora database. It is good for 15 minutes; a
 * connection made with it stays.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createRdsToken } from "@org/sts-signer/rds";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const hostname = "database.abcdefghijkl.eu-west-1.rds.amazonaws.com";
 * const password = await createRdsToken(signer, { hostname, port: 5432, username: "app", region: "eu-west-1" });
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when host or port are not of the form.
 * @see {@link https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html Connecting by IAM}
 */
export async function createRdsToken(
  signer: Pick<Signer, "presign">,
  options: RdsTokenOptions,
): Promise<string> {
  const { hostname, port, username, region, date } = options;
  checkText(hostname, "hostname", HOST);
  checkText(String(port), "port", /^\d{1,5}$/);
  const address = `https://${hostname}:${port}/?Action=connect&DBUser=${encodeURIComponent(username)}`;
  const [url] = await signer.presign(address, {}, { region, service: "rds-db", expiresIn: 900, date });
  return url.slice("https://".length);
}

export { SignerError, type SignerErrorCode } from "../signer-error.ts";
