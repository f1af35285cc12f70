// What programs and tools that are typed for the AWS SDK do with a client. `tsc` is the test: with the repository's strict
// flags for all tests, and once more for this folder without `exactOptionalPropertyTypes`, as most programs are compiled.
import { S3Client } from "@aws-sdk/client-s3";
import type * as Aws from "@aws-sdk/client-sts";
import { STSClient as AwsClient } from "@aws-sdk/client-sts";
import { type AssumeRoleCommandOutput, $Command, STSClient } from "@org/sts-client";
import type * as Ours from "@org/sts-client";
import { AssumeRoleCommand, GetCallerIdentityCommand, STS, STSServiceException } from "@org/sts-client";
import type { ServiceException } from "@smithy/core/client";
import type {
  AwsCredentialIdentityProvider,
  BuildMiddleware,
  Client,
  Command,
  DeserializeMiddleware,
  FinalizeRequestMiddleware,
  InitializeMiddleware,
  MetadataBearer,
  MiddlewareStack,
  Pluggable,
  SerializeMiddleware,
} from "@smithy/types";
import { type AwsStub, mockClient } from "aws-sdk-client-mock";
import { expect, expectTypeOf, test } from "vitest";

const config = { region: "eu-west-1" };

test("a client is one of Smithy's clients, for functions that take any", () => {
  const nameOf = <Input extends object, Output extends MetadataBearer>(
    client: Client<Input, Output, { serviceId?: string }>,
  ): unknown => client.config.serviceId;
  expect(nameOf(new STSClient(config))).toBe("STS");
  expect(nameOf(new STS(config))).toBe("STS");
});

test("a client's stack fits where the AWS SDK's client is expected to have one", () => {
  const countOf = ({ middlewareStack }: Pick<AwsClient, "middlewareStack">): number =>
    middlewareStack.identify().length;
  expect(countOf(new STSClient(config))).toBeGreaterThan(0);
});

test("a command is one of Smithy's commands, for functions that take any", () => {
  // oxlint-disable-next-line typescript/no-explicit-any -- what such functions say
  const inputOf = (command: Command<any, any, any, any, any>): unknown => command.input;
  expect(inputOf(new GetCallerIdentityCommand({}))).toEqual({});
  expect(new GetCallerIdentityCommand({})).toBeInstanceOf($Command);
});

test("middleware and plugins in Smithy's types are added to a client", () => {
  const initialize: InitializeMiddleware<object, MetadataBearer> = (next) => async (args) => next(args);
  const serialize: SerializeMiddleware<object, MetadataBearer> = (next) => async (args) => next(args);
  const build: BuildMiddleware<object, MetadataBearer> = (next) => async (args) => next(args);
  const finalize: FinalizeRequestMiddleware<object, MetadataBearer> = (next) => async (args) => next(args);
  const deserialize: DeserializeMiddleware<object, MetadataBearer> = (next) => async (args) => next(args);
  const plugin: Pluggable<object, MetadataBearer> = {
    applyToStack(stack: MiddlewareStack<object, MetadataBearer>) {
      stack.add(build, { step: "build", name: "fromPlugin", priority: "high", tags: ["TAG"] });
      stack.addRelativeTo(initialize, {
        relation: "before",
        toMiddleware: "fromPlugin",
        name: "besidePlugin",
      });
    },
  };
  const { middlewareStack } = new STSClient(config);
  middlewareStack.add(initialize, { name: "initialize" });
  middlewareStack.add(serialize, { name: "serialize", step: "serialize" });
  middlewareStack.add(build, { name: "build", step: "build" });
  middlewareStack.add(finalize, { name: "finalize", step: "finalizeRequest" });
  middlewareStack.add(deserialize, { name: "deserialize", step: "deserialize" });
  middlewareStack.addRelativeTo(finalize, { relation: "after", toMiddleware: "finalize", name: "beside" });
  middlewareStack.use(plugin);
  const added = ["initialize", "serialize", "build", "finalize", "deserialize", "beside", "fromPlugin"];
  const listed = middlewareStack.identify().map((line) => line.split(" ")[0]);
  expect(listed).toEqual(expect.arrayContaining([...added, "besidePlugin"]));
});

test("middleware in the types of one operation is added to its command", () => {
  const build: BuildMiddleware<Ours.AssumeRoleCommandInput, Ours.AssumeRoleCommandOutput> =
    (next) => async (args) =>
      next(args);
  const role = { RoleArn: "arn:aws:iam::123456789012:role/demo", RoleSessionName: "test" };
  const { middlewareStack } = new AssumeRoleCommand(role);
  middlewareStack.add(build, { step: "build", name: "ofOperation" });
  expect(middlewareStack.identify()).toEqual(["ofOperation - build"]);
});

