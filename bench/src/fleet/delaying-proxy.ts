// A link with a delay: `node delaying-proxy.ts PORT MS` passes a connection on to that port of this machine, each way half the
// milliseconds late, and prints the port it listens at.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

const [target = "", roundTripMs = ""] = process.argv.slice(2);
const cell = new Int32Array(new SharedArrayBuffer(4));

// The whole process sleeps, because timers count in whole milliseconds. There is one request at a time.
function passOn(from: Socket, to: Socket): void {
  from.on("data", (data) => {
    Atomics.wait(cell, 0, 0, Number(roundTripMs) / 2);
    to.write(data);
  });
  from.on("close", () => to.destroy());
  from.on("error", () => to.destroy());
}

const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ port: Number(target), host: "127.0.0.1", noDelay: true });
  passOn(near, far);
  passOn(far, near);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo; // listens at a TCP port
  console.log(port);
});
