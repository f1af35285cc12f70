/**
 * Creates a function that defines a property whose value is computed when it is read.
 *
 * All objects share one getter. If each had its own, V8 would create a hidden class for each object, and such a class keeps alive what
 * its getter refers to until the next full garbage collection: 5 kB for every call (measured).
 */
export function computedProperty<Name extends string, Value>(
  name: Name,
  enumerable: boolean,
): <Target>(target: Target, compute: () => Value) => Target & { readonly [Key in Name]: Value } {
  // Contains a function, because `inspect` shows hidden properties on request, but not what a function refers to.
  const key = Symbol(name);
  const property = {
    get(this: { readonly [key]: () => Value }): Value {
      return this[key]();
    },
    configurable: true,
    enumerable,
  };
  return function defineComputed(target, compute) {
    Object.defineProperty(target, key, { value: compute, configurable: true });
    return Object.defineProperty(target, name, property) as never; // it has the property now
  };
}
