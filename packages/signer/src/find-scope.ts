import { PARTITIONS } from "./partition.ts";
import type { RequestView } from "./request.ts";

/** What a host name reveals; `undefined` where it does not. */
export interface FoundScope {
  readonly service: string | undefined;
  readonly region: string | undefined;
}

/**
 * Finds a service's signing name and region in the name of an AWS host: regional and global endpoints, dual-stack,
 * FIPS, VPC endpoints, all partitions, S3 buckets and access points, and the hosts of resources that have their own, such as
 * Lambda URLs. A few hosts serve several services; the path or a header distinguishes them.
 *
 * @see {@link https://docs.aws.amazon.com/general/latest/gr/rande.html AWS service endpoints}
 */
export function findScope(request: Pick<RequestView, "hostname" | "path" | "headers">): FoundScope {
  const host = request.hostname.toLowerCase().replace(/\.$/, "");
  const [, foreignRegion] = /(?:^|\.)s3\.([\w-]+)\.backblazeb2\.com$/.exec(host) ?? [];
  if (foreignRegion) return { service: "s3", region: foreignRegion };
  if (host.endsWith(".r2.cloudflarestorage.com")) return { service: "s3", region: "auto" };

  const { suffix, globalRegion } = findSuffix(host);
  if (!suffix) return { service: undefined, region: undefined };
  const labels = host.slice(0, -suffix.length - 1).split(".");
  // These parts say how the host is reached, not what it is.
  if (labels.at(-1) === "vpce" || labels.at(-1) === "global") labels.pop();
  let place = labels.findLastIndex((label) => REGION.test(label));
  // A bucket may have a region's name.
  if (labels[place + 1]?.startsWith("s3")) place = -1;
  const before = labels.slice(0, place === -1 ? undefined : place);
  if (before.at(-1) === "dualstack") before.pop();
  // Some hosts have the service after the region, such as OpenSearch domains.
  const label = labels[place + 1] && place !== -1 ? labels[place + 1] : before.pop();
  const region = labels[place];

  const [, oldRegion] = /^s3-(?:fips-|website-)?([a-z]{2}(?:-[a-z]+)+-\d)$/.exec(`${label}`) ?? [];
  if (oldRegion) return { service: "s3", region: oldRegion };
  if (label === "us-gov")
    return { service: nameService(before.pop(), before, request), region: "us-gov-west-1" };
  const service = nameService(label, before, request);
  if (region) return { service, region };
  return GLOBAL.test(`${label}`)
    ? { service, region: globalRegion }
    : { service: /^s3\b/.test(`${label}`) ? "s3" : undefined, region: undefined };
}

/** Finds the suffix of an AWS host name, and the region in which its partition signs for global services. */
function findSuffix(host: string): { suffix?: string; globalRegion?: string } {
  for (const { id, dnsSuffix, dualStackSuffix, globalRegion } of PARTITIONS) {
    // AWS GovCloud hosts end like those of the first partition; the region distinguishes them.
    if (id === "aws-us-gov") continue;
    const suffix = [dualStackSuffix, dualStackSuffix.replace("api", "on"), dnsSuffix].find((name) =>
      host.endsWith(`.${name}`),
    );
    if (suffix) return { suffix, globalRegion };
  }
  return {};
}

const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/;

/** The services that have an endpoint without a region. */
const GLOBAL =
  /^(?:account|artifact|budgets|ce|chime|cloudfront|ec2|email|health|iam|importexport|networkmanager|organizations|queue|route53|route53domains|s3|s3-external-1|savingsplans|sdb|shield|sns|sqs|sts|support|trustedadvisor|waf)$/;

/** The signing names that differ from the name in the host. */
const SIGNING_NAMES: Readonly<Record<string, string>> = {
  aos: "es",
  appconfigdata: "appconfig",
  appstream2: "appstream",
  "appsync-api": "appsync",
  "appsync-realtime-api": "appsync",
  "aps-workspaces": "aps",
  "bedrock-agentcore-control": "bedrock-agentcore",
  cloudhsmv2: "cloudhsm",
  "contact-lens": "connect",
  "control-kinesis": "kinesis",
  "data-kinesis": "kinesis",
  "data-servicediscovery": "servicediscovery",
  ddb: "dynamodb",
  email: "ses",
  "git-codecommit": "codecommit",
  "lambda-url": "lambda",
  marketplace: "aws-marketplace",
  mobile: "AWSMobileHubService",
  "models-v2-lex": "lex",
  "mturk-requester-sandbox": "mturk-requester",
  neptune: "neptune-db",
  "personalize-events": "personalize",
  "personalize-runtime": "personalize",
  pinpoint: "mobiletargeting",
  queue: "sqs",
  "runtime-medical-imaging": "medical-imaging",
  "runtime-v2-lex": "lex",
  "s3-accesspoint": "s3",
  "s3-control": "s3",
  "s3-external-1": "s3",
  "s3express-control": "s3express",
  transcribestreaming: "transcribe",
};

function nameService(
  label: string | undefined,
  before: readonly string[],
  { path, headers }: Pick<RequestView, "path" | "headers">,
): string | undefined {
  const name = label?.replace(/^fips-|-fips$/, "");
  if (name === undefined) return undefined;
  const prefix = before.at(-1);
  if (name === "iot" && prefix !== undefined) {
    if (prefix === "jobs" || prefix === "data-jobs") return "iot-jobs-data";
    if (prefix === "tunneling") return "IoTSecuredTunneling";
    return path === "/mqtt" ? "iotdevicegateway" : "iotdata";
  }
  if (name === "iotevents" && prefix === "data") return "ioteventsdata";
  if (name === "connect" && prefix === "participant") return "execute-api";
  if (name === "pinpoint" && prefix === "sms-voice") return "sms-voice";
  if (name === "autoscaling") {
    const target = String(headers.find(([header]) => header.toLowerCase() === "x-amz-target")?.[1]);
    if (target.startsWith("AnyScaleFrontendService.")) return "application-autoscaling";
    if (target.startsWith("AnyScaleScalingPlannerFrontendService.")) return "autoscaling-plans";
  }
  if (name.startsWith("s3express-")) return "s3express";
  if (/^bedrock-(?:agent|runtime|data-automation)(?:-runtime)?$/.test(name)) return "bedrock";
  if (name.endsWith("-chime")) return "chime";
  return Object.hasOwn(SIGNING_NAMES, name) ? SIGNING_NAMES[name] : name;
}
