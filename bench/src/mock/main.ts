// Requests per second of the mock's server, beside a bare node:http server.
import { connect, type Socket } from "node:net";

import { encodeRequest, GetSessionToken } from "@org/sts-protocol";
import { createSigner } from "@org/sts-signer/node";

import { type ServerKind, startServer } from "./servers.ts";

const CONCURRENCY = 50;
const KINDS: readonly ServerKind[] = ["bare", "canned", "strict"];

/**
 * Sends signed GetSessionToken requests over kept connections and prints a table. `STS_BENCH_ROUNDS` says how often each
 * server is measured; the servers take turns. `STS_BENCH_SESSIONS` says after how many calls their memory is measured.
 */
export async function runMockBenchmarks(): Promise<void> {
  const rounds = Number(process.env["STS_BENCH_ROUNDS"] ?? 5);
  const calls = Number(process.env["STS_BENCH_CALLS"] ?? 10_000);
  const rates = new Map<ServerKind, number[]>(KINDS.map((kind) => [kind, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of KINDS) rates.get(kind)?.push(await measure(kind, calls));
  }
  const median = (kind: ServerKind): number => {
    const sorted = (rates.get(kind) ?? []).toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  };
  console.log(`\nGetSessionToken over HTTP, ${calls} calls, ${CONCURRENCY} at once (medians of ${rounds})\n`);
  console.log("| server | requests/s | of bare |\n| --- | ---: | ---: |");
  for (const kind of KINDS) {
    const share = Math.round((100 * median(kind)) / median("bare"));
    console.log(`| ${TITLES[kind]} | ${Math.round(median(kind))} | ${share} % |`);
  }

  const sessions = Number(process.env["STS_BENCH_SESSIONS"] ?? 100_000);
  console.log(`\nResident memory before and after ${sessions} calls, in MB\n`);
  console.log("| server | before | after | grown by |\n| --- | ---: | ---: | ---: |");
  for (const kind of KINDS) {
    const [before, after] = await measureMemory(kind, sessions);
    console.log(`| ${TITLES[kind]} | ${before} | ${after} | ${after - before} |`);
  }
}

const TITLES: Readonly<Record<ServerKind, string>> = {
  bare: "node:http with a fixed answer",
  canned: "createStsMock()",
  strict: "createFakeSts(): signature verified, session issued",
};

async function measure(kind: ServerKind, calls: number): Promise<number> {
  const server = await startServer(kind);
  try {
    const requests = await signedRequests(server.port);
    await sendAll(server.port, requests, 500); // warms up both sides
    const start = performance.now();
    await sendAll(server.port, requests, calls);
    return (1000 * calls) / (performance.now() - start);
  } finally {
    server.stop();
  }
}

/** Resident memory of a server before and after it has issued sessions, in MB. */
async function measureMemory(
  kind: ServerKind,
  sessions: number,
): Promise<readonly [before: number, after: number]> {
  const server = await startServer(kind);
  try {
    const requests = await signedRequests(server.port);
    const before = await server.residentMegabytes();
    await sendAll(server.port, requests, sessions);
    return [before, await server.residentMegabytes()];
  } finally {
    server.stop();
  }
}

/** A few different requests, signed before the clock starts: what is measured is the server. */
async function signedRequests(port: number): Promise<string[]> {
  const credentials = {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  };
  const signer = createSigner({ credentials, region: "us-east-1", service: "sts" });
  const endpoint = { hostname: "127.0.0.1", port, protocol: "http:" };
  return await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const request = encodeRequest(GetSessionToken, { DurationSeconds: 900 + index }, endpoint);
      const { headers, body = "" } = await signer.sign(request);
      const lines = Object.entries({ ...headers, "content-length": String(body.length) }).map(
        ([name, value]) => `${name}: ${value}\r\n`,
      );
      return `POST / HTTP/1.1\r\n${lines.join("")}\r\n${String(body)}`;
    }),
  );
}

async function sendAll(port: number, requests: readonly string[], calls: number): Promise<void> {
  let left = calls;
  const caller = async (): Promise<void> => {
    const socket = connect(port, "127.0.0.1").setEncoding("latin1").setNoDelay();
    while (left-- > 0) await exchange(socket, requests[left % requests.length] ?? "");
    socket.destroy();
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, caller));
}

// A socket and a search for the body's length: an HTTP client would cost as much as the servers that are compared.
function exchange(socket: Socket, request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    const read = (chunk: string): void => {
      text += chunk;
      const head = text.indexOf("\r\n\r\n");
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1]);
      if (head < 0 || text.length < head + 4 + length) return;
      socket.off("data", read).off("error", reject);
      if (text.startsWith("HTTP/1.1 200 ")) resolve();
      else reject(new Error(`the server answered ${text.slice(0, 600)}`));
    };
    socket.on("data", read).on("error", reject).write(request);
  });
}

if (import.meta.main) await runMockBenchmarks();
