import {
  checkScope,
  checkTime,
  readLife,
  readParameters,
  readQueryFields,
  refuse,
  requireSigned,
  splitQuery,
} from "./check-proof.ts";
import type { ProofCheckOptions, ProofClaim } from "./proof.ts";
import type { PresignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { encodeUriComponent } from "../encoding.ts";

/** A request to presign whose host is signed exactly as given: with its case, and its port if it has one. */
export interface PresignParts extends Pick<PresignOptions, "date"> {
  readonly method?: "GET" | "POST" | undefined;
  /** The host header. */
  readonly host: string;
  readonly path?: string | undefined;
  readonly query: Readonly<Record<string, string>>;
  readonly region: string;
  readonly service: string;
  readonly expiresIn: number;
  /** `"append"` puts the session token last, although it is signed. */
  readonly order: "sorted" | "token-last";
  /** Parameters to add after signing. */
  readonly unsigned?: Readonly<Record<string, string>> | undefined;
}

/** Presigns a request that is not for a browser: the result is the host, path and query, without a scheme. */
export async function presignText(signer: Pick<Signer, "presign">, parts: PresignParts): Promise<string> {
  const { method = "GET", host, path = "/", query, region, service, expiresIn, date, unsigned } = parts;
  // The host header is what is signed; using the name without its port keeps the request valid.
  const hostname = host.replace(/:\d+$/, "");
  const signed = await signer.presign(
    { method, hostname, path, query, headers: { host } },
    { region, service, expiresIn, date },
  );
  // Presigning adds only text.
  const entries = Object.entries({ ...signed.query, ...unsigned } as Record<string, string>);
  const sorted = entries.sort(([one], [other]) =>
    rank(one, parts.order) < rank(other, parts.order) ? -1 : 1,
  );
  return `${host}${path}?${sorted.map((pair) => pair.map(encodeUriComponent).join("=")).join("&")}`;
}

/** Some programs sort the parameters, others append the signature and the token. */
function rank(name: string, order: PresignParts["order"]): string {
  if (order === "sorted") return name;
  return name === "X-Amz-Security-Token" ? "~2" : name === "X-Amz-Signature" ? "~1" : name;
}

/** What a format requires of a presigned request. */
export interface PresignedRules extends ProofCheckOptions {
  readonly method?: "GET" | "POST" | undefined;
  /** What comes before the host, such as `https://`. Default: nothing. */
  readonly scheme?: string | undefined;
  readonly path?: string | undefined;
  /** The services that the scope may have. */
  readonly services: readonly string[];
  /** The parameters besides those of the signature, and their required values; `undefined` accepts any non-empty value. */
  readonly parameters: Readonly<Record<string, string | undefined>>;
  /** The optional parameters. */
  readonly optional?: Readonly<Record<string, string>> | undefined;
  /** The optional parameters that no signature covers. */
  readonly unsigned?: readonly string[] | undefined;
  /** The longest lifetime in seconds; for a request without a stated lifetime, how long it is valid. */
  readonly life: { readonly limit: number } | { readonly unstated: number };
  /** The regions to accept. Default: any. */
  readonly regions?: readonly string[] | undefined;
}

/** What is known about an accepted presigned request. */
export interface PresignedClaim extends ProofClaim {
  /** The service in the scope. */
  readonly service: string;
  /** The host header that was signed, with its case and its port. */
  readonly host: string;
  /** The values of parameters by name. */
  readonly find: (name: string) => string;
  /** Whether there is a parameter. */
  readonly has: (name: string) => boolean;
}

/** Checks a presigned request in the strict form that programs write. Refuses by throwing. */
export function checkPresigned(text: string, rules: PresignedRules): PresignedClaim {
  const { scheme = "", path = "/", method = "GET", parameters, unsigned = [], optional = {} } = rules;
  if (!/^[!-~]*$/.test(text)) refuse("malformed", "expected visible ASCII");
  if (!text.startsWith(scheme)) refuse("wrong-host", `expected ${scheme}`);
  const [, host, gotPath, search] = /^([^/?]*)(\/[^?]*)\?(.*)$/.exec(text.slice(scheme.length)) ?? [];
  if (host === undefined || search === undefined) refuse("malformed", "expected a host, a path and a query");
  const [, name, port] = HOST.exec(host) ?? [];
  if (name === undefined || Number(port ?? 1) > 65_535 || Number(port ?? 1) === 0)
    refuse("wrong-host", "expected the name of a host");
  if (gotPath !== path) refuse("wrong-path", `expected the path ${path}`);
  const known = [...Object.keys(parameters), ...Object.keys(optional), ...unsigned];
  const query = readParameters(splitQuery(search), known);
  for (const [one, value] of Object.entries(parameters)) {
    if (!query.has(one) || query.find(one) === "") refuse("wrong-parameters", `${one}: missing`);
    if (value !== undefined && query.find(one) !== value)
      refuse(one === "Action" ? "wrong-action" : "wrong-parameters", `${one}: not the format's value`);
  }
  for (const [one, value] of Object.entries(optional))
    if (query.has(one) && query.find(one) !== value)
      refuse("wrong-parameters", `${one}: not the format's value`);
  requireSigned(query.find("X-Amz-SignedHeaders"), ["host"]);
  const seconds = "limit" in rules.life ? readLife(query, 1, rules.life.limit) : rules.life.unstated;
  if ("unstated" in rules.life && query.has("X-Amz-Expires"))
    refuse("wrong-parameters", "X-Amz-Expires: the format has none");
  const fields = readQueryFields(query);
  if (fields.signedHeaders.length > 1) refuse("header-missing", "another header than host was signed");
  if (!rules.services.includes(fields.service))
    refuse("wrong-service", `the scope's service is not ${rules.services.join(" or ")}`);
  checkScope(fields, fields.service);
  if (rules.regions !== undefined && !rules.regions.includes(fields.region))
    refuse("wrong-region", "the scope's region is not accepted");
  return {
    ok: true,
    accessKeyId: fields.accessKeyId,
    region: fields.region,
    date: new Date(fields.time),
    expires: checkTime(fields.time, 1000 * seconds, rules),
    signature: fields.signature,
    request: {
      method,
      url: `https://${host}${path}?${search}`,
      protocol: "https:",
      hostname: name,
      ...(port !== undefined && { port: Number(port) }),
      path,
      query: Object.fromEntries(query.entries.filter(([one]) => !unsigned.includes(one))),
      headers: { host },
      body: "",
    },
    service: fields.service,
    host,
    find: query.find,
    has: query.has,
  };
}

const HOST = /^([a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?)(?::(\d{1,5}))?$/i;

/** Extracts what every claim has from what is known about a request. */
export function claimOf(presigned: PresignedClaim): ProofClaim {
  const { ok, accessKeyId, region, date, expires, signature, request } = presigned;
  return { ok, accessKeyId, region, date, expires, signature, request };
}
