import { didYouMean } from "./nearest-name.ts";

/**
 * Checks a value from a test or a file. Throws a TypeError with the path to what is wrong; never repeats a value that
 * may be secret.
 */
export type Check = (value: unknown, path: string) => void;

/** A check for each option of an interface; the compiler names an option that has none. */
export type ChecksOf<Options> = { readonly [Name in keyof Required<Options>]: Check };

/**
 * Checks an options object: every name must be known, and every value that is given must pass its check.
 *
 * @param required - names that must be given
 */
export function options<Options>(
  checks: ChecksOf<Options>,
  required: readonly (keyof Options & string)[] = [],
): Check {
  const byName = checks as Readonly<Record<string, Check>>; // looked up by own names only
  return (value, path) => {
    if (!isRecord(value)) fail(path, "expected an object", value);
    for (const [name, member] of Object.entries(value)) {
      if (!Object.hasOwn(byName, name)) {
        throw new TypeError(
          `${path.replace(/:$/, "")}: there is no "${name}" here; ${didYouMean(name, Object.keys(byName))}`,
        );
      }
      if (member !== undefined) byName[name]?.(member, join(path, name));
    }
    for (const name of required) {
      if (value[name] === undefined) throw new TypeError(`${path.replace(/:$/, "")}: "${name}" is missing`);
    }
  };
}

/** A list whose items pass a check. */
export function listOf(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) fail(path, "expected a list", value);
    for (const [index, item] of value.entries()) check(item, `${path}[${index}]`);
  };
}

/** An object with names of the caller's choice whose values pass a check. */
export function recordOf(check: Check): Check {
  return (value, path) => {
    if (!isRecord(value)) fail(path, "expected an object", value);
    for (const [name, member] of Object.entries(value)) check(member, join(path, name));
  };
}

/** Text, in a given form if there is one. The form is described in words, because the value may be secret. */
export function text(pattern: RegExp = /^/, form = "text"): Check {
  return (value, path) => {
    if (typeof value !== "string") fail(path, `expected ${form}`, value);
    if (!pattern.test(value)) throw new TypeError(`${path}: expected ${form}`);
  };
}

/** One of a few strings. */
export function oneOf(...choices: readonly string[]): Check {
  return (value, path) => {
    if (typeof value !== "string") fail(path, `expected ${choices.join(" or ")}`, value);
    if (!choices.includes(value)) {
      throw new TypeError(`${path}: found "${value.slice(0, 64)}"; ${didYouMean(value, choices)}`);
    }
  };
}

/** A number in a range. */
export function number({
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
  isInteger = true,
}: { readonly min?: number; readonly max?: number; readonly isInteger?: boolean } = {}): Check {
  const kind = isInteger ? "a whole number" : "a number";
  const range =
    min > Number.NEGATIVE_INFINITY && max < Number.POSITIVE_INFINITY
      ? `${kind} from ${min} to ${max}`
      : min > Number.NEGATIVE_INFINITY
        ? `${kind} of at least ${min}`
        : kind;
  return (value, path) => {
    const isNumber = typeof value === "number" && !Number.isNaN(value);
    if (!isNumber) fail(path, `expected ${range}`, value);
    if (value < min || value > max || (isInteger && value !== Infinity && !Number.isInteger(value))) {
      throw new TypeError(`${path}: expected ${range}; found ${value}`);
    }
  };
}

/** `true` or `false`. */
export const boolean: Check = (value, path) => {
  if (typeof value !== "boolean") fail(path, "expected true or false", value);
};

/** A function. */
export const callback: Check = (value, path) => {
  if (typeof value !== "function") fail(path, "expected a function", value);
};

/** An object with at least these methods. */
export function objectWith(...methods: readonly string[]): Check {
  return (value, path) => {
    if (typeof value !== "object" || value === null) fail(path, "expected an object", value);
    for (const method of methods) {
      if (typeof Reflect.get(value, method) !== "function") {
        throw new TypeError(`${path}: expected an object with the method ${method}()`);
      }
    }
  };
}

/** A point in time: a valid `Date`, or milliseconds since 1970. */
export const moment: Check = (value, path) => {
  if (value instanceof Date || typeof value === "number") {
    if (!Number.isNaN(Number(value))) return;
    throw new TypeError(`${path}: expected a valid Date or milliseconds since 1970; found an invalid one`);
  }
  fail(path, "expected a Date or milliseconds since 1970", value);
};

/** Accepts what passes one of two checks; the message is that of the second. */
export function either(first: Check, second: Check): Check {
  return (value, path) => {
    try {
      first(value, path);
    } catch {
      second(value, path);
    }
  };
}

/** Accepts everything, for values that another module checks with its own messages. */
export const checkedElsewhere: Check = () => {};

function join(path: string, name: string): string {
  const member = /^[\w$]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name.slice(0, 64))}]`;
  // After "createFakeSts" comes a space, after a member a dot: "createFakeSts: users[0].name".
  return path.endsWith(":") ? `${path} ${member.replace(/^\./, "")}` : path + member;
}

/** What kind of value was found, for messages: the value itself may be secret. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return value instanceof Date ? "a Date" : typeof value;
}

function fail(path: string, expected: string, value: unknown): never {
  const kind = kindOf(value);
  const found = /^(?:null|undefined|a )/.test(kind) ? kind : kind === "object" ? "an object" : `a ${kind}`;
  throw new TypeError(`${path.replace(/:$/, "")}: ${expected}; found ${found}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
