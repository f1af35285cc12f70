/**
 * The endpoint rules of STS: which host a region and its settings lead to, and how it is signed.
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
