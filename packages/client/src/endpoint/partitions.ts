/** The part of an AWS partition's description that STS endpoints depend on. */
export interface Partition {
  /** Partition id, such as `aws-cn`; second part of every ARN. */
  readonly name: string;
  /** Domain of the ordinary endpoints. */
  readonly dnsSuffix: string;
  /** Domain of the endpoints that respond over IPv4 and IPv6. */
  readonly dualStackDnsSuffix: string;
}

/**
 * Finds the partition of a region, known or not: by the partition's own pseudo region (`aws-cn-global`), else by the
 * form of the name, else the commercial partition.
 *
 * @see {@link https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html Partitions}
 */
export function resolvePartition(region: string): Partition {
  const [name, , dnsSuffix, dualStackDnsSuffix] =
    PARTITIONS.find(
      ([id, prefix]) => region === `${id}-global` || new RegExp(`^${prefix}-\\w+-\\d+$`).test(region),
    ) ?? COMMERCIAL;
  return { name, dnsSuffix, dualStackDnsSuffix };
}

type Row = readonly [name: string, regionPrefix: string, dnsSuffix: string, dualStackDnsSuffix: string];

const COMMERCIAL: Row = ["aws", "(us|eu|ap|sa|ca|me|af|il|mx)", "amazonaws.com", "api.aws"];

// Every partition serves FIPS and dual-stack endpoints, so the table has no columns for that.
const PARTITIONS: readonly Row[] = [
  COMMERCIAL,
  ["aws-cn", "cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"],
  ["aws-eusc", "eusc-(de)", "amazonaws.eu", "api.amazonwebservices.eu"],
  ["aws-iso", "us-iso", "c2s.ic.gov", "api.aws.ic.gov"],
  ["aws-iso-b", "us-isob", "sc2s.sgov.gov", "api.aws.scloud"],
  ["aws-iso-e", "eu-isoe", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"],
  ["aws-iso-f", "us-isof", "csp.hci.ic.gov", "api.aws.hci.ic.gov"],
  ["aws-us-gov", "us-gov", "amazonaws.com", "api.aws"],
];
