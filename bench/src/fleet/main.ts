// What sharing sessions saves and costs: `pnpm bench fleet`. The figures of docs/guides/fleet.md are made by it.
import { measureOverhead } from "./overhead.ts";
import type { Overhead, Timing } from "./overhead.ts";
import { simulate } from "./simulate.ts";
import type { Simulation, SimulationResult } from "./simulate.ts";

const processes = Number(process.env["FLEET_PROCESSES"] ?? 500);
const hours = 10;
const thousand = (value: number): string => Math.round(value).toLocaleString("en");

/** Prints the tables as docs/guides/fleet.md has them. */
function printOverhead({ links, memoized, shared }: Overhead): void {
  const [here, ...far] = links;
  const row = (...cells: readonly string[]): void => console.log(`| ${cells.join(" | ")} |`);
  const micros = (value: number): string => `${Number(value.toPrecision(3))} µs`;
  row("what", "time", "× the `GET` of the same bytes");
  row("---", "---:", "---:");
  for (const { name, time, ratio } of here?.hits ?? []) row(name, micros(time), ratio.toFixed(2));
  row("a call served from memory, with `memoize`", micros(memoized), "");
  row("a call served from memory, with `sharedSession`", micros(shared), "");

  console.log("");
  row("link", "its `GET`", "in clear: a hit, × that", "the least", "sealed: a hit, × that", "the least");
  row("---", "---:", "---:", "---:", "---:", "---:");
  for (const { delayMs, hits } of [...(here ? [here] : []), ...far]) {
    const ratios = (shownAs: Timing["shownAs"]): readonly string[] =>
      hits.filter((timing) => timing.shownAs === shownAs).map(({ ratio }) => ratio.toFixed(2));
    const [clear = "", sealed = ""] = ratios("hit");
    const [leastClear = "", leastSealed = ""] = ratios("floor");
    const name = delayMs === 0 ? "the same machine" : `${delayMs} ms added`;
    row(name, micros(hits[0]?.time ?? Number.NaN), clear, leastClear, sealed, leastSealed);
  }
}

async function main(): Promise<void> {
  const overhead = await measureOverhead();
  if (overhead === undefined)
    console.log("Neither redis-server nor valkey-server is installed: no overhead measured.");
  else {
    printOverhead(overhead);
  }

  console.log(
    `\n${thousand(processes)} processes, ${hours} hours, a role of one hour, each asking once a minute`,
  );
  const show = async (name: string, simulation: Partial<Simulation>): Promise<SimulationResult> => {
    const result = await simulate({ processes, hours, isShared: true, startMinutes: 60, ...simulation });
    const calls = result.callsPerHour.reduce((sum, count) => sum + count, 0);
    console.log(
      [
        name.padEnd(58),
        `${thousand(calls)} calls to STS`,
        `most in a second ${thousand(result.mostCallsPerSecond)}`,
        `in the outage ${thousand(result.callsInOutage)}`,
        `store reads ${(result.storeReads / processes / hours).toFixed(2)} per process and hour, writes ${result.storeWrites}`,
        `processes that failed ${thousand(result.failedProcesses)}`,
      ].join(" · "),
    );
    return result;
  };
  const alone = await show("each on its own, started within an hour", { isShared: false });
  const together = await show("shared, started within an hour", {});
  await show("each on its own, started together", { isShared: false, startMinutes: 0.01 });
  await show("shared, started together", { startMinutes: 0.01 });
  const outages = [
    { fromMinute: 330, minutes: 4 },
    { fromMinute: 330, minutes: 30 },
  ];
  for (const outage of outages) {
    const name = `STS fails for ${outage.minutes} minutes`;
    await show(`each on its own, ${name}`, { isShared: false, outage });
    await show(`shared, ${name}`, { outage });
  }
  // Calls cost a fleet next to nothing, so it can renew long before it must.
  const outage = { fromMinute: 330, minutes: 25 };
  await show("shared, renewed 25 to 30 minutes ahead, STS fails for 25", {
    outage,
    refreshWindowMs: 1_500_000,
  });

  // The model: a session is renewed 300 to 360 seconds before its end by a process, 250 to 300 by a fleet.
  const steady = (result: SimulationResult): number =>
    result.callsPerHour.slice(2).reduce((sum, count) => sum + count, 0) / (hours - 2);
  console.log(
    `\nmodel, calls per hour: each on its own ${thousand((processes * 3600) / (3600 - 330))}, simulated ${thousand(steady(alone))}`,
  );
  console.log(`model, calls per hour: shared 1.08 to 1.09, simulated ${steady(together).toFixed(2)}`);
}

await main();
