import { resolvePartition } from "../../endpoint/partitions.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import type { Environment } from "./environment.ts";
import type { SharedConfigSection } from "../files/parse-shared-config.ts";

/**
 * A service that people sign in to, by its name in a `services` section: the portal of IAM Identity Center, its token
 * service, and the sign-in service behind `aws login`.
 */
export type SignInService = "sso" | "sso_oidc" | "signin";

/** What determines where a sign-in service is reached. */
export interface SignInEndpointOptions {
  /** Region of the service. */
  readonly region: string;
  /** Where the region was written, for an error: `sso_region of profile "dev"`. */
  readonly regionOrigin: string;
  /** What the caller configured. */
  readonly clientConfig: ConfiguredSignInEndpoint;
  /** The selected profile. */
  readonly section: SharedConfigSection;
  /** The `services` sections of the configuration file. */
  readonly services: Readonly<Record<string, SharedConfigSection | undefined>>;
  /** Environment variables. */
  readonly env: Environment;
}

/** The part of a client configuration that concerns the endpoint. */
export interface ConfiguredSignInEndpoint {
  /** URL instead of the service's own. */
  readonly endpoint?: string | undefined;
  /** Use endpoints that use only FIPS 140 validated cryptography. */
  readonly useFipsEndpoint?: boolean | undefined;
  /** Use endpoints that respond over IPv4 and IPv6. */
  readonly useDualstackEndpoint?: boolean | undefined;
}

/**
 * Finds where a sign-in service is reached: the configured endpoint, `AWS_ENDPOINT_URL_SSO` and so on,
 * `AWS_ENDPOINT_URL`, the profile's `services` section, its `endpoint_url`, else the region's host.
 *
 * @throws {@link CredentialsProviderError} `ERR_PROFILE_INVALID` when the region cannot be part of a host name,
 * `ERR_OPTION_INVALID` when an override is not a URL or excludes FIPS or dual-stack, or a switch is not true or false.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html Service-specific endpoints}
 */
export function resolveSignInEndpoint(service: SignInService, options: SignInEndpointOptions): URL {
  const { region, regionOrigin, clientConfig, section, env } = options;
  const switches: EndpointSwitches = {
    useFips: clientConfig.useFipsEndpoint ?? readSwitch("use_fips_endpoint", section, env),
    useDualStack: clientConfig.useDualstackEndpoint ?? readSwitch("use_dualstack_endpoint", section, env),
  };
  const override = clientConfig.endpoint ?? configuredEndpoint(service, options);
  if (override !== undefined) return checkOverride(override, service, switches);
  // Anything but a host label could send a token to a host that belongs to someone else.
  if (!/^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i.test(region)) {
    throw new CredentialsProviderError(
      "ERR_PROFILE_INVALID",
      `${regionOrigin} must be a region such as eu-west-1`,
    );
  }
  return new URL(`https://${hostOf(service, region, switches)}`);
}

interface EndpointSwitches {
  readonly useFips: boolean;
  readonly useDualStack: boolean;
}

function hostOf(service: SignInService, region: string, { useFips, useDualStack }: EndpointSwitches): string {
  const { name, dnsSuffix, dualStackDnsSuffix } = resolvePartition(region);
  const isGovCloud = name === "aws-us-gov";
  const suffix = useDualStack ? dualStackDnsSuffix : dnsSuffix;
  if (service !== "signin") {
    const label = service === "sso" ? "portal.sso" : "oidc";
    // GovCloud's ordinary endpoints are FIPS validated and have no second name.
    return `${label}${useFips && (useDualStack || !isGovCloud) ? "-fips" : ""}.${region}.${suffix}`;
  }
  if (useDualStack) return `signin${useFips ? "-fips" : ""}.${region}.${suffix}`;
  if (useFips && !isGovCloud) return `signin-fips.${region}.${suffix}`;
  const domain = SIGN_IN_DOMAINS[name] ?? "aws.amazon.com";
  if (useFips) return `${region === "us-gov-west-1" ? "" : `${region}.`}signin-fips.${domain}`;
  return `${region}.signin.${domain}`;
}

// The sign-in service is in the domain of the partition's website.
const SIGN_IN_DOMAINS: Readonly<Record<string, string | undefined>> = {
  "aws-cn": "amazonaws.cn",
  "aws-eusc": "amazonaws-eusc.eu",
  "aws-iso": "c2shome.ic.gov",
  "aws-iso-b": "sc2shome.sgov.gov",
  "aws-iso-e": "csphome.adc-e.uk",
  "aws-iso-f": "csphome.hci.ic.gov",
  "aws-us-gov": "amazonaws-us-gov.com",
};

function configuredEndpoint(
  service: SignInService,
  { section, services, env }: SignInEndpointOptions,
): string | undefined {
  if (readSwitch("ignore_configured_endpoint_urls", section, env)) return undefined;
  return (
    env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ||
    env["AWS_ENDPOINT_URL"] ||
    services[section["services"] ?? ""]?.[`${service}.endpoint_url`] ||
    section["endpoint_url"] ||
    undefined
  );
}

function checkOverride(
  text: string,
  service: SignInService,
  { useFips, useDualStack }: EndpointSwitches,
): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new CredentialsProviderError(
      "ERR_OPTION_INVALID",
      `the endpoint configured for ${service} is not an absolute URL of http or https`,
    );
  }
  if (!useFips && !useDualStack) return url;
  throw new CredentialsProviderError(
    "ERR_OPTION_INVALID",
    `a configured endpoint (${url.host}) cannot be combined with ${useFips ? "FIPS" : "dual-stack"}: the endpoint itself decides that`,
  );
}

function readSwitch(key: string, section: SharedConfigSection, env: Environment): boolean {
  const variable = `AWS_${key.toUpperCase()}`;
  const word = (env[variable] || section[key] || "false").toLowerCase();
  if (word === "true" || word === "false") return word === "true";
  const place = env[variable] ? variable : key;
  throw new CredentialsProviderError("ERR_OPTION_INVALID", `${place} must be true or false`);
}
