// The check that the types which a signature mentions are on the site. typedoc's own looks at the types of one package.
import {
  DeclarationReflection,
  makeRecursiveVisitor,
  ParameterReflection,
  type ProjectReflection,
  type ReferenceType,
  type Reflection,
  SignatureReflection,
  type SomeType,
  TypeParameterReflection,
} from "typedoc";

/** Helper types of one file, whose names would tell a reader nothing. */
const NOT_EXPORTED_ON_PURPOSE = new Set([
  "@org/sts-client/src/clients/operation-methods.ts:Commands",
  "@org/sts-client/src/clients/operation-methods.ts:MethodOf",
  "@org/sts-client/src/commands/service-types.ts:AnyOutputOf",
  "@org/sts-client/src/commands/service-types.ts:Commands",
  "@org/sts-client/src/commands/service-types.ts:OutputOf",
  "@org/sts-client/src/config/client-runtime.ts:ClientRuntime",
  "@org/sts-protocol/src/schema.ts:ItemsOf",
  "@org/sts-protocol/src/schema.ts:OptionalTrait",
  "@org/sts-protocol/src/schema.ts:RequiredTrait",
  "@org/sts-protocol/src/schema.ts:ShapeOf",
  "@org/sts-protocol/src/schema.ts:ValuesOf",
]);

/** Says which types have no page, a sentence each. */
export function findMissingTypes(project: ProjectReflection): Set<string> {
  const missing = new Set<string>();
  const used = new Set<string>();
  for (const reflection of Object.values(project.reflections)) {
    for (const type of typesOf(reflection)) {
      type.visit(
        makeRecursiveVisitor({
          reference(reference) {
            const place = placeOf(reference);
            if (place === undefined) return;
            if (NOT_EXPORTED_ON_PURPOSE.has(place)) used.add(place);
            else
              missing.add(
                `${reflection.getFriendlyFullName()} mentions ${place}, which no entry point exports`,
              );
          },
        }),
      );
    }
  }
  for (const place of NOT_EXPORTED_ON_PURPOSE) {
    if (!used.has(place)) missing.add(`nothing mentions ${place} any more: take it off the plugin's list`);
  }
  return missing;
}

function typesOf(reflection: Reflection): SomeType[] {
  if (
    reflection instanceof DeclarationReflection ||
    reflection instanceof SignatureReflection ||
    reflection instanceof ParameterReflection ||
    reflection instanceof TypeParameterReflection
  ) {
    return reflection.type ? [reflection.type] : [];
  }
  return [];
}

/** Package, file and name of one of our types that has no page. */
function placeOf(type: ReferenceType): string | undefined {
  const { symbolId } = type;
  if (type.reflection || type.refersToTypeParameter || type.isIntentionallyBroken() || !symbolId)
    return undefined;
  if (!symbolId.packageName.startsWith("@org/sts-") || symbolId.packagePath.startsWith("test/"))
    return undefined;
  return `${symbolId.packageName}/${symbolId.packagePath}:${type.qualifiedName}`;
}
