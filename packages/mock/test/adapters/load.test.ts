import { Agent, request as httpRequest } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { createFakeSts } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import { encodeRequest, GetSessionToken, type HttpRequest } from "@org/sts-protocol";
import { createSigner } from "@org/sts-signer";
import { expect, test } from "vitest";

import { DEMO_KEYS } from "../support/call.ts";

const CALLS = 10_000;
const CONCURRENCY = 50;

test("the fake serves 10,000 GetSessionToken calls, 50 at a time, each verified, and does not grow", async () => {
  const outcomes = new Map<string, number>();
  const sts = createFakeSts({
    log: ({ outcome }) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1),
    maxCalls: 100,
  });
  const server = await startStsServer({ sts });
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const signer = createSigner({ credentials: DEMO_KEYS, region: "us-east-1", service: "sts" });
  const endpoint = { hostname: "127.0.0.1", port: server.port, protocol: "http:" };
  const tokens = new Set<string>();
  const heap: number[] = [];
  let left = CALLS;
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const signed = await signer.sign(encodeRequest(GetSessionToken, { DurationSeconds: 900 }, endpoint));
      const { status, body } = await send(signed, agent);
      expect(status).toBe(200);
      tokens.add(/<AccessKeyId>(\w+)/.exec(body)?.[1] ?? "");
      if (left % 2500 === 0) heap.push(usedHeap());
    }
  };
  const before = usedHeap();
  await Promise.all(Array.from({ length: CONCURRENCY }, caller));
  agent.destroy();
  await server.close();
  expect(outcomes).toEqual(new Map([["ok", CALLS]]));
  expect(tokens.size).toBe(CALLS);
  // The answers' key ids above are a megabyte of their own; sessions kept by the server would be 10 MB and more.
  expect((heap.at(-1) ?? 0) - before).toBeLessThan(12_000_000);
  expect((heap.at(-1) ?? 0) - (heap[0] ?? 0)).toBeLessThan(3_000_000);
}, 120_000);

// The flag makes the collector callable for code that is compiled afterwards, so the run needs no options.
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function usedHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function send(signed: HttpRequest, agent: Agent): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port, method, path, headers, body } = signed;
    const sending = httpRequest({ hostname, port, method, path, headers, agent }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        resolve({ status: response.statusCode, body: text });
      });
    });
    sending.on("error", reject);
    sending.end(body);
  });
}
