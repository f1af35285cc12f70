/** What a signature is valid for: one day, one region, one service. */
export interface Scope {
  /** The day in UTC, `20150830`. */
  readonly date: string;
  /** The region, such as `eu-west-1`. */
  readonly region: string;
  /** The service's signing name, such as `sts`. */
  readonly service: string;
}

/** A scope as it appears in a credential: `20150830/us-east-1/sts/aws4_request`. */
export function formatScope({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/aws4_request`;
}
