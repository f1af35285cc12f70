export {
  resolveEndpoint,
  type EndpointParameters,
  type EndpointProperties,
  type ResolvedEndpoint,
  type SigningScheme,
} from "./endpoint.ts";
export { resolvePartition, type Partition } from "./partitions.ts";
