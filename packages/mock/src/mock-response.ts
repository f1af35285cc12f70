import type { EncodedResponse } from "@org/sts-protocol";

import type { Fault } from "./faults.ts";

/** A response in plain form, and what happens to the connection on the way. */
export interface MockResponse extends EncodedResponse {
  /** `network-error`: the connection breaks. `stall`: nothing is ever sent. `slow-body`: the body comes in pieces. */
  effect?: ConnectionFault | undefined;
}

/** A {@link Fault} of the connection. */
export type ConnectionFault =
  | Extract<
      Fault,
      {
        /** Those that happen while the response travels. */
        readonly kind: "network-error" | "slow-body";
      }
    >
  | {
      /** Nothing is ever sent. */
      readonly kind: "stall";
    };
