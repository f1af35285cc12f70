/**
 * Formats JSON byte for byte as Python's `json.dumps` does by default: a space after `,` and `:`, and ASCII only.
 *
 * The AWS CLI names its cache files after a hash of such text. Whole numbers written as `1.0` in the source come
 * out as `1`.
 */
export function formatPythonJson(value: unknown, options: { readonly sortKeys?: boolean } = {}): string {
  if (Array.isArray(value)) return `[${value.map((item) => formatPythonJson(item, options)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return ascii(JSON.stringify(value));
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (options.sortKeys) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${ascii(JSON.stringify(key))}: ${formatPythonJson(item, options)}`).join(", ")}}`;
}

function ascii(text: string): string {
  return text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
