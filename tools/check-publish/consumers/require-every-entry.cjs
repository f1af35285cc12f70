// CommonJS takes the packages with require(), every entry of them.
const { existsSync, readdirSync } = require("node:fs");

for (const name of readdirSync("node_modules/@org")) {
  const manifest = require(`@org/${name}/package.json`);
  for (const entry of Object.keys(manifest.exports)) {
    // An optional peer is there when the user installed it.
    if (entry === "./msw" && !existsSync("node_modules/msw")) continue;
    const loaded = require(`@org/${name}${entry.slice(1)}`);
    if (Object.keys(loaded).length === 0) throw new Error(`@org/${name}${entry.slice(1)} exports nothing`);
  }
}
