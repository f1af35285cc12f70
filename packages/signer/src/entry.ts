/** Header names to values; several values of one header may stand in an array. Names in any case. */
export type HeaderBag = Record<string, string | readonly string[]>;

/** Query parameters, not percent-encoded; several values of one parameter stand in an array, `null` is a bare name. */
export type QueryBag = Record<string, string | readonly string[] | null | undefined>;

/** A name and its value or values, neither encoded. */
export type Entry = readonly [name: string, value: string | readonly string[] | null | undefined];

/** The headers of a request by lower-case name. */
export type HeaderMap = ReadonlyMap<string, Entry[1]>;
