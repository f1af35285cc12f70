import { STSClientError } from "../errors/client-error.ts";
import { resolvePartition } from "./partitions.ts";

/** What determines where a request goes. */
export interface EndpointParameters {
  /** Region, such as `eu-west-1`, or the pseudo region `aws-global`. Not checked here to be a host label. */
  readonly region?: string | undefined;
  /** Use an endpoint that uses only FIPS 140 validated cryptography. Default: `false`. */
  readonly useFips?: boolean | undefined;
  /** Use an endpoint that responds over IPv4 and IPv6. Default: `false`. */
  readonly useDualStack?: boolean | undefined;
  /** Use `sts.amazonaws.com` for the regions that had it before regional endpoints. Default: `false`. */
  readonly useGlobalEndpoint?: boolean | undefined;
  /** A URL to use as it is, path included. */
  readonly endpoint?: string | undefined;
}

/** An endpoint, in the form that the AWS SDK calls `EndpointV2`. */
export interface ResolvedEndpoint {
  /** Where the request goes. */
  readonly url: URL;
  /** How to sign the request, if that differs from the configured region. */
  readonly properties?: EndpointProperties | undefined;
  /** Headers to add. Always empty for STS. */
  readonly headers?: Record<string, string[]> | undefined;
}

/** The part of {@link ResolvedEndpoint} about signing. */
export interface EndpointProperties {
  /** Absent, or one scheme. */
  readonly authSchemes?: readonly SigningScheme[];
}

/** Service and region that go into the signature's scope. */
export interface SigningScheme {
  /** Always `sigv4` in results of the rules. */
  readonly name: string;
  /** Always `sts` in results of the rules. */
  readonly signingName: string;
  /** Region of the signature. */
  readonly signingRegion: string;
}

/**
 * Applies the service's endpoint rules. This is a pure function: it reads nothing from the environment.
 *
 * @throws `STSClientError` `ERR_REGION_MISSING` without region and endpoint, `ERR_ENDPOINT` when a custom endpoint
 * is combined with FIPS or dual-stack, or is not an absolute http or https URL.
 *
 * @example
 * import { resolveEndpoint } from "@org/sts-client/endpoint";
 *
 * resolveEndpoint({ region: "cn-north-1" }).url.host; // "sts.cn-north-1.amazonaws.com.cn"
 *
 * @see {@link https://docs.aws.amazon.com/general/latest/gr/sts.html STS endpoints}
 */
export function resolveEndpoint(parameters: EndpointParameters): ResolvedEndpoint {
  const { region, useFips, useDualStack, useGlobalEndpoint, endpoint } = parameters;
  if (endpoint !== undefined) return customEndpoint(endpoint, parameters);
  if (!region) {
    throw new STSClientError(
      "ERR_REGION_MISSING",
      "Region is missing: pass `region` to the client, set AWS_REGION, or put `region` into the profile of the shared config file",
    );
  }

  const isGlobal = region === "aws-global";
  const wantsGlobal = useGlobalEndpoint && !useFips && !useDualStack;
  if ((isGlobal && !useFips && !useDualStack) || (wantsGlobal && LEGACY_REGIONS.test(region))) {
    return at("sts.amazonaws.com", "us-east-1");
  }
  const { name, dnsSuffix, dualStackDnsSuffix } = resolvePartition(region);
  // GovCloud's ordinary endpoints are FIPS validated and have no second name.
  const label = useFips && (useDualStack || name !== "aws-us-gov") ? "sts-fips" : "sts";
  return at(
    `${label}.${region}.${useDualStack ? dualStackDnsSuffix : dnsSuffix}`,
    wantsGlobal ? region : undefined,
  );
}

function customEndpoint(endpoint: string, { useFips, useDualStack }: EndpointParameters): ResolvedEndpoint {
  const conflict = useFips ? "FIPS" : useDualStack && "Dualstack";
  if (conflict) {
    throw new STSClientError(
      "ERR_ENDPOINT",
      `Invalid Configuration: ${conflict} and custom endpoint are not supported together; the endpoint itself decides that`,
    );
  }
  const url = parseUrl(endpoint);
  if (url && /^https?:$/.test(url.protocol)) return { url, properties: {}, headers: {} };
  // Everything before the last @ may contain a password, with or without a scheme before it.
  const found: unknown = endpoint; // a caller without types may give anything
  const shown = String(found).replace(/^([^/@]*\/\/)?.*@/s, (_, scheme = "") => `${scheme}***@`);
  throw new STSClientError("ERR_ENDPOINT", `The endpoint is not an absolute URL of http or https: ${shown}`);
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function at(host: string, signingRegion: string | undefined): ResolvedEndpoint {
  return {
    url: new URL(`https://${host}`),
    properties: signingRegion ? { authSchemes: [{ name: "sigv4", signingName: "sts", signingRegion }] } : {},
    headers: {},
  };
}

// The regions that existed before STS had regional endpoints.
const LEGACY_REGIONS: RegExp =
  /^(ap-(northeast-1|south-1|southeast-[12])|ca-central-1|eu-(central-1|north-1|west-[123])|sa-east-1|us-(east|west)-[12])$/;
