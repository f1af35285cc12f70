import type { Members } from "@org/sts-protocol";

/** A member of an input. */
export type NamedValue = readonly [name: string, value: string];

/** Finds the member of an input that the service accepts only once, such as the code of an MFA device. */
export function findOneTimeValue(members: Members, input: object): NamedValue | undefined {
  for (const name in members) {
    const value: unknown = Reflect.get(input, name);
    if (typeof value === "string" && "singleUse" in Object(members[name])) return [name, value];
  }
  return undefined;
}
