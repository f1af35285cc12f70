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
  const exceptions = read("no_proxy")?.split(/[\s,]/);
  if (exceptions?.some((pattern) => matches(url, pattern))) return undefined;
  return !proxy.includes("://") ? `http://${proxy}` : proxy;
}

/** `*`, `host`, `.domain`, `*.domain`, an address of either family, each with or without a port, or a range of addresses. */
function matches(url: URL, text: string): boolean {
  if (text === "*") return true;
  // The colons of a bare IPv6 address do not separate a port.
  const [, name = text, port] = /^(\[.*\][^:]*|[^:]*):(\d+)$/.exec(text) ?? [];
  if (port !== undefined && port !== (url.port || (url.protocol === "https:" ? "443" : "80"))) return false;
  const host = url.hostname.replace(/[[\]]|\.$/g, "");
  const pattern = name.toLowerCase().replace(/[[\]]/g, "");
  const [address = pattern, bits] = pattern.split("/");
  const version = isIP(address);
  if (version !== 0) return isIP(host) === version && isInRange(host, address, bits);
  const domain = pattern.replace(/^\*?\./, "").replace(/\.$/, "");
  return host === domain || host.endsWith(`.${domain}`);
}

/** Both addresses are of the same family. */
function isInRange(host: string, address: string, bits: string | undefined): boolean {
  const [family, longest] = isIP(address) === 6 ? (["ipv6", 128] as const) : (["ipv4", 32] as const);
  const prefix = bits ?? `${longest}`;
  if (!/^\d+$/.test(prefix) || Number(prefix) > longest) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family);
  return list.check(host, family);
}
