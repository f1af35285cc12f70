/** What the signer needs to know about a partition. */
export interface Partition {
  /** Such as `aws` or `aws-cn`. */
  readonly id: string;
  /** What follows the region in a host name. */
  readonly dnsSuffix: string;
  /** The same for dual-stack hosts. */
  readonly dualStackSuffix: string;
}

/**
 * Finds a region's partition by the prefix of its name; an unknown name is in `aws`.
 *
 * @see {@link https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html Partitions}
 */
export function findPartition(region: string): Partition {
  const [, id, dnsSuffix, dualStackSuffix] =
    PARTITIONS.findLast(([prefix]) => region.startsWith(prefix)) ?? AWS;
  return { id, dnsSuffix, dualStackSuffix };
}

/** A partition: how the names of its regions begin, what a {@link Partition} has, and where it signs for global services. */
type Row = readonly [
  prefix: string,
  id: string,
  dnsSuffix: string,
  dualStackSuffix: string,
  globalRegion: string,
];

const AWS: Row = ["", "aws", "amazonaws.com", "api.aws", "us-east-1"];

/** All partitions. The first one has every region that no other has, and the same host suffix as `aws-us-gov`. */
export const PARTITIONS: readonly Row[] = [
  AWS,
  ["us-gov-", "aws-us-gov", "amazonaws.com", "api.aws", "us-gov-west-1"],
  ["cn-", "aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-northwest-1"],
  ["us-iso-", "aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1"],
  ["us-isob-", "aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1"],
  ["eu-isoe-", "aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe-west-1"],
  ["us-isof-", "aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-south-1"],
  ["eusc-", "aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1"],
];
