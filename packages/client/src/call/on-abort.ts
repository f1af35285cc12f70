/** The one listener of a signal, and everyone who wants to know about the abort. */
interface Shared {
  readonly all: Set<() => void>;
  readonly callAll: () => void;
}

const shared = new WeakMap<AbortSignal, Shared>();

/**
 * Calls a function when a signal is aborted, or immediately if it already is. However many calls share a signal, it gets one
 * listener: Node.js warns about more than ten.
 *
 * @returns A function that stops listening.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => undefined;
  }
  const { all, callAll } = shared.get(signal) ?? share(signal);
  all.add(listener);
  return () => {
    if (!all.delete(listener) || all.size > 0) return;
    shared.delete(signal);
    signal.removeEventListener("abort", callAll);
  };
}

function share(signal: AbortSignal): Shared {
  const all = new Set<() => void>();
  const callAll = (): void => {
    shared.delete(signal);
    for (const each of all) each();
  };
  const made = { all, callAll };
  shared.set(signal, made);
  signal.addEventListener("abort", callAll, { once: true });
  return made;
}
