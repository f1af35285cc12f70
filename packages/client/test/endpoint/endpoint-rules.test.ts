import { STSClient as AwsClient } from "@aws-sdk/client-sts";
import { STSClient, STSClientError } from "@org/sts-client";
import { type EndpointParameters, resolveEndpoint, resolvePartition } from "@org/sts-client/endpoint";
import { describe, expect, test } from "vitest";

import { readConformance, readList } from "../support/conformance.ts";

interface EndpointFile {
  count: number;
  cases: {
    id: string;
    description: string;
    params: {
      region: string | null;
      useFips: boolean;
      useDualStack: boolean;
      useGlobalEndpoint: boolean;
      endpoint: string | null;
    };
    expect: { url?: string; signing?: { region: string } | null; error?: string };
  }[];
}

const endpoints = readConformance<EndpointFile>("sts-endpoints.json", ({ cases }) => cases);

describe.runIf(endpoints)("published STS endpoint cases", () => {
  test.each(endpoints?.cases ?? [])(
    "the published STS endpoint case $id is resolved: $description",
    ({ params, expect: expected }) => {
      const parameters = {
        ...params,
        region: params.region ?? undefined,
        endpoint: params.endpoint ?? undefined,
      };
      const signing = expected.signing && {
        name: "sigv4",
        signingName: "sts",
        signingRegion: expected.signing.region,
      };
      const wanted = { url: expected.url, schemes: signing ? [signing] : undefined };
      expect(published(parameters)).toEqual(expected.error ? { refused: true } : wanted);
    },
  );
});

function published(parameters: EndpointParameters): object {
  try {
    const { url, properties } = resolveEndpoint(parameters);
    return { url: url.href.replace(/\/$/, ""), schemes: properties?.authSchemes };
  } catch (error) {
    return { refused: error instanceof STSClientError };
  }
}

interface PartitionFile {
  count: number;
  partitions: {
    id: string;
    outputs: { dnsSuffix: string; dualStackDnsSuffix: string };
    regions: Record<string, object>;
  }[];
  cases: {
    description: string;
    region: string;
    expect: { dnsSuffix: string; dualStackDnsSuffix: string; url: string };
  }[];
}

const partitions = readConformance<PartitionFile>("partitions.json", ({ cases }) => cases);

describe.runIf(partitions)("published partition cases", () => {
  test.each(partitions?.cases ?? [])(
    "the published partition case is resolved: $description",
    ({ region, expect: { dnsSuffix, dualStackDnsSuffix } }) => {
      expect(resolvePartition(region)).toMatchObject({ dnsSuffix, dualStackDnsSuffix });
    },
  );

  test.each(partitions ? readList("partitions", partitions.partitions) : [])(
    "every region of the partition $id is found in it",
    ({ id, outputs, regions }) => {
      const { dnsSuffix, dualStackDnsSuffix } = outputs;
      expect(Object.keys(regions).length).toBeGreaterThan(0);
      for (const region of Object.keys(regions)) {
        expect([region, resolvePartition(region)]).toEqual([
          region,
          { name: id, dnsSuffix, dualStackDnsSuffix },
        ]);
      }
    },
  );
});

const regions = [
  undefined,
  "aws-global",
  "aws-cn-global",
  "aws-us-gov-global",
  "aws-iso-global",
  "aws-iso-b-global",
  "aws-iso-e-global",
  "aws-iso-f-global",
  "us-east-1",
  "us-east-2",
  "us-east-3",
  "us-west-1",
  "us-west-2",
  "us-east-10",
  "ca-central-1",
  "ca-west-1",
  "mx-central-1",
  "sa-east-1",
  "sa-west-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "eu-west-4",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-north-2",
  "eu-south-1",
  "eu-south-2",
  "me-south-1",
  "me-central-1",
  "me-west-1",
  "af-south-1",
  "il-central-1",
  "ap-east-1",
  "ap-east-2",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-south-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "cn-north-1",
  "cn-northwest-1",
  "cn-north-5",
  "us-gov-east-1",
  "us-gov-west-1",
  "us-gov-north-3",
  "us-iso-east-1",
  "us-iso-west-1",
  "us-isob-east-1",
  "us-isob-west-1",
  "us-isof-east-1",
  "us-isof-south-1",
  "eu-isoe-west-1",
  "eusc-de-east-1",
  "eusc-fr-east-1",
  "mars-global",
  "mars-east-1",
  "local",
  "x",
  "us-east",
  "us_east_1",
  "eu-west-1a",
  "US-EAST-1",
];
const customEndpoints = [
  undefined,
  "https://example.com",
  "http://localhost:4566",
  "https://example.com/sts/path",
  "https://vpce-1.sts.eu-west-1.vpce.amazonaws.com",
  "https://user.example.com:8443",
  "https://[::1]:9000",
];

