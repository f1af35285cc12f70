import { serve } from "@hono/node-server";
import type { Hono } from "hono";

/** A server on this machine. */
export interface Listening {
  readonly url: string;
  readonly close: () => void;
}

/** Serves on a free port of 127.0.0.1. */
export function listen({ fetch }: Hono): Promise<Listening> {
  return new Promise((resolve) => {
    const server = serve({ fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => {
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() });
    });
  });
}
