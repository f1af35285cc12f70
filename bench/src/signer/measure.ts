// A process that measures one contender and prints the microseconds that one signature takes: the median of many batches.
import { contenders } from "./contenders.ts";

const [name = "", milliseconds = "400"] = process.argv.slice(2);
const prepare = contenders[name];
if (prepare === undefined) throw new Error(`there is no contender "${name}"`);
const sign = await prepare();

const batch = async (count: number) => {
  const start = performance.now();
  for (let index = 0; index < count; index++) await sign();
  return (performance.now() - start) / count;
};

// Until the compiler is done, and to find a number of signatures that takes about two milliseconds.
const each = await batch(200).then(() => batch(2000));
const count = Math.max(1, Math.round(2 / each));
const times: number[] = [];
for (const end = performance.now() + Number(milliseconds); performance.now() < end;)
  times.push(await batch(count));
console.log(JSON.stringify(1000 * (times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN)));
