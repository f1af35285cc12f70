/** What a signature is good for: one day, one region, one service. */
export interface Scope {
  /** The day in UTC, `20150830`. */
  readonly date: string;
  /** The region, such as `eu-west-1`. */
  readonly region: string;
  /** The service's signing name, such as `sts`. */
  readonly service: string;
}

/** The last part of every scope. */
export const TERMINATOR = "aws4_request";

/** The parts of a scope as they stand in a credential, `20150830/us-east-1/sts/aws4_request`, and as they make a key. */
export function scopeParts({ date, region, service }: Scope): string[] {
  return [date, region, service, TERMINATOR];
}
