import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** What the proxy does to one request, each on a connection of its own. The service's answer is passed on when there is nothing else to do. */
export type Trouble =
  | { kind: "none" }
  /** Close the connection before anything is answered. */
  | { kind: "reset" }
  /** Read the request, then say nothing. */
  | { kind: "stall" }
  /** Pass so many bytes of the answer on, then close, or say nothing more. */
  | { kind: "cut"; after: number; end: "reset" | "stall" | "close" }
  /** Pass the answer on byte by byte. */
  | { kind: "drip"; everyMs: number }
  /** Answer with these bytes. */
  | { kind: "answer"; bytes: string };

/** A TCP proxy on the loopback interface that does harm. */
export interface ChaosProxy {
  readonly url: string;
  /** Troubles of the next requests, in order; then none. */
  readonly troubles: Trouble[];
  /** Requests so far. */
  requests: number;
  /** Sockets that are open now and have carried a request. */
  readonly open: Set<Socket>;
  close(): Promise<void>;
}

/** Starts a proxy in front of a service. */
export async function startChaosProxy(servicePort: number): Promise<ChaosProxy> {
  const open = new Set<Socket>();
  const all = new Set<Socket>();
  const server: Server = createServer((socket) => {
    all.add(socket);
    socket.on("close", () => open.delete(socket) && all.delete(socket)).on("error", () => {});
    // Some runtimes open a spare connection: trouble comes with a request.
    socket.once("data", (head: Buffer) => {
      open.add(socket);
      proxy.requests += 1;
      suffer(socket, head, proxy.troubles.shift() ?? { kind: "none" }, servicePort, open);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: ChaosProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    troubles: [],
    requests: 0,
    open,
    close: () =>
      new Promise((resolve) => {
        for (const socket of [...all, ...open]) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return proxy;
}

function suffer(
  socket: Socket,
  head: Buffer,
  trouble: Trouble,
  servicePort: number,
  open: Set<Socket>,
): void {
  if (trouble.kind === "reset") return void socket.resetAndDestroy();
  if (trouble.kind === "stall") return void socket.resume();
  if (trouble.kind === "answer") return void socket.end(trouble.bytes);
  const upstream = connect(servicePort, "127.0.0.1");
  open.add(upstream);
  upstream.on("close", () => open.delete(upstream)).on("error", () => socket.destroy());
  socket.on("close", () => upstream.destroy());
  upstream.write(head);
  socket.pipe(upstream);
  if (trouble.kind === "none") {
    upstream.pipe(socket);
    return;
  }
  if (trouble.kind === "drip") {
    upstream.on("data", (data: Buffer) => drip(socket, data, trouble.everyMs));
    return;
  }
  let passed = 0;
  upstream.on("data", (data: Buffer) => {
    const rest = data.subarray(0, Math.max(0, trouble.after - passed));
    passed += data.length;
    socket.write(rest, () => {
      if (passed < trouble.after) return;
      if (trouble.end === "reset") socket.resetAndDestroy();
      if (trouble.end === "close") socket.end();
    });
  });
}

function drip(socket: Socket, data: Buffer, everyMs: number): void {
  let position = 0;
  const timer = setInterval(() => {
    if (position >= data.length || socket.destroyed) {
      clearInterval(timer);
      socket.end();
      return;
    }
    socket.write(data.subarray(position, position + 1));
    position += 1;
  }, everyMs);
  timer.unref();
}
