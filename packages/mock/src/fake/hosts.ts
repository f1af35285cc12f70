/** What the name of an STS host reveals. */
export interface StsHost {
  /** Region in the name; `aws-global` for the global endpoint. */
  readonly region: string;
  /** Partition, such as `aws` or `aws-cn`. */
  readonly partition: string;
  /** A FIPS endpoint. */
  readonly fips: boolean;
  /** A dual-stack endpoint (IPv4 and IPv6). */
  readonly dualStack: boolean;
}

/**
 * Reads the name of an STS host: global, regional, FIPS, dual-stack or VPC, in every partition.
 *
 * @returns `undefined` when it is not an STS host.
 * @see {@link https://docs.aws.amazon.com/general/latest/gr/sts.html STS endpoints}
 */
export function parseStsHost(hostname: string): StsHost | undefined {
  const name = hostname.toLowerCase();
  if (name === "sts.amazonaws.com") {
    return { region: "aws-global", partition: "aws", fips: false, dualStack: false };
  }
  const match = /^(?:vpce-[a-z0-9-]+\.)?(sts|sts-fips)\.([a-z0-9-]+)\.(?:vpce\.)?([a-z0-9.-]+)$/.exec(name);
  const [, service, region = "", suffix = ""] = match ?? [];
  // hasOwn: a host such as `sts.x.constructor` must not find anything.
  const found = Object.hasOwn(SUFFIXES, suffix) ? SUFFIXES[suffix] : undefined;
  if (service === undefined || found === undefined) return undefined;
  const partition = region.startsWith("us-gov-") ? "aws-us-gov" : found.partition;
  return { region, partition, fips: service === "sts-fips", dualStack: found.dualStack };
}

/** A host name, or an expression that a host name (without port) must match. */
export type HostPattern = string | RegExp;

/** Returns whether a host is an STS host or matches one of the patterns. */
export function isStsHost(hostname: string, custom: readonly HostPattern[] = []): boolean {
  return (
    parseStsHost(hostname) !== undefined ||
    custom.some((pattern) =>
      typeof pattern === "string"
        ? pattern.toLowerCase() === hostname.toLowerCase()
        : new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, "")).test(hostname),
    )
  );
}

const SUFFIXES: Readonly<Record<string, { partition: string; dualStack: boolean } | undefined>> = {
  "amazonaws.com": { partition: "aws", dualStack: false },
  "api.aws": { partition: "aws", dualStack: true },
  "amazonaws.com.cn": { partition: "aws-cn", dualStack: false },
  "api.amazonwebservices.com.cn": { partition: "aws-cn", dualStack: true },
  "amazonaws.eu": { partition: "aws-eusc", dualStack: false },
  "api.amazonwebservices.eu": { partition: "aws-eusc", dualStack: true },
  "c2s.ic.gov": { partition: "aws-iso", dualStack: false },
  "api.aws.ic.gov": { partition: "aws-iso", dualStack: true },
  "sc2s.sgov.gov": { partition: "aws-iso-b", dualStack: false },
  "api.aws.scloud": { partition: "aws-iso-b", dualStack: true },
  "cloud.adc-e.uk": { partition: "aws-iso-e", dualStack: false },
  "api.cloud-aws.adc-e.uk": { partition: "aws-iso-e", dualStack: true },
  "csp.hci.ic.gov": { partition: "aws-iso-f", dualStack: false },
  "api.aws.hci.ic.gov": { partition: "aws-iso-f", dualStack: true },
};
