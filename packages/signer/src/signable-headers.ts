import type { SignOptions } from "./options.ts";
import type { HeaderBag } from "./request.ts";

type Choice = Pick<SignOptions, "signableHeaders" | "unsignableHeaders">;

/** Lists the names that are signed, sorted. */
export type ListSignable = (headers: HeaderBag, options: Choice) => readonly string[];

/** The {@link ListSignable} that is small. */
export function signableNames(headers: HeaderBag, options: Choice): readonly string[] {
  return Object.keys(headers)
    .filter(
      (name) =>
        options.signableHeaders?.has(name) ||
        !(UNSIGNABLE.test(name) || options.unsignableHeaders?.has(name)),
    )
    .sort();
}

/**
 * Matches the names of headers that proxies and browsers add, drop or rewrite, and that are therefore not signed:
 * `authorization`, `cache-control`, `connection`, `expect`, `from`, `keep-alive`, `max-forwards`, `pragma`, `referer`,
 * `te`, `trailer`, `transfer-encoding`, `upgrade`, `user-agent`, `x-amzn-trace-id`, and all that begin with `proxy-`
 * or `sec-`.
 */
const UNSIGNABLE: RegExp =
  /^(authorization|cache-control|connection|expect|from|keep-alive|max-forwards|pragma|referer|te|trailer|transfer-encoding|upgrade|user-agent|x-amzn-trace-id|(proxy|sec)-.*)$/;

/** Creates the {@link ListSignable} that is fast: it remembers the last list, because a signer meets the same headers over and over. */
export function createSignableMemory(): ListSignable {
  let lastNames: readonly string[] = [];
  let list: readonly string[] = [];
  return (headers, options) => {
    // What is in the caller's sets may have changed.
    if (options.signableHeaders || options.unsignableHeaders) return signableNames(headers, options);
    const names = Object.keys(headers);
    const isSame =
      names.length === lastNames.length && names.every((name, index) => name === lastNames[index]);
    if (!isSame) list = signableNames(headers, options);
    lastNames = names;
    return list;
  };
}
