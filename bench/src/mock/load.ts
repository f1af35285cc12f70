// A load generator that costs far less than the servers it measures, so that what is seen is the servers' speed.
import { once } from "node:events";
import { connect } from "node:net";

import { encodeRequest, GetSessionToken } from "@org/sts-protocol";
import { createSigner } from "@org/sts-signer/node";

/** Connections to one server, kept between loads. */
export interface Connections {
  /**
   * Sends so many requests, taking turns among those given as whole bytes, and resolves when all responses have arrived. Each
   * connection sends its next request when it has the response. Rejects if one of them is not a success.
   */
  sendAll(requests: readonly Buffer[], calls: number): Promise<void>;
  /** Closes them. */
  close(): void;
}

/**
 * Opens connections to a server.
 *
 * Each socket reads into one buffer, and looks only at how a response begins and ends: an HTTP client would cost as much as
 * the servers that are compared.
 */
export async function openConnections(port: number, count: number): Promise<Connections> {
  let requests: readonly Buffer[] = [];
  let left = 0;
  let missing = 0;
  let settle: { resolve(): void; reject(error: Error): void } = { resolve: () => {}, reject: () => {} };
  const open = async (): Promise<Connection> => {
    const buffer = Buffer.alloc(16 * 1024);
    let isNew = true;
    const sendNext = (): void => {
      if (left === 0) return;
      left -= 1;
      isNew = true;
      socket.write(requests[left % requests.length] ?? "");
    };
    const read = (length: number): boolean => {
      if (isNew && !buffer.toString("latin1", 0, length).startsWith("HTTP/1.1 200 ")) {
        const start = buffer.toString("latin1", 0, Math.min(length, 600));
        settle.reject(new Error(`the server answered ${start}`));
        return false;
      }
      isNew = false;
      if (buffer.toString("latin1", length - END.length, length) === END) {
        missing -= 1;
        if (missing === 0) settle.resolve();
        else sendNext();
      }
      return true;
    };
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread: { buffer, callback: read } });
    await once(socket, "connect");
    socket.on("error", (error) => {
      settle.reject(error);
    });
    return { sendNext, close: () => void socket.destroy() };
  };
  const all = await Promise.all(Array.from({ length: count }, open));
  return {
    sendAll: (given, calls) =>
      new Promise((resolve, reject) => {
        requests = given;
        left = missing = calls;
        settle = { resolve, reject };
        for (const connection of all) connection.sendNext();
      }),
    close: () => {
      for (const connection of all) connection.close();
    },
  };
}

interface Connection {
  /** Sends the next request, if there is one left. */
  sendNext(): void;
  close(): void;
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
