import type { Members } from "@org/sts-protocol";

/** A member of an input. */
export type NamedValue = readonly [name: string, value: string];

/** Finds the member of an input that the service accepts only once, such as the code of an MFA device. */
export function findOneTimeValue(members: Members, input: object): NamedValue | undefined {
  return Object.entries(input).find(([name, value]) => {
    const schema = members[name];
    return schema !== undefined && "singleUse" in schema && typeof value === "string";
  });
}
