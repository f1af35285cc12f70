/** Browsers and Workers have one way to send a request. The package's import map puts this in the place of `direct-fetch.ts`. */
export const directFetch: typeof fetch = (input, init) => globalThis.fetch(input, init);
