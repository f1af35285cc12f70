import { findPartition } from "../partition.ts";

/** What the name of an STS host says. */
export interface StsHost {
  /** The region in the name; undefined for the global endpoint, which takes signatures for `us-east-1`. */
  readonly region: string | undefined;
  /** The partition, such as `aws` or `aws-cn`. */
  readonly partition: string;
}

/**
 * Reads the name of a host of STS: global, regional, FIPS or dual-stack, in every partition. Undefined for every other host;
 * also for VPC endpoints, whose names anyone can have in an account of their own.
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
  // A bucket may be called `sts`: what stands for the region must have a region's form.
  const [, region, suffix] =
    /^sts(?:-fips)?\.([a-z]{2,4}(?:-[a-z]{1,16}){1,4}-\d{1,2})\.([a-z\d.-]{1,64})$/.exec(hostname) ?? [];
  if (region === undefined || suffix === undefined) return undefined;
  const partition = findPartition(region);
  return suffix === partition.dnsSuffix || suffix === partition.dualStackSuffix
    ? { region, partition: partition.id }
    : undefined;
}

/** The host of STS in a region; of the global endpoint without one. */
export function stsHost(region: string | undefined): string {
  return region === undefined ? "sts.amazonaws.com" : `sts.${region}.${findPartition(region).dnsSuffix}`;
}

/** Which hosts of STS a checker accepts. */
export interface StsHostOptions {
  /** The partition whose STS is accepted; `aws` by default. */
  readonly partition?: string | undefined;
  /** The regions whose STS is accepted; any of the partition's by default. */
  readonly regions?: readonly string[] | undefined;
  /** Hosts to accept besides those of STS, in lower case, for private endpoints. */
  readonly hosts?: readonly string[] | undefined;
}

/** The regions that the scope of a request to this host may have: a list, or `"any"`; undefined when the host is not accepted. */
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
