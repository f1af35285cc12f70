import type { InputIssue } from "../invalid-input-error.ts";
import type {
  ListSchema,
  MembersOf,
  OptionalMember,
  RequiredMember,
  StringSchema,
  StructSchema,
} from "../schema.ts";
import { combination } from "./combination.ts";

/**
 * A session tag: an attribute of a session that policies can use.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html Tag}
 */
export interface Tag {
  /**
   * Name, required: 1 to 128 letters, digits, spaces and `_.:/=+-@` of any script. Case is kept, but does not
   * make two keys different.
   */
  Key: string | undefined;
  /** Value, required, but may be empty: up to 256 of the same characters. */
  Value: string | undefined;
}

// As text, because engines look up the three classes when they read a pattern: half a millisecond of a program's start
// on Node.js, and most programs send no tags.
const CHARACTER = String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]`;

/** Key of a tag. */
export const tagKey: RequiredMember<StringSchema> = {
  kind: "string",
  required: true,
  min: 1,
  max: 128,
  get pattern(): RegExp {
    return new RegExp(`^${CHARACTER}+$`, "u");
  },
};

/** Up to fifty tags. */
export const tags: OptionalMember<ListSchema<StructSchema<MembersOf<Tag>>>> = {
  kind: "list",
  max: 50,
  member: {
    kind: "struct",
    members: {
      Key: tagKey,
      Value: {
        kind: "string",
        required: true,
        min: 0,
        max: 256,
        get pattern(): RegExp {
          return new RegExp(`^${CHARACTER}*$`, "u");
        },
      },
    },
  },
};

/**
 * Two keys must differ in more than case.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html Session tags}
 */
export function checkTags({ Tags }: { readonly Tags?: Tag[] | undefined }): InputIssue[] {
  const seen = new Map<string | undefined, number>();
  return (Tags ?? []).flatMap((tag, index) => {
    const key = tag?.Key?.toLowerCase();
    const first = seen.get(key);
    seen.set(key, first ?? index);
    return first === undefined
      ? []
      : combination(
          `Tags[${index}].Key`,
          `repeats the key of Tags[${first}]: case does not distinguish keys`,
        );
  });
}
