/**
 * The names that a wrong one may have meant, as the end of a sentence: the nearest if one is near, otherwise all.
 */
export function didYouMean(wrong: string, names: readonly string[]): string {
  const limit = Math.max(2, Math.floor(wrong.length / 3));
  const [nearest] = names
    .map((name) => ({ name, distance: editDistance(wrong.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  if (nearest !== undefined) return `did you mean "${nearest.name}"?`;
  return names.length === 0 ? "none is expected here" : `expected ${names.join(", ")}`;
}

/** Levenshtein distance between two short texts; long ones count as different. */
function editDistance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const [left = 0, above = 0, diagonal = 0] = [next[j], row[j + 1], row[j]];
      next.push(Math.min(left + 1, above + 1, diagonal + (a[i] === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
