import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";

import { STSClient, type STSClientConfig } from "@org/sts-client";
import { createNodeHandler } from "@org/sts-client/node";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { credentials, fault, reasonOf, sessionCredentials, success } from "../support/fake-service.ts";
import { command } from "../support/create-client.ts";

const headers = { "content-type": "text/xml" };

/** A body in pieces, in one of the kinds that request handlers give, and whether it was closed before its end. */
interface Body {
  readonly body: unknown;
  readonly isClosed: () => boolean;
}

const kinds: Record<string, (chunks: readonly Uint8Array[]) => Body> = {
  "a web stream": (chunks) => {
    const { stream, isClosed } = webStream(chunks);
    return { body: stream, isClosed };
  },
  "the reader of a web stream": (chunks) => {
    const { stream, isClosed } = webStream(chunks);
    return { body: stream.getReader(), isClosed };
  },
  "a Node stream": (chunks) => {
    // Not all at once: what is read ahead could end the stream by itself.
    const body = Readable.from(chunks, { highWaterMark: 1 });
    return { body, isClosed: () => body.destroyed && !body.readableEnded };
  },
  "an iterable": (chunks) => {
    let isClosed = false;
    const body = (async function* () {
      try {
        yield* chunks;
      } finally {
        isClosed = true;
      }
    })();
    return { body, isClosed: () => isClosed };
  },
};

function webStream(chunks: readonly Uint8Array[]) {
  let isClosed = false;
  let next = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const chunk = chunks[next];
        next += 1;
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
      cancel: () => {
        isClosed = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, isClosed: () => isClosed };
}

function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.slice(index * size, (index + 1) * size),
  );
}

function client(statusCode: number, body: () => unknown, config: STSClientConfig = {}) {
  let calls = 0;
  const requestHandler = {
    handle: async () => {
      calls += 1;
      return { response: { statusCode, headers, body: body() } };
    },
  };
  const sts = new STSClient({
    region: "eu-west-1",
    credentials,
    requestHandler,
    sleep: async () => undefined,
    ...config,
  });
  return { sts, calls: () => calls };
}

const answer = new TextEncoder().encode(await success().text());

describe.each(Object.entries(kinds))("a response in %s", (_kind, create) => {
  test("a response of just maxResponseBytes is read, whatever its pieces are", async () => {
    for (const size of [1, 7, answer.length]) {
      const { sts } = client(200, () => create(pieces(answer, size)).body, {
        maxResponseBytes: answer.length,
      });
      expect([size, (await sts.send(command())).Credentials]).toEqual([size, sessionCredentials]);
    }
  });

  test("a response of one byte more than maxResponseBytes is refused once, and its connection is closed", async () => {
    const bodies: Body[] = [];
    const { sts, calls } = client(
      200,
      () => {
        // There is more to come behind the byte that is one too many.
        const made = create([...pieces(answer, 50), answer, answer]);
        bodies.push(made);
        return made.body;
      },
      { maxResponseBytes: answer.length - 1 },
    );
    const error = await reasonOf(sts.send(command()));
    expect(error).toMatchObject({ name: "STSClientError", code: "ERR_RESPONSE_TOO_LARGE" });
    expect(error.message).toContain(`sts.eu-west-1.amazonaws.com is larger than ${answer.length - 1} bytes`);
    expect([calls(), bodies.map(({ isClosed }) => isClosed())]).toEqual([1, [true]]);
  });

  test("a response is refused when maxResponseBytes is no number", async () => {
    const { sts } = client(200, () => create(pieces(answer, 50)).body, { maxResponseBytes: Number.NaN });
    expect(await reasonOf(sts.send(command()))).toMatchObject({ code: "ERR_RESPONSE_TOO_LARGE" });
  });

  test("a response keeps characters whole that its pieces cut", async () => {
    const text = await fault("AccessDenied", 403, {}, "ü € 😀").text();
    const { sts } = client(403, () => create(pieces(new TextEncoder().encode(text), 1)).body);
    expect((await reasonOf(sts.send(command()))).message).toBe("ü € 😀");
  });
});

