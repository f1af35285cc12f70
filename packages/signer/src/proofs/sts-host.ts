import { findPartition } from "../partition.ts";

/** What the name of an STS host reveals. */
export interface StsHost {
  /** The region in the name; `undefined` for the global endpoint, which accepts signatures for `us-east-1`. */
  readonly region: string | undefined;
  /** The partition, such as `aws` or `aws-cn`. */
  readonly partition: string;
}

/**
 * Reads the name of an STS host: global, regional, FIPS or dual-stack, in every partition. `undefined` for every other host,
 * including VPC endpoints, whose names anyone can have in their own account.
 *
 * @example
 * import { parseStsHost } from "@org/sts-signer/caller-identity";
 *
 * console.log(parseStsHost("sts.eu-west-1.amazonaws.com")); // { region: "eu-west-1", partition: "aws" }
 *
 * @see {@link https://docs.aws.amazon.com/general/latest/gr/sts.html STS endpoints}
 */
export function parseStsHost(hostname: string): StsHost | undefined {
  if (hostname === "sts.amazonaws.com") return { region: undefined, partition: "aws" };
  // A bucket may be called `sts`: the region part must look like a region.
  const [, region, suffix] =
    /^sts(?:-fips)?\.([a-z]{2,4}(?:-[a-z]{1,16}){1,4}-\d{1,2})\.([a-z\d.-]{1,64})$/.exec(hostname) ?? [];
  if (region === undefined || suffix === undefined) return undefined;
  const partition = findPartition(region);
  return suffix === partition.dnsSuffix || suffix === partition.dualStackSuffix
    ? { region, partition: partition.id }
    : undefined;
}

/** The STS host of a region, or the global endpoint's without one. */
export function stsHost(region: string | undefined): string {
  return region === undefined ? "sts.amazonaws.com" : `sts.${region}.${findPartition(region).dnsSuffix}`;
}

/** Which STS hosts a checker accepts. */
export interface StsHostOptions {
  /** The partition whose STS is accepted. Default: `aws`. */
  readonly partition?: string | undefined;
  /** The regions whose STS is accepted; any of the partition's by default. */
  readonly regions?: readonly string[] | undefined;
  /** Lower-case names of hosts to accept besides those of STS, for private endpoints. */
  readonly hosts?: readonly string[] | undefined;
}

/** The regions that the scope of a request to this host may have: a list, or `"any"`; `undefined` when the host is not accepted. */
export function acceptStsHost(
  hostname: string,
  { partition = "aws", regions, hosts = [] }: StsHostOptions,
): readonly string[] | "any" | undefined {
  if (hosts.includes(hostname)) return "any";
  const found = parseStsHost(hostname);
  if (found?.partition !== partition) return undefined;
  const region = found.region ?? "us-east-1";
  return regions === undefined || regions.includes(region) ? [region] : undefined;
}
