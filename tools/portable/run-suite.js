// Runs the suite and returns plain data. The same bytes run everywhere: no build, no type stripping, no test framework.
import { tests } from "./suite.js";

/** @returns {Promise<{ name: string, error?: string }[]>} one entry per test, in order */
export async function runSuite() {
  const results = [];
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      results.push({ name });
    } catch (error) {
      results.push({ name, error: String(error?.stack ?? error) });
    }
  }
  return results;
}
