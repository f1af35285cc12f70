// The few assertions the suite needs. A runtime's own assert module is not everywhere.

/** @param {unknown} actual @param {unknown} expected @param {string} [what] */
export function equal(actual, expected, what = "value") {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (!Object.is(actual, expected) && found !== wanted)
    throw new Error(`${what}: expected ${wanted}, found ${found}`);
}

/** @param {unknown} condition @param {string} what */
export function ok(condition, what) {
  if (!condition) throw new Error(`expected ${what}`);
}

/**
 * @param {() => unknown} action
 * @returns {Promise<any>} what the action threw
 */
export async function rejection(action) {
  try {
    await action();
  } catch (error) {
    return error;
  }
  throw new Error("expected an error, none was thrown");
}
