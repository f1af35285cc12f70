import { createServer, type Socket } from "node:net";

import { BSON, MongoClient } from "mongodb";

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Lets the driver log in to a server on 127.0.0.1 that names an STS host, and returns what it sent. */
export async function recordMongo(credentials: Keys, host: string): Promise<Record<string, unknown>> {
  let sent: Record<string, unknown> | undefined;
  let nonce = new Uint8Array();
  const respond = (command: Record<string, unknown>): Record<string, unknown> => {
    if ("saslStart" in command) {
      const { r } = BSON.deserialize((command["payload"] as BSON.Binary).buffer) as { r: BSON.Binary };
      nonce = Buffer.concat([r.buffer, Buffer.alloc(32, 7)]);
      return {
        ok: 1,
        conversationId: 1,
        done: false,
        payload: new BSON.Binary(BSON.serialize({ s: new BSON.Binary(nonce), h: host })),
      };
    }
    if ("saslContinue" in command) {
      sent = BSON.deserialize((command["payload"] as BSON.Binary).buffer);
      return { ok: 1, conversationId: 1, done: true, payload: new BSON.Binary(new Uint8Array()) };
    }
    return {
      ok: 1,
      helloOk: true,
      isWritablePrimary: true,
      maxBsonObjectSize: 16777216,
      maxMessageSizeBytes: 48000000,
      maxWriteBatchSize: 100000,
      minWireVersion: 0,
      maxWireVersion: 25,
      readOnly: false,
      connectionId: 1,
    };
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      while (pending.length >= 4 && pending.length >= pending.readInt32LE(0)) {
        const message = pending.subarray(0, pending.readInt32LE(0));
        pending = pending.subarray(message.length);
        // OP_MSG with one section: 16 bytes of header, 4 of flags, 1 of kind.
        const command = BSON.deserialize(message.subarray(21));
        const body = BSON.serialize(respond(command));
        const head = Buffer.alloc(21);
        head.writeInt32LE(21 + body.length, 0);
        head.writeInt32LE(message.readInt32LE(4), 8);
        head.writeInt32LE(2013, 12);
        socket.write(Buffer.concat([head, body]));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const client = new MongoClient(
    `mongodb://127.0.0.1:${port}/?authMechanism=MONGODB-AWS&directConnection=true`,
    {
      serverApi: "1",
      serverSelectionTimeoutMS: 5000,
      authMechanismProperties: { AWS_CREDENTIAL_PROVIDER: async () => credentials },
    },
  );
  await client.db("admin").command({ ping: 1 });
  await client.close();
  for (const socket of sockets) socket.destroy();
  server.close();
  return { host, nonce: Buffer.from(nonce).toString("base64"), parts: sent };
}
