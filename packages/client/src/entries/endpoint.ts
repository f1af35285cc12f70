export {
  resolveEndpoint,
  type EndpointParameters,
  type EndpointProperties,
  type ResolvedEndpoint,
  type SigningScheme,
} from "../endpoint/rules.ts";
export { resolvePartition, type Partition } from "../endpoint/partitions.ts";
