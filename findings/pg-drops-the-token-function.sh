#!/usr/bin/env bash
# pg 8.23.1 with pg-connection-string 2.14.1, Node.js 20 and later.
# A database with IAM authentication wants a new token for each connection, so pg's `password` may be a function. With `connectionString` for all the
# rest the function is lost: the string has no password, which is read as an empty one, and what the string says overrides the options. pg
# never calls the function, sends an empty password, or what PGPASSWORD or ~/.pgpass says, and the server answers that the password is wrong.
# Seen: what a server that asks for a password receives, and how often the function was called, with host and user as options and in a string.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund pg@8.23.1 pg-connection-string@2.14.1
cat > connect.mjs <<'JS'
import { createServer } from "node:net";
import pg from "pg";

const askForPassword = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);
let received;
const server = createServer((socket) => {
  socket.once("data", () => {
    socket.write(askForPassword);
    socket.once("data", (message) => {
      received = message.subarray(5, -1).toString(); // after type and length, before the zero
      socket.destroy();
    });
  });
});
server.listen(0, "127.0.0.1", async () => {
  const { port } = server.address();
  for (const where of [
    { host: "127.0.0.1", port, user: "app", database: "example" },
    { connectionString: `postgres://app@127.0.0.1:${port}/example` },
  ]) {
    let calls = 0;
    const client = new pg.Client({ ...where, password: async () => `token ${++calls}` });
    await client.connect().catch(() => {}); // the server hangs up
    console.log(`"${received}", called ${calls}`);
  }
  server.close();
});
JS
seen=$(env -u PGPASSWORD PGPASSFILE="$folder/none" timeout 60 node connect.mjs)
echo "$seen"
expected='"token 1", called 1
"", called 0'
[ "$seen" = "$expected" ]
