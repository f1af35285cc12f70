/** A network; a single address is a network too. */
export interface IpNetwork {
  /** Four bytes of IPv4, or sixteen of IPv6. */
  readonly bytes: readonly number[];
  /** How many bits are compared. */
  readonly prefixLength: number;
}

/** Reads an address or a network such as `10.0.0.0/8` or `2001:db8::/32`; `undefined` when the text is neither. */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const [address = "", prefix, ...more] = text.split("/", 3);
  const bytes = parseAddress(address);
  if (bytes === undefined || more.length > 0) return undefined;
  const size = bytes.length * 8;
  if (prefix === undefined) return { bytes, prefixLength: size };
  const prefixLength = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
  return prefixLength <= size ? { bytes, prefixLength } : undefined;
}

/** Whether an address is in a network. IPv4 and IPv6 never match each other. */
export function isInNetwork(address: string, network: IpNetwork): boolean {
  const bytes = parseAddress(address);
  if (bytes?.length !== network.bytes.length) return false;
  return network.bytes.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, network.prefixLength - index * 8));
    const mask = 0xff & (0xff << (8 - bits));
    return (byte & mask) === ((bytes[index] ?? 0) & mask);
  });
}

/** Reads an IPv4 or IPv6 address. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) counts as that IPv4 address. */
function parseAddress(text: string): readonly number[] | undefined {
  if (!text.includes(":")) return parseIpv4(text);
  const bytes = parseIpv6(text);
  const isMapped = bytes?.every((byte, index) => index > 11 || byte === (index > 9 ? 0xff : 0)) === true;
  return isMapped ? bytes?.slice(12) : bytes;
}

function parseIpv4(text: string): number[] | undefined {
  const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  return bytes?.every((byte) => byte <= 255) === true ? bytes : undefined;
}

function parseIpv6(text: string): number[] | undefined {
  if (text.length > 45) return undefined;
  const [head = "", tail, ...more] = text.split("::");
  const front = parseGroups(head, tail === undefined);
  const back = tail === undefined ? [] : parseGroups(tail, true);
  if (front === undefined || back === undefined || more.length > 0) return undefined;
  const missing = 16 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...front, ...Array.from({ length: missing }, () => 0), ...back];
}

/** @param isEnd - whether the text is the end of the address, the only place where four bytes may be written as in IPv4 */
function parseGroups(text: string, isEnd: boolean): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [index, group] of groups.entries()) {
    const dotted = isEnd && index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (dotted !== undefined) {
      bytes.push(...dotted);
    } else if (/^[\da-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else {
      return undefined;
    }
  }
  return bytes;
}
