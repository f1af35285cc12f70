import { toBytes } from "./encoding.ts";

/** A value in the header of an event, in the form the AWS SDK uses. */
export interface EventHeaderOf<Type extends string, Value> {
  /** How the value is written. */
  readonly type: Type;
  /** The value. */
  readonly value: Value;
}

/** A 64-bit number, as the AWS SDK represents it. */
export interface EventLong {
  /** Eight bytes, most significant first. */
  readonly bytes: Uint8Array;
}

/** A value of any of the types. */
export type EventHeader =
  | EventHeaderOf<"boolean", boolean>
  | EventHeaderOf<"byte" | "short" | "integer", number>
  | EventHeaderOf<"long", EventLong>
  | EventHeaderOf<"binary", Uint8Array>
  | EventHeaderOf<"string" | "uuid", string>
  | EventHeaderOf<"timestamp", Date>;

/** Names to values. */
export type EventHeaders = Record<string, EventHeader>;

/**
 * Writes the headers of an event in their binary form: length and name, type, value; numbers in big-endian order.
 *
 * @see {@link https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html Event stream encoding}
 */
export function writeEventHeaders(headers: EventHeaders): Uint8Array {
  const bytes: number[] = [];
  for (const [name, header] of Object.entries(headers)) {
    const text = toBytes(name);
    bytes.push(text.length, ...text, ...writeValue(header));
  }
  return Uint8Array.from(bytes);
}

function writeValue({ type, value }: EventHeader): readonly number[] {
  switch (type) {
    case "boolean":
      return [value ? 0 : 1];
    case "byte":
      return [2, value & 0xff];
    case "short":
      return [3, ...writeInteger(BigInt(value), 2)];
    case "integer":
      return [4, ...writeInteger(BigInt(value), 4)];
    case "long":
      return [5, ...value.bytes];
    case "binary":
      return [6, ...writeInteger(BigInt(value.length), 2), ...value];
    case "string": {
      const text = toBytes(value);
      return [7, ...writeInteger(BigInt(text.length), 2), ...text];
    }
    case "timestamp":
      return [8, ...writeInteger(BigInt(+value), 8)];
    case "uuid":
      return [9, ...writeInteger(BigInt(`0x${value.replaceAll("-", "")}`), 16)];
  }
}

function writeInteger(value: bigint, length: number): number[] {
  const bits = BigInt.asUintN(length * 8, value);
  return Array.from({ length }, (_, index) => Number((bits >> BigInt((length - 1 - index) * 8)) & 0xffn));
}
