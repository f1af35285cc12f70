import type { FoundScope } from "./find-scope.ts";
import type { RequestView } from "./request.ts";

/** Finds service and region in the name of a host. Only who leaves one of them out pays for the names of hosts. */
export async function loadScope(request: RequestView): Promise<FoundScope> {
  const { findScope } = await import("./find-scope.ts");
  return findScope(request);
}
