import { Session } from "node:inspector/promises";

/** Files whose work is counted: the fake's own, and the libraries that read and check XML for it. */
const COUNTED = /packages\/mock\/(dist|src)\/(fake|rules)\/|\/(xmldom|xml-crypto|xpath)\//;

// Only what is compiled from now on has its blocks counted: import this module before those that it is to count.
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

/**
 * Counts how often blocks of code run: functions, branches and bodies of loops, as V8's precise coverage has them. Unlike
 * time it is the same on every machine, however busy.
 */
export async function countSteps(work: () => Promise<unknown>): Promise<number> {
  await session.post("Profiler.takePreciseCoverage"); // sets the counts to zero
  await work();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  return result
    .filter(({ url }) => COUNTED.test(url))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((steps, { count }) => steps + count, 0);
}
