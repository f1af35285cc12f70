/** Header names to values; several values of one header can be an array. Names in any case. */
export type HeaderBag = Record<string, string | readonly string[]>;

/** Query parameters, not percent-encoded; several values of one parameter are an array, and `null` is a name without a value. */
export type QueryBag = Record<string, string | readonly string[] | null | undefined>;

/** A name and its value or values, not encoded. */
export type Entry = readonly [name: string, value: string | readonly string[] | null | undefined];

/** The headers of a request by lower-case name. */
export type HeaderMap = ReadonlyMap<string, Entry[1]>;
