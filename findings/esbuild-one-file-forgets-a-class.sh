#!/usr/bin/env bash
# esbuild 0.28.2, Node.js 20 and later.
# Three ordinary things meet: a package says `"sideEffects": false`, its index re-exports a class with `export *` from a file that re-exports it
# again, and another of its modules, loaded with `import()`, uses the same class. Bundled into one file, without code splitting, the class is
# undefined in the program that imports it: the initialiser of its module is never called. With `--ignore-annotations`, with code splitting, or when the
# files in between name the class, it is there. Rolldown and Node.js itself run the same program as written. A package that is published as single
# modules should name its re-exports. Seen: "undefined", then "function".
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund esbuild@0.28.2
mkdir -p node_modules/lib && cd node_modules/lib
echo '{ "name": "lib", "version": "1.0.0", "type": "module", "sideEffects": false, "exports": "./index.js" }' > package.json
echo 'export * from "./common.js";' > index.js
printf 'export * from "./all.js";\nexport { load } from "./load.js";\n' > common.js
echo 'export * from "./command.js";' > all.js
echo 'export class Command {}' > command.js
echo 'export const load = () => import("./late.js");' > load.js
printf 'import { Command } from "./command.js";\nexport const make = () => new Command();\n' > late.js
cd ../..
printf 'import { Command, load } from "lib";\nconsole.log(typeof Command);\nawait load();\n' > entry.mjs
bundle() { npx esbuild entry.mjs --bundle --format=esm --platform=node --log-level=error --outfile=out.mjs "$@"; }
bundle
seen=$(node out.mjs)
bundle --ignore-annotations
seen="$seen, $(node out.mjs), $(node entry.mjs)"
echo "as it is, with --ignore-annotations, unbundled: $seen"
[ "$seen" = "undefined, function, function" ]