test("the endpoint rules give the AWS SDK's URL, signing region and refusal for every one of over 2,000 parameter sets", () => {
  const resolveTheirs = awsResolver();
  let compared = 0;
  const differences: unknown[] = [];
  for (const region of regions) {
    for (const endpoint of customEndpoints) {
      for (let bits = 0; bits < 8; bits += 1) {
        const parameters = {
          region,
          endpoint,
          useFips: (bits & 1) > 0,
          useDualStack: (bits & 2) > 0,
          useGlobalEndpoint: (bits & 4) > 0,
        };
        const ours = outcome(() => resolveEndpoint(parameters));
        const theirs = outcome(() =>
          resolveTheirs({
            ...(region !== undefined && { Region: region }),
            ...(endpoint !== undefined && { Endpoint: endpoint }),
            UseFIPS: parameters.useFips,
            UseDualStack: parameters.useDualStack,
            UseGlobalEndpoint: parameters.useGlobalEndpoint,
          }),
        );
        if (ours !== theirs) differences.push({ parameters, ours, theirs });
        compared += 1;
      }
    }
  }
  expect(differences).toEqual([]);
  expect(compared).toBe(3976);
});

test("the endpoint of the AWS SDK's resolver is what the client asks for too, whatever way it finds its endpoint", async () => {
  for (const region of regions.filter(
    (each) => each !== undefined && /^[\w-]+$/.test(each) && !each.includes("_"),
  )) {
    for (let bits = 0; bits < 8; bits += 1) {
      const parameters = {
        useFips: (bits & 1) > 0,
        useDualStack: (bits & 2) > 0,
        useGlobalEndpoint: (bits & 4) > 0,
      };
      const { config } = new STSClient({
        region: region ?? "",
        endpoint: async () => "",
        useFipsEndpoint: parameters.useFips,
        useDualstackEndpoint: parameters.useDualStack,
        useGlobalEndpoint: parameters.useGlobalEndpoint,
      });
      const found = await config.resolveEndpoint();
      expect([region, bits, outcome(() => found)]).toEqual([
        region,
        bits,
        outcome(() => resolveEndpoint({ ...parameters, region })),
      ]);
    }
  }
});

interface AwsEndpoint {
  url: URL;
  properties?:
    | { authSchemes?: readonly { name: string; signingName?: string; signingRegion?: string }[] }
    | undefined;
}

/** The resolver is no public export; it stands in the client's configuration. */
function awsResolver(): (parameters: object) => AwsEndpoint {
  const client = new AwsClient({
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
  });
  const { endpointProvider } = client.config as unknown as {
    endpointProvider: (parameters: object) => AwsEndpoint;
  };
  return endpointProvider;
}

function outcome(resolve: () => AwsEndpoint): string {
  try {
    const { url, properties } = resolve();
    const scheme = properties?.authSchemes?.[0];
    return JSON.stringify([url.href, scheme && [scheme.name, scheme.signingName, scheme.signingRegion]]);
  } catch (error) {
    // Ours explains more; the beginning is the rule that was broken.
    const text = error instanceof Error ? error.message : String(error);
    return (
      /FIPS and custom|Dualstack and custom|[Rr]egion( is missing)?/
        .exec(text.replace("Missing Region", "region is missing"))?.[0]
        .toLowerCase() ?? text
    );
  }
}
