/** ProxyVariables variables by name. */
export type ProxyVariables = Readonly<Record<string, string | undefined>>;

/**
 * Finds the proxy for a URL as curl does: `HTTPS_PROXY` or `HTTP_PROXY` by the URL's scheme, else `ALL_PROXY`, unless
 * `NO_PROXY` lists the host. Lower-case names go first; `HTTP_PROXY` in capitals is not read inside a CGI script, where
 * a request could set it.
 *
 * @see {@link https://everything.curl.dev/usingcurl/proxies/env.html Proxy environment variables}
 */
export function selectProxy(url: URL, env: ProxyVariables): string | undefined {
  const read = (name: string): string | undefined => env[name] || env[name.toUpperCase()] || undefined;
  if ((read("no_proxy") ?? "").split(/[\s,]+/).some((pattern) => matches(url, pattern))) return undefined;
  const byScheme =
    url.protocol === "http:" && env["REQUEST_METHOD"] !== undefined
      ? env["http_proxy"]
      : read(`${url.protocol.slice(0, -1)}_proxy`);
  const proxy = byScheme || read("all_proxy");
  return proxy && !proxy.includes("://") ? `http://${proxy}` : proxy;
}

/** `*`, `host`, `.domain`, `*.domain`, each with or without a port. */
function matches(url: URL, pattern: string): boolean {
  if (pattern === "*") return true;
  const [, host = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(pattern.toLowerCase()) ?? [];
  if (
    host === "" ||
    (port !== undefined && port !== (url.port || (url.protocol === "https:" ? "443" : "80")))
  )
    return false;
  const domain = host.replace(/^\*?\./, "");
  return url.hostname === domain || url.hostname.endsWith(`.${domain}`);
}
