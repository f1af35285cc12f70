// A load generator that costs far less than the servers it measures, so that what is seen is the servers' speed.
import { connect } from "node:net";

import { encodeRequest, GetSessionToken } from "@org/sts-protocol";
import { createSigner } from "@org/sts-signer/node";

/** Which requests are sent, and how. */
export interface Load {
  readonly port: number;
  /** Whole requests as bytes: head and body. */
  readonly requests: readonly Buffer[];
  /** How many are sent altogether. */
  readonly calls: number;
  /** How many connections send at the same time. Each is kept, and sends its next request when it has the response. */
  readonly connections: number;
}

/**
 * Sends requests and resolves when all responses have arrived. Rejects if one of them is not a success.
 *
 * Each socket reads into one buffer, and looks only at how a response begins and ends: an HTTP client would cost as much as
 * the servers that are compared.
 */
export async function sendAll({ port, requests, calls, connections }: Load): Promise<void> {
  let left = calls;
  const caller = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const buffer = Buffer.alloc(16 * 1024);
      let isNew = true;
      const sendNext = (): void => {
        if (left === 0) {
          socket.destroy();
          resolve();
          return;
        }
        left -= 1;
        isNew = true;
        socket.write(requests[left % requests.length] ?? "");
      };
      const read = (length: number): boolean => {
        if (isNew && !buffer.toString("latin1", 0, length).startsWith("HTTP/1.1 200 ")) {
          socket.destroy(
            new Error(`the server answered ${buffer.toString("latin1", 0, Math.min(length, 600))}`),
          );
          return false;
        }
        isNew = false;
        if (buffer.toString("latin1", length - END.length, length) === END) sendNext();
        return true;
      };
      const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread: { buffer, callback: read } });
      socket.on("error", reject).on("connect", sendNext);
    });
  await Promise.all(Array.from({ length: connections }, caller));
}

/** How the response to GetSessionToken ends. */
const END = "</GetSessionTokenResponse>\n";

/** A few different requests, signed and written before the clock starts. */
export async function signedRequests(port: number): Promise<Buffer[]> {
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
      return Buffer.from(`POST / HTTP/1.1\r\n${lines.join("")}\r\n${String(body)}`);
    }),
  );
}