test("a response in bytes is limited too", async () => {
  const { sts } = client(200, () => answer, { maxResponseBytes: answer.length });
  expect((await sts.send(command())).Credentials).toEqual(sessionCredentials);
  const { sts: strict } = client(200, () => answer, { maxResponseBytes: answer.length - 1 });
  expect(await reasonOf(strict.send(command()))).toMatchObject({ code: "ERR_RESPONSE_TOO_LARGE" });
});

test("a response as text is limited too, by its bytes", async () => {
  const text = new TextDecoder().decode(answer);
  const { sts } = client(200, () => text, { maxResponseBytes: answer.length });
  expect((await sts.send(command())).Credentials).toEqual(sessionCredentials);
  const { sts: strict } = client(200, () => text, { maxResponseBytes: answer.length - 1 });
  expect(await reasonOf(strict.send(command()))).toMatchObject({ code: "ERR_RESPONSE_TOO_LARGE" });
  // Fewer characters than the limit, and more bytes.
  const { sts: wide } = client(200, () => "€".repeat(50), { maxResponseBytes: 149 });
  expect(await reasonOf(wide.send(command()))).toMatchObject({ code: "ERR_RESPONSE_TOO_LARGE" });
});

test.each([
  ["fetch", () => ({})],
  ["createNodeHandler", () => ({ requestHandler: createNodeHandler({ proxy: false }) })],
])("the service sees its connection closed when its response is too large for %s", async (_name, config) => {
  let written = 0;
  let requests = 0;
  let sawClose: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    sawClose = resolve;
  });
  const server = createServer((request, response) => {
    requests += 1;
    request.resume();
    response.writeHead(200, headers);
    response.once("close", sawClose).on("error", () => undefined);
    // Without end, as fast as it is read: only the client can bring it to a close.
    const write = (): void => {
      while (!response.destroyed && written < 50_000_000 && response.write("x".repeat(10_000)))
        written += 10_000;
    };
    response.on("drain", write);
    write();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // it listens on a port
  const sts = new STSClient({
    region: "eu-west-1",
    credentials,
    endpoint: `http://127.0.0.1:${port}`,
    maxResponseBytes: 100_000,
    ...config(),
  });
  expect(await reasonOf(sts.send(command()))).toMatchObject({ code: "ERR_RESPONSE_TOO_LARGE" });
  await closed;
  expect(requests).toBe(1);
  expect(written).toBeLessThan(50_000_000);
  sts.destroy();
});

test("a response that is too large is an error at once, even while somebody else holds a copy of it", async () => {
  let calls = 0;
  const copies: Response[] = [];
  const fetchThatKeepsCopies: typeof fetch = async () => {
    calls += 1;
    const response = success();
    copies.push(response.clone());
    return response;
  };
  const config = {
    region: "eu-west-1",
    credentials,
    maxResponseBytes: 10,
    requestTimeout: 0,
    totalTimeout: 0,
  };
  const client = new STSClient({ ...config, fetch: fetchThatKeepsCopies });
  expect(await reasonOf(client.send(command()))).toMatchObject({ code: "ERR_RESPONSE_TOO_LARGE" });
  expect(calls).toBe(1);
});

const length = answer.length;
test.each<[what: string, headers: Record<string, string>, isReadAtOnce: boolean]>([
  ["of just maxResponseBytes", { "content-length": `${length}` }, true],
  ["of one byte less", { "content-length": `${length - 1}` }, true],
  ["of one byte more", { "content-length": `${length + 1}` }, false],
  ["of no length", {}, false],
  ["of a length that is none", { "content-length": "some" }, false],
  ["that was compressed", { "content-length": `${length}`, "content-encoding": "gzip" }, false],
])("a response %s is read at once or counted", async (_what, more, isReadAtOnce) => {
  const response = new Response(answer, { headers: { ...headers, ...more } });
  const readAtOnce = vi.spyOn(response, "text");
  const sts = new STSClient({
    region: "eu-west-1",
    credentials,
    maxResponseBytes: length,
    fetch: async () => response,
  });
  expect((await sts.send(command())).Credentials).toEqual(sessionCredentials);
  expect(readAtOnce).toHaveBeenCalledTimes(isReadAtOnce ? 1 : 0);
});

