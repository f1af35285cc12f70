// What Lambda does in a new process: loads the file, and calls the handler for one event after another.
// node runtime.js FILE EVENT; prints the times in milliseconds and the last response.
const [, , file, event] = process.argv;

const begin = performance.now(); // since the process was started
const { handler } = await import(file);
const loaded = performance.now();
await handler(JSON.parse(event));
const first = performance.now();
const response = await handler(JSON.parse(event));
const second = performance.now();

console.log(
  JSON.stringify({
    times: { node: begin, load: loaded - begin, first: first - loaded, second: second - first },
    response,
  }),
);
