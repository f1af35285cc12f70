// A stand-in for STS that reads a request and answers it with the same credentials every time, in a process of its own:
// `node answering-server.ts DELAY_MS [FOLDER_WITH_CERTIFICATE]` prints the URL it listens at.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { GET_SESSION_TOKEN_JSON, GET_SESSION_TOKEN_XML } from "./answers.ts";

/** A running server. */
export interface AnsweringServer {
  readonly url: string;
  readonly stop: () => void;
}

/**
 * Starts the server in a process of its own, so that it shares no event loop with what is measured.
 *
 * @param certificates - a folder of {@link createCertificate}: speak TLS
 */
export async function startAnsweringServer(delayMs: number, certificates?: string): Promise<AnsweringServer> {
  const parameters = [
    fileURLToPath(import.meta.url),
    String(delayMs),
    ...(certificates ? [certificates] : []),
  ];
  const child = spawn(process.execPath, parameters, { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (data: Buffer) => {
      resolve(data.toString().trim());
    });
    child.once("exit", (code) => {
      reject(new Error(`the answering server ended with ${code}`));
    });
  });
  return { url, stop: () => child.kill() };
}

/** Makes a key and a certificate for the loopback address; false where there is no openssl. */
export function createCertificate(folder: string): boolean {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem"];
  const certificate = ["-x509", "-out", "certificate.pem", "-days", "1", "-subj", "/CN=127.0.0.1"];
  return spawnSync("openssl", ["req", ...key, ...certificate], { cwd: folder }).status === 0;
}

function listen(delayMs: number, certificates: string | undefined): void {
  const respond: RequestListener = (request, response) => {
    const json = request.headers.accept === "application/json";
    const body = json ? GET_SESSION_TOKEN_JSON : GET_SESSION_TOKEN_XML;
    const answer = () => {
      response.writeHead(200, {
        "content-type": json ? "application/json" : "text/xml",
        "content-length": Buffer.byteLength(body),
        "x-amzn-requestid": "00000000-0000-4000-8000-000000000000",
      });
      response.end(body);
    };
    request.resume().once("end", () => {
      if (delayMs > 0) setTimeout(answer, delayMs);
      else answer();
    });
  };
  const read = (name: string) => readFileSync(join(certificates ?? "", name));
  const server =
    certificates === undefined
      ? createServer(respond)
      : createTlsServer({ key: read("key.pem"), cert: read("certificate.pem") }, respond);
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
    console.log(`${certificates === undefined ? "http" : "https"}://127.0.0.1:${port}/`);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) listen(Number(process.argv[2] ?? 0), process.argv[3]);
