/**
 * The endpoint rules of STS: which host to use for a region and its settings, and how to sign for it.
 *
 * @module @org/sts-client/endpoint
 */

export {
  resolveEndpoint,
  type EndpointParameters,
  type EndpointProperties,
  type ResolvedEndpoint,
  type SigningScheme,
} from "../endpoint/rules.ts";
export { resolvePartition, type Partition } from "../endpoint/partitions.ts";
