import { tracingChannel } from "node:diagnostics_channel";

import { type CallEvent, GetSessionTokenCommand, STSClient } from "@org/sts-client";
import { tracing } from "@org/sts-client/opentelemetry";
import { SpanKind, SpanStatusCode, type TracerProvider } from "@opentelemetry/api";
import { expect, test } from "vitest";

import { credentials, fakeFetch, fault, reasonOf, success } from "../support/fake-service.ts";

interface RecordedSpan {
  name: string;
  kind?: SpanKind;
  attributes: Record<string, unknown>;
  status?: { code: SpanStatusCode; message?: string };
  exceptions: unknown[];
  ended: number;
}

/** A provider that records what is done with its spans. */
function recorder(): { tracerProvider: TracerProvider; spans: RecordedSpan[] } {
  const spans: RecordedSpan[] = [];
  const startSpan = (name: string, options: { kind?: SpanKind; attributes?: object } = {}): unknown => {
    const span: RecordedSpan = { name, attributes: { ...options.attributes }, exceptions: [], ended: 0 };
    if (options.kind !== undefined) span.kind = options.kind;
    spans.push(span);
    return {
      spanContext: () => ({}),
      setAttribute: (key: string, value: unknown) => void (span.attributes[key] = value),
      setAttributes: (values: object) => void Object.assign(span.attributes, values),
      setStatus: (status: NonNullable<RecordedSpan["status"]>) => void (span.status = status),
      recordException: (error: unknown) => void span.exceptions.push(error),
      end: () => void (span.ended += 1),
    };
  };
  return { tracerProvider: { getTracer: () => ({ startSpan }) } as unknown as TracerProvider, spans };
}

test("@org/sts-client/opentelemetry makes a span for a call that succeeds, in the words of the AWS SDK's instrumentation", async () => {
  const { tracerProvider, spans } = recorder();
  const { fetch } = fakeFetch(fault("Throttling", 400), success());
  const client = new STSClient({ region: "eu-west-1", credentials, fetch, sleep: async () => {} });
  client.middlewareStack.use(tracing({ tracerProvider }));
  await client.send(new GetSessionTokenCommand({}));
  expect(spans).toEqual([
    {
      name: "STS.GetSessionToken",
      kind: SpanKind.CLIENT,
      attributes: {
        "rpc.system": "aws-api",
        "rpc.service": "STS",
        "rpc.method": "GetSessionToken",
        "cloud.region": "eu-west-1",
        "aws.request.id": "request-1",
        "aws.request_id": "request-1",
        "http.response.status_code": 200,
      },
      exceptions: [],
      ended: 1,
    },
  ]);
});

test("@org/sts-client/opentelemetry notes the refusal of a call that fails, with its status", async () => {
  const { tracerProvider, spans } = recorder();
  const { fetch } = fakeFetch(fault("AccessDenied", 403, {}, "not you"));
  const client = new STSClient({ region: "eu-west-1", credentials, fetch });
  client.middlewareStack.use(tracing({ tracerProvider }));
  const error = await reasonOf(client.send(new GetSessionTokenCommand({})));
  expect(spans).toMatchObject([
    {
      attributes: { "http.response.status_code": 403 },
      status: { code: SpanStatusCode.ERROR, message: "not you" },
      exceptions: [error],
      ended: 1,
    },
  ]);
});

test("@org/sts-client/opentelemetry names itself and its version, and leaves out what is not known", async () => {
  const { tracerProvider, spans } = recorder();
  const names: unknown[] = [];
  const provider: TracerProvider = {
    getTracer: (...given) => {
      names.push(given);
      return tracerProvider.getTracer("");
    },
  };
  const withSpan = async (reply: Response | Error): Promise<RecordedSpan | undefined> => {
    const client = new STSClient({
      region: "eu-west-1",
      credentials,
      fetch: fakeFetch(reply).fetch,
      maxAttempts: 1,
    });
    client.middlewareStack.use(tracing({ tracerProvider: provider }));
    await client.send(new GetSessionTokenCommand({})).catch(() => undefined);
    return spans.at(-1);
  };
  expect(await withSpan(success({ "x-amz-id-2": "extended-1" }))).toMatchObject({
    attributes: { "aws.request.extended_id": "extended-1" },
  });
  expect(names).toEqual([["@org/sts-client", expect.stringMatching(/^\d+\.\d+\.\d+/)]]);
  const failed = await withSpan(new TypeError("fetch failed"));
  expect(Object.keys(failed?.attributes ?? {})).toEqual([
    "rpc.system",
    "rpc.service",
    "rpc.method",
    "cloud.region",
  ]);
  expect(failed?.ended).toBe(1);
});

test("@org/sts-client/opentelemetry records what is thrown and no error, as text", async () => {
  const { tracerProvider, spans } = recorder();
  const client = new STSClient({ region: "eu-west-1", credentials, fetch: fakeFetch(success()).fetch });
  client.middlewareStack.use(tracing({ tracerProvider }));
  client.middlewareStack.add(() => async () => {
    // eslint-disable-next-line typescript/only-throw-error -- middleware of others may
    throw "a text";
  });
  expect(await reasonOf(client.send(new GetSessionTokenCommand({})))).toBe("a text");
  expect(spans).toMatchObject([{ status: { message: "a text" }, exceptions: ["a text"], ended: 1 }]);
});

async function eventsOf(reply: Response): Promise<[string, CallEvent][]> {
  const events: [string, CallEvent][] = [];
  const subscribers = Object.fromEntries(
    ["start", "end", "asyncStart", "asyncEnd", "error"].map((kind) => [
      kind,
      (message: unknown) => void events.push([kind, { ...(message as CallEvent) }]),
    ]),
  ) as unknown as Parameters<ReturnType<typeof tracingChannel>["subscribe"]>[0];
  const channel = tracingChannel("@org/sts-client:send");
  channel.subscribe(subscribers);
  const { fetch } = fakeFetch(reply);
  const client = new STSClient({ region: "eu-west-1", credentials, fetch });
  await client.send(new GetSessionTokenCommand({})).catch(() => {});
  channel.unsubscribe(subscribers);
  await client.send(new GetSessionTokenCommand({})).catch(() => {});
  return events;
}

test("the tracing channel @org/sts-client:send tells when a call begins and how it ended, without its output", async () => {
  const events = await eventsOf(success());
  expect(events.map(([kind]) => kind)).toEqual(["start", "end", "asyncStart", "asyncEnd"]);
  expect(events[0]?.[1]).toEqual({ clientName: "STSClient", commandName: "GetSessionTokenCommand" });
  expect(events[3]?.[1].result).toMatchObject({ httpStatusCode: 200, requestId: "request-1" });
  expect(JSON.stringify(events)).not.toContain("SECRET");
});

test("the tracing channel @org/sts-client:send tells why a call failed", async () => {
  const events = await eventsOf(fault("AccessDenied", 403));
  expect(events.map(([kind]) => kind)).toContain("error");
  expect(events.at(-1)?.[1].error).toMatchObject({ name: "AccessDenied" });
});
