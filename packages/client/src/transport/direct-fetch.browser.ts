/** Browsers and Workers have only one way to send a request. The package's import map uses this instead of `direct-fetch.ts`. */
export const directFetch: typeof fetch = (input, init) => globalThis.fetch(input, init);
