// CommonJS takes the packages with require(), every entry of them.
const { existsSync, readdirSync } = require("node:fs");

for (const name of readdirSync("node_modules/@org")) {
  const manifest = require(`@org/${name}/package.json`);
  for (const entry of Object.keys(manifest.exports)) {
    // An optional peer is there when the user installed it.
    const peer = { "./msw": "msw", "./opentelemetry": "@opentelemetry/api" }[entry];
    if (peer && !existsSync(`node_modules/${peer}`)) continue;
    const loaded = require(`@org/${name}${entry.slice(1)}`);
    if (Object.keys(loaded).length === 0) throw new Error(`@org/${name}${entry.slice(1)} exports nothing`);
  }
}