test.each<[string, () => unknown]>([
  ["undefined", () => undefined],
  ["null", () => null],
  ["an empty text", () => ""],
  ["a reader that is at its end", () => new Response("").body?.getReader()],
])("a response without a body, %s, is one that did not come from STS", async (_what, body) => {
  const { sts } = client(200, body);
  expect(await reasonOf(sts.send(command()))).toMatchObject({ code: "ERR_RESPONSE_EMPTY" });
});

// On Node.js, its first use loads all of the runtime's fetch.
test.each<[string, () => unknown]>([
  ["text", () => new TextDecoder().decode(answer)],
  ["bytes", () => answer],
  ...Object.entries(kinds).map(([kind, create]): [string, () => unknown] => [
    kind,
    () => create(pieces(answer, 50)).body,
  ]),
])("a response in %s is read without the runtime's Response", async (_kind, body) => {
  const { sts } = client(200, body);
  vi.stubGlobal("Response", undefined);
  try {
    expect((await sts.send(command())).Credentials).toEqual(sessionCredentials);
  } finally {
    vi.unstubAllGlobals();
  }
});

// As that of React Native.
test.each<[what: string, headers: Record<string, string>]>([
  ["with a Content-Length", { "content-length": `${length}` }],
  ["without a Content-Length", {}],
])("a response of a fetch that gives no streams is read and limited %s", async (_what, more) => {
  const fetch: typeof globalThis.fetch = async () =>
    Object.defineProperty(new Response(answer, { headers: { ...headers, ...more } }), "body", {
      value: undefined,
    });
  const config = { region: "eu-west-1", credentials, fetch };
  const sts = new STSClient({ ...config, maxResponseBytes: length });
  expect((await sts.send(command())).Credentials).toEqual(sessionCredentials);
  const strict = new STSClient({ ...config, maxResponseBytes: length - 1 });
  expect(await reasonOf(strict.send(command()))).toMatchObject({
    code: "ERR_RESPONSE_TOO_LARGE",
    message: `GetSessionToken: the response of sts.eu-west-1.amazonaws.com is larger than ${length - 1} bytes (maxResponseBytes)`,
  });
});

test("a response in a Blob is read", async () => {
  const { sts } = client(200, () => new Blob([answer]));
  expect((await sts.send(command())).Credentials).toEqual(sessionCredentials);
});

test("a response that breaks off is a failure of the network, with what broke off", async () => {
  const cause = new TypeError("terminated");
  const { sts, calls } = client(
    200,
    () => new ReadableStream({ pull: (controller) => controller.error(cause) }),
  );
  const error = await reasonOf(sts.send(command()));
  expect(error).toMatchObject({ code: "ERR_NETWORK", cause: { message: "terminated" } });
  expect(error.message).toContain("sts.eu-west-1.amazonaws.com broke off");
  expect(calls()).toBe(3);
});

test.each<[string, () => unknown]>([
  [
    "cannot be closed",
    () =>
      new ReadableStream({
        pull: (controller) => controller.enqueue(answer),
        cancel: () => Promise.reject(new Error("no")),
      }),
  ],
  [
    "has nothing to close",
    () => ({ [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: answer }) }) }),
  ],
])("a response that is too large and %s is refused all the same", async (_what, body) => {
  const { sts } = client(200, body, { maxResponseBytes: length - 1 });
  expect(await reasonOf(sts.send(command()))).toMatchObject({ code: "ERR_RESPONSE_TOO_LARGE" });
});
