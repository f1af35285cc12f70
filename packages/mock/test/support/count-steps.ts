import { Session } from "node:inspector/promises";
import { setFlagsFromString } from "node:v8";

/** The fake's own files, and the libraries that read and check XML for it. */
const FAKE = /packages\/mock\/(dist|src)\/(fake|rules)\/|\/(xmldom|xml-crypto|xpath)\//;

// Code that V8 has optimized does not count the functions that it has inlined, and when it optimizes depends on how busy the machine is.
for (const compiler of ["maglev", "turbofan"]) setFlagsFromString(`--no-${compiler}`);

// Only what is compiled from now on has its blocks counted: import this module before those that it is to count.
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

/**
 * Counts how often blocks of code run: functions, branches and bodies of loops, as V8's precise coverage has them. Unlike
 * time it is the same on every machine, however busy. What the runtime does in one step, such as a search in a text, counts once.
 *
 * @param counted - addresses of the files whose work is counted
 */
export async function countSteps(work: () => Promise<unknown>, counted: RegExp = FAKE): Promise<number> {
  await session.post("Profiler.takePreciseCoverage"); // sets the counts to zero
  await work();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  return result
    .filter(({ url }) => counted.test(url))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((steps, { count }) => steps + count, 0);
}

/** A piece of work for a size. */
export type Work = (size: number) => Promise<() => Promise<unknown>>;

/** The steps of a size, its double and its fourfold. */
export async function grow(work: Work, size: number, counted?: RegExp): Promise<readonly number[]> {
  const steps: number[] = [];
  for (const factor of [1, 2, 4]) {
    const prepared = await work(size * factor);
    await prepared(); // what is loaded or cached once is no part of the growth
    steps.push(await countSteps(prepared, counted));
  }
  return steps;
}

/** `linear`, or what else it is. So few steps that the work cannot have been counted are no growth at all. */
export function growthOf([one = 0, two = 0, four = 0]: readonly number[], leastSteps: number): string {
  if (four <= leastSteps) return `only ${four} steps: the work is not counted`;
  return two / one < 2.2 && four / two < 2.2 ? "linear" : `${one}, ${two} and ${four} steps`;
}
