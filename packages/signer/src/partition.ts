/** What the signer needs to know about a partition. */
export interface Partition {
  /** Such as `aws` or `aws-cn`. */
  readonly id: string;
  /** What follows the region in the name of a host. */
  readonly dnsSuffix: string;
  /** The same for dual-stack hosts. */
  readonly dualStackSuffix: string;
  /** The region that requests to global services are signed for. */
  readonly globalRegion: string;
  /** The host of the console sign-in. */
  readonly signInHost: string;
}

/**
 * Finds a region's partition by the prefix of its name; an unknown name is in `aws`.
 *
 * @see {@link https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html Partitions}
 */
export function findPartition(region: string): Partition {
  return PARTITIONS.find(({ prefix }) => region.startsWith(prefix)) ?? AWS;
}

const AWS = {
  prefix: "",
  id: "aws",
  dnsSuffix: "amazonaws.com",
  dualStackSuffix: "api.aws",
  globalRegion: "us-east-1",
  signInHost: "signin.aws.amazon.com",
};

/** All partitions; `prefix` is how their region names begin. The last one matches everything else. */
export const PARTITIONS: readonly (Partition & { readonly prefix: string })[] = [
  {
    prefix: "cn-",
    id: "aws-cn",
    dnsSuffix: "amazonaws.com.cn",
    dualStackSuffix: "api.amazonwebservices.com.cn",
    globalRegion: "cn-northwest-1",
    signInHost: "signin.amazonaws.cn",
  },
  {
    prefix: "us-gov-",
    id: "aws-us-gov",
    dnsSuffix: "amazonaws.com",
    dualStackSuffix: "api.aws",
    globalRegion: "us-gov-west-1",
    signInHost: "signin.amazonaws-us-gov.com",
  },
  {
    prefix: "us-iso-",
    id: "aws-iso",
    dnsSuffix: "c2s.ic.gov",
    dualStackSuffix: "api.aws.ic.gov",
    globalRegion: "us-iso-east-1",
    signInHost: "signin.c2shome.ic.gov",
  },
  {
    prefix: "us-isob-",
    id: "aws-iso-b",
    dnsSuffix: "sc2s.sgov.gov",
    dualStackSuffix: "api.aws.scloud",
    globalRegion: "us-isob-east-1",
    signInHost: "signin.sc2shome.sgov.gov",
  },
  {
    prefix: "eu-isoe-",
    id: "aws-iso-e",
    dnsSuffix: "cloud.adc-e.uk",
    dualStackSuffix: "api.cloud-aws.adc-e.uk",
    globalRegion: "eu-isoe-west-1",
    signInHost: "signin.csphome.adc-e.uk",
  },
  {
    prefix: "us-isof-",
    id: "aws-iso-f",
    dnsSuffix: "csp.hci.ic.gov",
    dualStackSuffix: "api.aws.hci.ic.gov",
    globalRegion: "us-isof-south-1",
    signInHost: "signin.csphome.hci.ic.gov",
  },
  {
    prefix: "eusc-",
    id: "aws-eusc",
    dnsSuffix: "amazonaws.eu",
    dualStackSuffix: "api.amazonwebservices.eu",
    globalRegion: "eusc-de-east-1",
    // The only partition whose sign-in has a host for each region; so far there is one region.
    signInHost: "eusc-de-east-1.signin.amazonaws-eusc.eu",
  },
  AWS,
];
