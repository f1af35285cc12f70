/** What a recipe has to know of a partition. */
export interface Partition {
  /** Such as `aws` or `aws-cn`. */
  readonly id: string;
  /** What follows the region in the name of a host. */
  readonly dnsSuffix: string;
  /** The host of the console's sign-in. */
  readonly signInHost: string;
}

/**
 * Finds the partition of a region by how its name begins; a name that nobody knows is in `aws`.
 *
 * @see {@link https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html Partitions}
 */
export function findPartition(region: string): Partition {
  const [, id = "aws", dnsSuffix = "amazonaws.com", signInHost = "signin.aws.amazon.com"] =
    PARTITIONS.find(([prefix]) => region.startsWith(prefix)) ?? [];
  return { id, dnsSuffix, signInHost };
}

const PARTITIONS: readonly (readonly [prefix: string, id: string, dnsSuffix: string, signInHost: string])[] =
  [
    ["cn-", "aws-cn", "amazonaws.com.cn", "signin.amazonaws.cn"],
    ["us-gov-", "aws-us-gov", "amazonaws.com", "signin.amazonaws-us-gov.com"],
    ["us-iso-", "aws-iso", "c2s.ic.gov", "signin.c2shome.ic.gov"],
    ["us-isob-", "aws-iso-b", "sc2s.sgov.gov", "signin.sc2shome.sgov.gov"],
    ["eu-isoe-", "aws-iso-e", "cloud.adc-e.uk", "signin.csphome.adc-e.uk"],
    ["us-isof-", "aws-iso-f", "csp.hci.ic.gov", "signin.csphome.hci.ic.gov"],
    // The only one whose sign-in has a host for each region; so far there is one region.
    ["eusc-", "aws-eusc", "amazonaws.eu", "eusc-de-east-1.signin.amazonaws-eusc.eu"],
  ];
