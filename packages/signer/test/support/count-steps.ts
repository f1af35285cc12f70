import { Session } from "node:inspector/promises";

/** Files whose work is counted. */
const COUNTED = /packages\/signer\/(dist|src)\//;

// Only what is compiled from now on has its blocks counted: import this module before those that it is to count.
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

/**
 * Says how the steps of a piece of work grow with its size, its double and its fourfold: `linear`, or how many steps they take
 * when they take more.
 *
 * Steps are how often blocks of code run, as V8's precise coverage has it, and how many characters or members the built-in
 * functions that they call go over. Unlike time they are the same on every machine, however busy. What a regular expression
 * does by going back is not seen: it counts as what it goes over from where it begins to where it ends.
 */
export async function growthOf(work: (size: number) => () => unknown, size: number): Promise<Growth> {
  const pieces = [1, 2, 4].map((factor) => work(size * factor));
  await pieces[0]?.(); // what is loaded or kept once is no part of the growth
  await takeBlocks();
  const steps: number[] = [];
  for (const piece of pieces) steps.push((await chargeBuiltIns(piece)) + (await takeBlocks()));
  const [one = 0, two = 0, four = 0] = steps;
  // Sorting takes a little more than the fourfold, what grows with the square the sixteenfold. The double may stop at another place.
  const isLinear = four / one < 5 && two / one < 5;
  return { steps, growth: isLinear ? "linear" : `${one}, ${two} and ${four} steps` };
}

/** How often blocks ran since the last time. */
async function takeBlocks(): Promise<number> {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  return result
    .filter(({ url }) => COUNTED.test(url))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0);
}

export interface Growth {
  readonly steps: readonly number[];
  readonly growth: string;
}

type Cost = (self: Sized, result: unknown, parameters: readonly unknown[]) => number;
type Sized = { readonly length: number };

const whole: Cost = ({ length }) => length;
const given: Cost = (_self, _result, [text]) => lengthOf(text);
const ofResult: Cost = (_self, result) => lengthOf(result);
/** What is gone over from a place on until something is found. */
const untilFound: Cost = ({ length }, result, [, from]) =>
  Math.max(0, (typeof result === "number" && result >= 0 ? result : length) - Number(from ?? 0));

function lengthOf(value: unknown): number {
  const isSized = (typeof value === "object" && value !== null) || typeof value === "string";
  return isSized && "length" in Object(value) ? (value as Sized).length : 0;
}

/** Where the methods of `Uint8Array` are. */
const TypedArray = Object.getPrototypeOf(Uint8Array) as { readonly prototype: object };

const BUILT_IN: readonly (readonly [owner: object, names: string, cost: Cost])[] = [
  [String.prototype, "split replaceAll trim toLowerCase toUpperCase normalize", whole],
  [String.prototype, "indexOf", untilFound],
  [String.prototype, "includes startsWith endsWith lastIndexOf", whole],
  [String.prototype, "slice substring concat repeat", ofResult],
  [Array.prototype, "join includes lastIndexOf flat concat shift unshift splice fill reverse", whole],
  [Array.prototype, "indexOf", untilFound],
  [Array.prototype, "slice", ofResult],
  [Array.prototype, "sort toSorted", ({ length }) => length * Math.ceil(Math.log2(length + 1))],
  [Array, "from", ofResult],
  [TypedArray.prototype, "set", given],
  [TypedArray.prototype, "slice fill", ofResult],
  [TypedArray, "from", given],
  [Object, "keys values entries", ofResult],
  [Object, "fromEntries", given],
  [JSON, "parse", given],
  [Date, "parse", given],
  [TextEncoder.prototype, "encode", given],
  [TextDecoder.prototype, "decode", given],
  [globalThis, "atob btoa encodeURIComponent decodeURIComponent", given],
];

/** Does a piece of work, and returns what the built-in functions go over meanwhile. */
async function chargeBuiltIns(work: () => unknown): Promise<number> {
  let total = 0;
  const restore: (() => void)[] = [];
  const wrap = (owner: object, name: string, make: (original: AnyFunction) => AnyFunction): void => {
    const property = Object.getOwnPropertyDescriptor(owner, name);
    if (typeof property?.value !== "function") throw new Error(`there is no ${name} to count`);
    Object.defineProperty(owner, name, { ...property, value: make(property.value as AnyFunction) });
    restore.push(() => Object.defineProperty(owner, name, property));
  };
  for (const [owner, names, cost] of BUILT_IN)
    for (const name of names.split(" "))
      wrap(
        owner,
        name,
        (original) =>
          function counted(this: Sized, ...parameters) {
            const result = Reflect.apply(original, this, parameters);
            total += 1 + cost(this, result, parameters);
            return result;
          },
      );
  // `test`, `replace`, `split` and `matchAll` of a regular expression call this.
  wrap(
    RegExp.prototype,
    "exec",
    (original) =>
      function exec(this: RegExp, text: unknown) {
        const start = this.global || this.sticky ? this.lastIndex : 0;
        const match = Reflect.apply(original, this, [text]) as RegExpExecArray | null;
        total += 1 + (match ? match.index + match[0].length : lengthOf(text)) - start;
        return match;
      },
  );
  try {
    await work();
  } finally {
    for (const put of restore) put();
  }
  return total;
}

type AnyFunction = (this: never, ...parameters: readonly unknown[]) => unknown;
