import { createServer, type Socket } from "node:net";

import { GlideClient, type ServiceType } from "@valkey/valkey-glide";

/** Lets the driver log in to a server on 127.0.0.1, and returns the user and the password it sent. */
export async function recordGlide(clusterName: string, service: string): Promise<Record<string, unknown>> {
  let sent: Record<string, unknown> | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      // Each command is an array of bulk strings; none of those looked at here comes in two pieces.
      const words = bytes
        .toString()
        .split("\r\n")
        .filter((line) => !/^[*$]\d+$/.test(line));
      const at = words.findIndex((word) => word.toUpperCase() === "AUTH");
      if (at !== -1) sent ??= { user: words[at + 1], token: words[at + 2] };
      const commands = bytes.toString().match(/^\*\d+\r$/gm)?.length ?? 0;
      const first = words[0]?.toUpperCase();
      for (let index = 0; index < commands; index += 1)
        socket.write(
          first === "HELLO" && index === 0
            ? "%3\r\n+server\r\n+redis\r\n+version\r\n+7.2.0\r\n+proto\r\n:3\r\n"
            : first === "INFO" || words.includes("REPLICATION")
              ? "$11\r\nrole:master\r\n"
              : "+OK\r\n",
        );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const client = await Promise.race([
    GlideClient.createClient({
      addresses: [{ host: "127.0.0.1", port }],
      useTLS: false,
      requestTimeout: 1000,
      credentials: {
        username: "App-User",
        iamConfig: { clusterName, service: service as ServiceType, region: "eu-west-1" },
      },
    }).catch((error: unknown) => console.error("glide:", error)),
    new Promise<undefined>((resolve) => setTimeout(resolve, 5000, undefined)),
  ]);
  client?.close();
  for (const socket of sockets) socket.destroy();
  server.close();
  return sent ?? {};
}