test("middleware written in place knows its arguments and the context", () => {
  const { middlewareStack } = new STSClient(config);
  middlewareStack.add(
    (next, context) => async (args) => {
      expectTypeOf(context.commandName).toEqualTypeOf<string | undefined>();
      const { output } = await next(args);
      expectTypeOf(output.$metadata.requestId).toEqualTypeOf<string | undefined>();
      return { response: undefined, output };
    },
    { step: "initialize", name: "inPlace" },
  );
  middlewareStack.addRelativeTo((next) => async (args) => next(args), {
    relation: "before",
    toMiddleware: "inPlace",
    name: "beside",
  });
  expect(middlewareStack.remove("inPlace")).toBe(true);
});

test("aws-sdk-client-mock takes the class and an instance, and knows commands and outputs", async () => {
  const stub: AwsStub<Ours.ServiceInputTypes, Ours.ServiceOutputTypes, Ours.STSClientResolvedConfig> =
    mockClient(STSClient);
  stub.restore();
  const client = new STSClient(config);
  const mock = mockClient(client);
  mock.on(GetCallerIdentityCommand).resolves({ Arn: "arn:aws:iam::123456789012:user/test" });
  // @ts-expect-error -- no output has such a member
  mock.on(GetCallerIdentityCommand).resolvesOnce({ arn: "arn:aws:iam::123456789012:user/test" });
  const output = await client.send(new GetCallerIdentityCommand());
  expectTypeOf(output).toEqualTypeOf<Ours.GetCallerIdentityCommandOutput>();
  mock.restore();
});

test("an error of the service is one of Smithy's service exceptions", () => {
  const error = new STSServiceException({ message: "denied", name: "AccessDenied", Code: "AccessDenied" });
  const statusOf = ({ $response }: ServiceException): number | undefined => $response?.statusCode;
  expect(statusOf(error)).toBeUndefined();
  expectTypeOf<STSServiceException["$response"]>().toExtend<{ statusCode: number } | undefined>();
});

test("the AWS SDK's configuration is assignable to ours", () => {
  const take = (given: Aws.STSClientConfig): STSClient => new STSClient(given);
  const given: Aws.STSClientConfig = { region: "eu-west-1", maxAttempts: 2, useGlobalEndpoint: false };
  expectTypeOf(take(given).config.region).returns.resolves.toEqualTypeOf<string>();
  expectTypeOf<Aws.STSClientConfig>().toExtend<Ours.STSClientConfig>();
});

test("region, credentials and request handler are shared with clients of the AWS SDK, both ways", async () => {
  const { region, credentials, requestHandler } = new STSClient(config).config;
  const shared = new S3Client({ region, credentials, requestHandler });
  const back = new STSClient({
    region: shared.config.region,
    credentials: shared.config.credentials,
    requestHandler: shared.config.requestHandler,
  });
  const provider: AwsCredentialIdentityProvider = back.config.credentials;
  expect(provider).toBe(back.config.credentials);
  expect(await back.config.region()).toBe("eu-west-1");
});

test("commands are typed for the clients of both packages", () => {
  const sends = (aws: AwsClient, ours: STSClient, theirs: Aws.AssumeRoleCommand): void => {
    expectTypeOf(aws.send(new GetCallerIdentityCommand({}))).resolves.toHaveProperty("Arn");
    expectTypeOf(ours.send(theirs)).resolves.toHaveProperty("Credentials");
  };
  expectTypeOf(sends).returns.toBeVoid();
});

test("the type names of the AWS SDK's package are here", () => {
  expectTypeOf<Ours.__MetadataBearer>().toExtend<MetadataBearer>();
  expectTypeOf<Ours.STSClientConfigType>().toEqualTypeOf<Ours.STSClientConfig>();
  expectTypeOf<Ours.STSClientResolvedConfigType>().toEqualTypeOf<Ours.STSClientResolvedConfig>();
  expectTypeOf<Ours.ClientDefaults>().toEqualTypeOf<Ours.STSClientConfig>();
  expectTypeOf<Ours.STSExtensionConfiguration>().toEqualTypeOf<Ours.ExtensionConfiguration>();
});

test("a fixture of an output may leave members out where it says so", () => {
  const partial: Ours.PartialOutput<AssumeRoleCommandOutput> = {
    $metadata: {},
    Credentials: { AccessKeyId: "ASIAIOSFODNN7EXAMPLE" },
  };
  expect(partial.Credentials?.AccessKeyId).toBe("ASIAIOSFODNN7EXAMPLE");
  // @ts-expect-error -- a complete output has all that STS always sends
  const complete: AssumeRoleCommandOutput = { $metadata: {} };
  expect(complete.AssumedRoleUser).toBeUndefined();
});
