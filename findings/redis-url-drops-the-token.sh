#!/usr/bin/env bash
# @redis/client 6.3.1 and ioredis 6.0.0, Node.js 20 and later.
# ElastiCache and MemoryDB take a token of 15 minutes as the password of an IAM user. An address often names that user, as in rediss://app@host, and the
# token comes as an option beside it. Both clients then read an empty password from the address, and it overrides the option: @redis/client never asks
# its credentialsProvider and does not log in, ioredis sends an empty password. The server refuses, as it does a wrong token. Without the user in
# the address both send the token. Seen: the login that a server receives from each, without and with the user in the address.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @redis/client@6.3.1 ioredis@6.0.0
cat > connect.mjs <<'JS'
import { createServer } from "node:net";
import { createClient } from "@redis/client";
import Redis from "ioredis";

let login;
const server = createServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", (data) => {
    // The words of the first command, without their lengths: HELLO, 3, AUTH, user, password.
    const [, , auth, ...pair] = data.toString().split("\r\n").filter((line) => !/^[*$]/.test(line));
    login ??= auth === "AUTH" ? `"${pair[0]}" "${pair[1]}"` : "no login";
    socket.destroy();
  });
});
server.listen(0, "127.0.0.1", async () => {
  const host = `127.0.0.1:${server.address().port}`;
  const provider = { type: "async-credentials-provider", credentials: async () => ({ username: "app", password: "token" }) };
  for (const url of [`redis://${host}`, `redis://app@${host}`]) {
    login = undefined;
    const client = createClient({ url, socket: { reconnectStrategy: false }, credentialsProvider: provider });
    client.on("error", () => {});
    await client.connect().catch(() => {}); // the server hangs up
    const first = login;
    login = undefined;
    const other = new Redis(url, { username: "app", password: "token", retryStrategy: () => null, maxRetriesPerRequest: 0 });
    other.on("error", () => {});
    await other.ping().catch(() => {});
    other.disconnect();
    console.log(`${first}, ${login}`);
  }
  server.close();
});
JS
seen=$(timeout 60 node connect.mjs)
echo "$seen"
expected='"app" "token", "app" "token"
no login, "app" ""'
[ "$seen" = "$expected" ]
