// A process that measures contenders side by side and prints the microseconds that one signature of each takes: the median of
// many batches, which take turns, so that what else the machine does meets all alike.
import { median } from "../median.ts";
import { contenders, type Sign } from "./contenders.ts";

const MILLISECONDS_EACH = 400;

const names = process.argv.slice(2);
const signers: { sign: Sign; count: number }[] = [];
for (const name of names) signers.push(await prepare(name));
const times: number[][] = names.map(() => []);
for (const end = performance.now() + MILLISECONDS_EACH * names.length; performance.now() < end;) {
  for (const [index, { sign, count }] of signers.entries()) times[index]?.push(await batch(sign, count));
}
console.log(JSON.stringify(times.map((found) => 1000 * median(found))));

// Signs until the compiler is done, and finds a number of signatures that takes about two milliseconds.
async function prepare(name: string): Promise<{ sign: Sign; count: number }> {
  const load = contenders[name];
  if (load === undefined) throw new Error(`there is no contender "${name}"`);
  const sign = await load();
  await batch(sign, 200);
  return { sign, count: Math.max(1, Math.round(2 / (await batch(sign, 2000)))) };
}

async function batch(sign: Sign, count: number): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < count; index++) await sign();
  return (performance.now() - start) / count;
}
