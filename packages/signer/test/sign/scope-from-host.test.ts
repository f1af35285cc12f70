import {
  createHeaderSigner,
  createSigner,
  explainSignature,
  presignRequest,
  signRequest,
} from "@org/sts-signer";
import { describe, expect, test } from "vitest";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" };

async function scopeOf(address: string, headers: Record<string, string> = {}): Promise<string> {
  const signed = await signRequest(new Request(`https://${address}`, { headers }), { credentials });
  const [, region = "", service = ""] =
    /Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\//.exec(signed.headers.get("authorization") ?? "") ?? [];
  return `${service} ${region}`;
}

test.each([
  // Regional, in every partition.
  ["sts.eu-west-1.amazonaws.com", "sts eu-west-1"],
  ["dynamodb.us-gov-west-1.amazonaws.com", "dynamodb us-gov-west-1"],
  ["sts.cn-north-1.amazonaws.com.cn", "sts cn-north-1"],
  ["sqs.eusc-de-east-1.amazonaws.eu", "sqs eusc-de-east-1"],
  ["sts.us-iso-east-1.c2s.ic.gov", "sts us-iso-east-1"],
  ["sts.us-isob-east-1.sc2s.sgov.gov", "sts us-isob-east-1"],
  ["sts.eu-isoe-west-1.cloud.adc-e.uk", "sts eu-isoe-west-1"],
  ["sts.us-isof-south-1.csp.hci.ic.gov", "sts us-isof-south-1"],
  ["STS.EU-WEST-1.AMAZONAWS.COM", "sts eu-west-1"],
  ["sts.eu-west-1.amazonaws.com:8443", "sts eu-west-1"],
  // Global.
  ["sts.amazonaws.com", "sts us-east-1"],
  ["iam.amazonaws.com", "iam us-east-1"],
  ["iam.us-gov.amazonaws.com", "iam us-gov-west-1"],
  ["iam.global.api.aws", "iam us-east-1"],
  ["route53.amazonaws.com", "route53 us-east-1"],
  ["route53.amazonaws.com.cn", "route53 cn-northwest-1"],
  ["organizations.us-east-1.amazonaws.com", "organizations us-east-1"],
  // Dual-stack and FIPS.
  ["sts.us-east-1.api.aws", "sts us-east-1"],
  ["sts.cn-north-1.api.amazonwebservices.com.cn", "sts cn-north-1"],
  ["sts.us-iso-east-1.api.aws.ic.gov", "sts us-iso-east-1"],
  ["sts-fips.us-east-1.amazonaws.com", "sts us-east-1"],
  ["sts-fips.us-west-2.api.aws", "sts us-west-2"],
  ["fips.transcribe.us-east-1.amazonaws.com", "transcribe us-east-1"],
  ["runtime-fips.sagemaker.us-east-1.amazonaws.com", "sagemaker us-east-1"],
  // VPC endpoints.
  ["vpce-0a1b-c2d3.sts.us-east-1.vpce.amazonaws.com", "sts us-east-1"],
  ["vpce-0a1b-c2d3-us-east-1a.sqs.us-east-1.vpce.amazonaws.com", "sqs us-east-1"],
  ["bucket.vpce-0a1b-c2d3.s3.eu-west-1.vpce.amazonaws.com", "s3 eu-west-1"],
  ["vpce-0a1b-c2d3.execute-api.eu-west-1.vpce.amazonaws.com", "execute-api eu-west-1"],
  // S3: buckets, access points, old and new.
  ["s3.eu-west-1.amazonaws.com", "s3 eu-west-1"],
  ["s3.amazonaws.com", "s3 us-east-1"],
  ["bucket.s3.amazonaws.com", "s3 us-east-1"],
  ["my.bucket.s3.eu-west-1.amazonaws.com", "s3 eu-west-1"],
  ["eu-west-1.s3.us-west-2.amazonaws.com", "s3 us-west-2"],
  ["eu-west-1.s3.amazonaws.com", "s3 us-east-1"],
  ["bucket.s3.dualstack.us-west-2.amazonaws.com", "s3 us-west-2"],
  ["dualstack.s3.us-west-2.amazonaws.com", "s3 us-west-2"],
  ["bucket.s3-fips.us-east-1.amazonaws.com", "s3 us-east-1"],
  ["bucket.s3-fips.dualstack.us-east-1.amazonaws.com", "s3 us-east-1"],
  ["bucket.s3-us-west-2.amazonaws.com", "s3 us-west-2"],
  ["s3-fips-us-gov-west-1.amazonaws.com", "s3 us-gov-west-1"],
  ["s3-external-1.amazonaws.com", "s3 us-east-1"],
  ["bucket.s3.cn-north-1.amazonaws.com.cn", "s3 cn-north-1"],
  ["name-123456789012.s3-accesspoint.eu-west-1.amazonaws.com", "s3 eu-west-1"],
  ["name-123456789012.s3-accesspoint-fips.us-east-1.amazonaws.com", "s3 us-east-1"],
  ["123456789012.s3-control.us-east-1.amazonaws.com", "s3 us-east-1"],
  ["name-123456789012.s3-object-lambda.us-east-1.amazonaws.com", "s3-object-lambda us-east-1"],
  ["name-123456789012.op-0a1b.s3-outposts.us-east-1.amazonaws.com", "s3-outposts us-east-1"],
  ["b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "s3express us-east-1"],
  ["s3express-control.us-east-1.amazonaws.com", "s3express us-east-1"],
  ["account.r2.cloudflarestorage.com", "s3 auto"],
  ["bucket.s3.us-west-004.backblazeb2.com", "s3 us-west-004"],
  // Resources with a host of their own.
  ["abcdefghij.lambda-url.eu-west-1.on.aws", "lambda eu-west-1"],
  ["abcdefghij.execute-api.eu-west-1.amazonaws.com", "execute-api eu-west-1"],
  ["abcdefghij.appsync-api.eu-west-1.amazonaws.com/graphql", "appsync eu-west-1"],
  ["abcdefghij.appsync-realtime-api.eu-west-1.amazonaws.com/graphql", "appsync eu-west-1"],
  ["search-domain-abc.eu-west-1.es.amazonaws.com", "es eu-west-1"],
  ["domain-abc.aos.eu-west-1.on.aws", "es eu-west-1"],
  ["abc.eu-west-1.aoss.amazonaws.com", "aoss eu-west-1"],
  ["search-domain.eu-west-1.cloudsearch.amazonaws.com", "cloudsearch eu-west-1"],
  ["db.cluster-abc.eu-west-1.neptune.amazonaws.com:8182", "neptune-db eu-west-1"],
  ["g-abc.us-east-1.neptune-graph.amazonaws.com", "neptune-graph us-east-1"],
  ["service-0a1b.7d67968.vpc-lattice-svcs.eu-west-1.on.aws", "vpc-lattice-svcs eu-west-1"],
  ["container.data.mediastore.eu-west-1.amazonaws.com", "mediastore eu-west-1"],
  ["123456789012.ddb.eu-west-1.amazonaws.com", "dynamodb eu-west-1"],
  // Other names in the host than in the signature.
  ["bedrock-runtime.us-east-1.amazonaws.com", "bedrock us-east-1"],
  ["bedrock-agent-runtime.us-east-1.amazonaws.com", "bedrock us-east-1"],
  ["bedrock-agentcore.us-east-1.amazonaws.com", "bedrock-agentcore us-east-1"],
  ["email.eu-west-1.amazonaws.com", "ses eu-west-1"],
  ["eu-west-1.queue.amazonaws.com", "sqs eu-west-1"],
  ["git-codecommit.eu-west-1.amazonaws.com", "codecommit eu-west-1"],
  ["runtime-v2-lex.eu-west-1.amazonaws.com", "lex eu-west-1"],
  ["runtime.lex.eu-west-1.amazonaws.com", "lex eu-west-1"],
  ["streams.dynamodb.eu-west-1.amazonaws.com", "dynamodb eu-west-1"],
  ["metering.marketplace.us-east-1.amazonaws.com", "aws-marketplace us-east-1"],
  ["transcribestreaming.us-east-1.amazonaws.com", "transcribe us-east-1"],
  ["iot.eu-west-1.amazonaws.com", "iot eu-west-1"],
  ["abc-ats.iot.eu-west-1.amazonaws.com/mqtt", "iotdevicegateway eu-west-1"],
  ["abc-ats.iot.eu-west-1.amazonaws.com/topics/a", "iotdata eu-west-1"],
  ["data.jobs.iot.eu-west-1.amazonaws.com", "iot-jobs-data eu-west-1"],
  ["prefix.data-jobs.iot.eu-west-1.amazonaws.com", "iot-jobs-data eu-west-1"],
  ["api.tunneling.iot.eu-west-1.amazonaws.com", "IoTSecuredTunneling eu-west-1"],
  ["data.iotevents.eu-west-1.amazonaws.com", "ioteventsdata eu-west-1"],
  ["participant.connect.us-east-1.amazonaws.com", "execute-api us-east-1"],
  ["connect.us-east-1.amazonaws.com", "connect us-east-1"],
  ["contact-lens.us-east-1.amazonaws.com", "connect us-east-1"],
  ["pinpoint.us-east-1.amazonaws.com", "mobiletargeting us-east-1"],
  ["sms-voice.pinpoint.us-east-1.amazonaws.com", "sms-voice us-east-1"],
  ["mobile.us-east-1.amazonaws.com", "AWSMobileHubService us-east-1"],
  ["appconfigdata.eu-west-1.amazonaws.com", "appconfig eu-west-1"],
  ["appstream2.eu-west-1.amazonaws.com", "appstream eu-west-1"],
  ["aps-workspaces.eu-west-1.amazonaws.com", "aps eu-west-1"],
  ["bedrock-agent.us-east-1.amazonaws.com", "bedrock us-east-1"],
  ["bedrock-agentcore-control.us-east-1.amazonaws.com", "bedrock-agentcore us-east-1"],
  ["bedrock-data-automation-runtime.us-east-1.amazonaws.com", "bedrock us-east-1"],
  ["bedrock-runtime-fips.us-east-1.amazonaws.com", "bedrock us-east-1"],
  ["cloudhsmv2.us-east-1.amazonaws.com", "cloudhsm us-east-1"],
  ["123456789012.control-kinesis.us-east-1.amazonaws.com", "kinesis us-east-1"],
  ["123456789012.data-kinesis.us-east-1.amazonaws.com", "kinesis us-east-1"],
  ["kinesisvideo.us-east-1.amazonaws.com", "kinesisvideo us-east-1"],
  ["data-servicediscovery.us-east-1.amazonaws.com", "servicediscovery us-east-1"],
  ["identity-chime.us-east-1.amazonaws.com", "chime us-east-1"],
  ["media-pipelines-chime.us-east-1.amazonaws.com", "chime us-east-1"],
  ["models-v2-lex.us-east-1.amazonaws.com", "lex us-east-1"],
  ["mturk-requester-sandbox.us-east-1.amazonaws.com", "mturk-requester us-east-1"],
  ["personalize-events.us-east-1.amazonaws.com", "personalize us-east-1"],
  ["personalize-runtime.us-east-1.amazonaws.com", "personalize us-east-1"],
  ["runtime-medical-imaging.us-east-1.amazonaws.com", "medical-imaging us-east-1"],
  ["data-pipeline.us-east-1.amazonaws.com", "data-pipeline us-east-1"],
  ["lambda-next.us-east-1.amazonaws.com", "lambda-next us-east-1"],
  // A name that every object has is a name like any other.
  ["constructor.us-east-1.amazonaws.com", "constructor us-east-1"],
])("a request to %s is signed for %s", async (address, scope) => {
  expect(await scopeOf(address)).toBe(scope);
});

test("a header tells the services of Auto Scaling apart", async () => {
  const host = "autoscaling.eu-west-1.amazonaws.com";
  expect(await scopeOf(host)).toBe("autoscaling eu-west-1");
  expect(await scopeOf(host, { "x-amz-target": "AnyScaleFrontendService.PutScalingPolicy" })).toBe(
    "application-autoscaling eu-west-1",
  );
  expect(await scopeOf(host, { "x-amz-target": "AnyScaleScalingPlannerFrontendService.X" })).toBe(
    "autoscaling-plans eu-west-1",
  );
});

describe("what the host does not tell", () => {
  test.each([
    ["api.example.com", {}, "service missing"],
    ["api.example.com", { service: "execute-api" }, "region missing"],
    ["api.example.com", { region: "eu-west-1" }, "service missing"],
    ["bucket.s3-accelerate.amazonaws.com", {}, "region missing"],
    ["bucket.s3-accelerate.dualstack.amazonaws.com", {}, "region missing"],
    ["name-123456789012.s3-control.amazonaws.com", {}, "region missing"],
    ["unheard-of.amazonaws.com", {}, "service missing"],
    ["us-west-2.amazonaws.com", {}, "service missing"],
    ["amazonaws.com", {}, "service missing"],
    ["sts.eu-west-1.amazonaws.com.example.com", {}, "service missing"],
    ["stsXeu-west-1Xamazonaws.com", {}, "service missing"],
    ["localhost", {}, "service missing"],
    ["192.0.2.1", {}, "service missing"],
    ["[::1]", {}, "service missing"],
  ])("is missed by name: %s with %o", async (host, options, message) => {
    await expect(
      signRequest(new Request(`https://${host}/`), { credentials, ...options }),
    ).rejects.toMatchObject({ name: "SignerError", code: "ERR_SCOPE_INVALID", message });
  });

  test("is taken from the options, which override the host", async () => {
    const signer = createSigner({ credentials, region: "eu-west-1", service: "orders" });
    const { headers } = await signer.sign(new Request("https://sts.us-east-1.amazonaws.com/"));
    expect(headers.get("authorization")).toContain("/eu-west-1/orders/");
    const region = { credentials: { ...credentials, credentialScope: "us-gov-west-1" } };
    const scoped = await createSigner(region).sign(new Request("https://sts.us-east-1.amazonaws.com/"));
    expect(scoped.headers.get("authorization")).toContain("/us-gov-west-1/sts/");
  });
});

test("every function that signs looks at the host, but for the signer that is made to be small", async () => {
  const url = "https://sts.eu-west-1.amazonaws.com/";
  const scope = /\/eu-west-1\/sts\/|%2Feu-west-1%2Fsts%2F/;
  const signer = createSigner({ credentials });
  expect((await signer.sign(new Request(url))).headers.get("authorization")).toMatch(scope);
  expect((await signer.presign(url))[0]).toMatch(scope);
  expect((await presignRequest(url, {}, { credentials }))[0]).toMatch(scope);
  expect((await explainSignature(new Request(url), { credentials })).stringToSign).toMatch(scope);
  await expect(createHeaderSigner({ credentials }).sign(new Request(url))).rejects.toThrow("service missing");
});
