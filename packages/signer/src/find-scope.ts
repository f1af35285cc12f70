import { PARTITIONS } from "./partition.ts";
import type { RequestView } from "./request.ts";

/** What a host name reveals; `undefined` where it does not. */
export interface FoundScope {
  readonly service?: string | undefined;
  readonly region?: string | undefined;
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
  const foreign = /(?:^|\.)(?:s3\.([\w-]+)\.backblazeb2|r2\.cloudflarestorage)\.com$/.exec(host);
  if (foreign) return { service: "s3", region: foreign[1] ?? "auto" };

  for (const [, , dnsSuffix, dualStackSuffix, globalRegion] of PARTITIONS) {
    for (const suffix of [dnsSuffix, dualStackSuffix, dualStackSuffix.replace("api", "on")])
      if (host.endsWith(`.${suffix}`))
        return readName(host.slice(0, -suffix.length - 1), globalRegion, request);
  }
  return {};
}

/** Reads the part of an AWS host name before the suffix that all hosts of a partition share. */
function readName(
  name: string,
  globalRegion: string,
  request: Pick<RequestView, "path" | "headers">,
): FoundScope {
  const labels = name
    // These parts say how the host is reached, not what it is.
    .replace(/(^|\.)(vpce|global)$/, "")
    // Older forms of regions.
    .replace(/(^|\.)us-gov$/, "$1us-gov-west-1")
    .replace(/(^|\.)s3-(?:fips-|website-)?([a-z]{2}(-[a-z]+)+-\d)$/, "$1s3.$2")
    .split(".");
  let place = labels.findLastIndex((label) => REGION.test(label));
  // A bucket may have a region's name.
  if (labels[place + 1]?.startsWith("s3")) place = -1;
  const region = labels[place];
  const before = region ? labels.slice(0, place) : labels;
  if (before.at(-1) === "dualstack") before.pop();
  // Some hosts have the service after the region, such as OpenSearch domains.
  const label = (region && labels[place + 1]) ?? before.pop() ?? "";
  const service = nameService(label, before.at(-1), request);
  if (region) return { service, region };
  if (GLOBAL.test(label)) return { service, region: globalRegion };
  return service === "s3" ? { service } : {};
}

const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

/** The services that have an endpoint without a region. */
const GLOBAL =
  /^(account|artifact|budgets|ce|chime|cloudfront|ec2|email|health|iam|importexport|networkmanager|organizations|queue|route53|route53domains|s3|s3-external-1|savingsplans|sdb|shield|sns|sqs|sts|support|trustedadvisor|waf)$/;

/** Signing names that differ from the name in the host; some only after another name. */
const SIGNING_NAMES: Readonly<Record<string, string>> = {
  "AnyScaleFrontendService.autoscaling": "application-autoscaling",
  "AnyScaleScalingPlannerFrontendService.autoscaling": "autoscaling-plans",
  aos: "es",
  "contact-lens": "connect",
  "data-jobs.iot": "iot-jobs-data",
  "data.iotevents": "ioteventsdata",
  ddb: "dynamodb",
  email: "ses",
  "jobs.iot": "iot-jobs-data",
  marketplace: "aws-marketplace",
  mobile: "AWSMobileHubService",
  neptune: "neptune-db",
  "participant.connect": "execute-api",
  pinpoint: "mobiletargeting",
  queue: "sqs",
  "sms-voice.pinpoint": "sms-voice",
  "tunneling.iot": "IoTSecuredTunneling",
};

/** Finds the signing name in a longer name, which may also contain a part of the service, a version or a zone. */
const WITHIN =
  /^(?:control-|data-|git-|models-v2-|runtime-|runtime-v2-|[a-z-]+-(?=chime$))?(appconfig|appstream|appsync|aps|bedrock|bedrock-agentcore|chime|cloudhsm|codecommit|kinesis|lambda|lex|medical-imaging|mturk-requester|personalize|s3|s3express|servicediscovery|transcribe)(?:2|data|streaming|v2|-(?:accelerate|accesspoint|agent|agent-runtime|api|control|data-automation|data-automation-runtime|events|external-1|realtime-api|runtime|sandbox|url|workspaces|\w+-az\d+))?$/;

function nameService(
  label: string,
  before: string | undefined,
  { path, headers }: Pick<RequestView, "path" | "headers">,
): string {
  const name = label.replace(/^fips-|-fips$/, "");
  const [, within = name] = WITHIN.exec(name) ?? [];
  const target = headers.find(([header]) => header.toLowerCase() === "x-amz-target")?.[1];
  const context = name === "autoscaling" ? String(target).split(".")[0] : before;
  const known = SIGNING_NAMES[`${context}.${name}`];
  if (known) return known;
  if (name === "iot" && before) return path === "/mqtt" ? "iotdevicegateway" : "iotdata";
  return Object.hasOwn(SIGNING_NAMES, within) ? (SIGNING_NAMES[within] ?? within) : within;
}
