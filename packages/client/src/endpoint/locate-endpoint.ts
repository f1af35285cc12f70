import { STSClientError } from "../errors/client-error.ts";
import type { EndpointParts, EndpointProvider, ResolvedEndpointParts } from "../config/config.ts";
import { type EndpointParameters, resolveEndpoint, type ResolvedEndpoint } from "./rules.ts";

/** What a configuration says about the endpoint. */
export interface ConfiguredEndpoint extends Omit<EndpointParameters, "endpoint"> {
  /** The endpoint, in any of its forms. */
  readonly endpoint?: string | URL | EndpointParts | ResolvedEndpoint | undefined;
  /** `false` for http. */
  readonly tls?: boolean | undefined;
  /** Finds the endpoint instead of the rules. */
  readonly endpointProvider?: EndpointProvider | undefined;
}

/**
 * Applies the endpoint rules to a configuration, for everything but an ordinary regional endpoint.
 *
 * @throws {@link STSClientError} `ERR_REGION_MISSING`, `ERR_REGION_INVALID` or `ERR_ENDPOINT`.
 */
export function locateEndpoint({
  endpoint,
  tls,
  endpointProvider,
  ...parameters
}: ConfiguredEndpoint): ResolvedEndpoint {
  if (endpointProvider) {
    return endpointProvider({
      Region: parameters.region,
      UseFIPS: parameters.useFips,
      UseDualStack: parameters.useDualStack,
      UseGlobalEndpoint: parameters.useGlobalEndpoint,
      Endpoint: endpoint && endpointUrl(endpoint),
    });
  }
  if (endpoint) return resolveEndpoint({ ...parameters, endpoint: endpointUrl(endpoint) });
  // The global endpoint needs no region.
  const region =
    parameters.useGlobalEndpoint && !parameters.region ? "aws-global" : checkRegion(parameters.region ?? "");
  const resolved = resolveEndpoint({ ...parameters, region });
  if (tls === false) resolved.url.protocol = "http:";
  return resolved;
}

/**
 * Returns the region that a pseudo region such as `fips-us-east-1` means, after checking that it is a host label.
 *
 * @throws {@link STSClientError} `ERR_REGION_MISSING` or `ERR_REGION_INVALID`.
 */
export function checkRegion(region: unknown): string {
  if (region === "") resolveEndpoint({});
  const real = String(region)
    .replace(/^(aws-fips|fips-aws-global)$/, "us-east-1")
    .replace(/^fips-|-fips$/, "");
  if (typeof region !== "string" || !/^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i.test(real)) {
    throw new STSClientError(
      "ERR_REGION_INVALID",
      `region: expected a host label such as eu-west-1, found ${JSON.stringify(region)}`,
    );
  }
  return real;
}

/** The parts of an endpoint, in the AWS SDK's form. */
export function partsOf({ protocol, hostname, port, pathname, search }: URL): ResolvedEndpointParts {
  return {
    protocol,
    hostname,
    ...(port && { port: Number(port) }),
    path: pathname,
    ...(search && { query: Object.fromEntries(new URLSearchParams(search)) }),
  };
}

function endpointUrl(endpoint: NonNullable<ConfiguredEndpoint["endpoint"]>): string {
  if (typeof endpoint !== "object") return endpoint;
  if ("url" in endpoint) return endpoint.url.href;
  if ("href" in endpoint) return endpoint.href;
  const { protocol, hostname, port, path = "/" } = endpoint;
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`;
}
