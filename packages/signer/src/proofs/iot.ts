/**
 * Create and check WebSocket addresses for AWS IoT.
 *
 * @module @org/sts-signer/iot
 */

import type { PresignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { checkPresigned, claimOf } from "./check-presigned.ts";
import { readText, refuse, runCheck } from "./check-proof.ts";
import { encodeUriComponent } from "../encoding.ts";
import type { ProofCheckOptions, ProofClaim, ProofFailure } from "./proof.ts";
import { checkText, HOST, REGION } from "./text-input.ts";

/** What {@link createIotUrl} needs besides a signer. */
export interface IotUrlOptions extends Pick<PresignOptions, "date"> {
  /** The account's endpoint, as `aws iot describe-endpoint --endpoint-type iot:Data-ATS` shows it. */
  readonly hostname: string;
  /** The port. Default: 443. */
  readonly port?: number | undefined;
  /** The endpoint's region. */
  readonly region: string;
}

/**
 * Creates the address with which an IAM identity connects to AWS IoT Core by MQTT over WebSocket. It states no lifetime; AWS IoT accepts it
 * for 5 minutes, and a connection made with it stays open.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createIotUrl } from "@org/sts-signer/iot";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const hostname = "abcdefghijklmn-ats.iot.eu-west-1.amazonaws.com";
 * const url = await createIotUrl(signer, { hostname, region: "eu-west-1" });
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when host, port or region are invalid.
 * @see {@link https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html#mqtt-ws MQTT over WebSocket}
 */
export async function createIotUrl(signer: Pick<Signer, "presign">, options: IotUrlOptions): Promise<string> {
  const { hostname, port = 443, region, date } = options;
  checkText(hostname, "hostname", HOST);
  checkText(String(port), "port", /^\d{1,5}$/);
  checkText(region, "region", REGION);
  const host = port === 443 ? hostname : `${hostname}:${port}`;
  const request = { method: "GET", hostname, path: "/mqtt", query: {}, headers: { host } };
  const signed = await signer.presign(request, {
    region,
    service: "iotdevicegateway",
    date,
    expiresIn: "unstated",
  });
  // Presigning adds what the request lacked.
  const added: Readonly<Record<string, string>> = signed.query;
  const entries = Object.entries(added);
  return `wss://${host}/mqtt?${entries.map((pair) => pair.map(encodeUriComponent).join("=")).join("&")}`;
}

/** What a broker requires of an address. */
export interface CheckIotUrlOptions extends ProofCheckOptions {
  /** The host that the address must have. Default: any. Case-sensitive. */
  readonly hostname?: string | undefined;
  /** The regions to accept. Default: any. */
  readonly regions?: readonly string[] | undefined;
  /** For how many seconds an address is accepted. Default: 300. */
  readonly maxAgeSeconds?: number | undefined;
}

/** An accepted address of AWS IoT. */
export interface IotUrlClaim extends ProofClaim {
  /** The host it is for. */
  readonly hostname: string;
  /** The port it is for. */
  readonly port: number;
}

/**
 * Checks an address as AWS IoT does, except for its signature: pass the claim's `request` to `verify` with the secret. The session token
 * is not signed. Never throws, whatever it is given.
 *
 * @example
 * import { checkIotUrl } from "@org/sts-signer/iot";
 *
 * const check = checkIotUrl("wss://broker.example.com/mqtt?a=b");
 * if (!check.ok) console.log(check.reason); // wrong-parameters
 */
export function checkIotUrl(url: unknown, options: CheckIotUrlOptions = {}): IotUrlClaim | ProofFailure {
  return runCheck(() => {
    const presigned = checkPresigned(readText(url, "address"), {
      ...options,
      scheme: "wss://",
      path: "/mqtt",
      services: ["iotdevicegateway"],
      parameters: {},
      life: { unstated: options.maxAgeSeconds ?? 300 },
    });
    const { hostname, port = 443 } = presigned.request;
    if (options.hostname !== undefined && options.hostname !== hostname)
      refuse("wrong-host", "the address is for another host");
    const found = /\.iot\.([a-z\d-]+)\.amazonaws\.com(?:\.cn)?$/.exec(hostname)?.[1];
    if (found !== undefined && found !== presigned.region)
      refuse("wrong-region", "the scope's region is not the host's");
    return { ...claimOf(presigned), hostname, port };
  });
}

export type {
  ProofCheckOptions,
  ProofClaim,
  ProofFailure,
  ProofFailureReason,
  ProofRequest,
} from "./proof.ts";
export { SignerError, type SignerErrorCode } from "../signer-error.ts";
