import { BlockList, isIP } from "node:net";

/** Proxy variables by name. */
export type ProxyVariables = Readonly<Record<string, string | undefined>>;

/**
 * Finds the proxy for a URL as curl does: `HTTPS_PROXY` or `HTTP_PROXY` by the URL's scheme, else `ALL_PROXY`, unless
 * `NO_PROXY` lists the host, by name, domain, address, or range of addresses such as `10.0.0.0/8`. Lower-case names take
 * precedence; `HTTP_PROXY` in upper case is not read inside a CGI script, where a request could set it.
 *
 * @see {@link https://everything.curl.dev/usingcurl/proxies/env.html Proxy environment variables}
 */
export function selectProxy(url: URL, env: ProxyVariables): string | undefined {
  const read = (name: string): string | undefined => env[name] || env[name.toUpperCase()] || undefined;
  const byScheme =
    url.protocol === "http:" && env["REQUEST_METHOD"] !== undefined
      ? env["http_proxy"]
      : read(`${url.protocol.slice(0, -1)}_proxy`);
  const proxy = byScheme || read("all_proxy");
  if (!proxy) return undefined;
  if ((read("no_proxy") ?? "").split(/[\s,]+/).some((pattern) => matches(url, pattern))) return undefined;
  return !proxy.includes("://") ? `http://${proxy}` : proxy;
}

/** `*`, `host`, `.domain`, `*.domain`, an address of either family, each with or without a port, or a range of addresses. */
function matches(url: URL, text: string): boolean {
  if (text === "*") return true;
  const host = url.hostname.replace(/^\[|\]$|\.$/g, "");
  if (isIP(text.split("/", 1)[0] ?? "") !== 0) return isIP(host) !== 0 && isInRange(host, text);
  const [, pattern = "", port] = /^(\[[^\]]*\](?:\/\d+)?|[^:]*)(?::(\d+))?$/.exec(text.toLowerCase()) ?? [];
  if (
    pattern === "" ||
    (port !== undefined && port !== (url.port || (url.protocol === "https:" ? "443" : "80")))
  )
    return false;
  const bare = pattern.replace(/[[\]]/g, "");
  if (isIP(bare.split("/", 1)[0] ?? "") !== 0) return isIP(host) !== 0 && isInRange(host, bare);
  const domain = pattern.replace(/^\*?\./, "").replace(/\.$/, "");
  return host === domain || host.endsWith(`.${domain}`);
}

function isInRange(host: string, range: string): boolean {
  const [address = "", bits] = range.split("/");
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (family !== (isIP(host) === 6 ? "ipv6" : "ipv4")) return false;
  const longest = family === "ipv6" ? 128 : 32;
  const prefix = bits === undefined ? longest : Number(bits);
  if (!/^\d*$/.test(bits ?? "") || prefix > longest) return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list.check(host, family);
}
