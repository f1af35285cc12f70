import type { Operation } from "../operation.ts";
import { requiredText } from "./shapes.ts";

/**
 * Input of {@link GetAccessKeyInfo}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html#API_GetAccessKeyInfo_RequestParameters Request parameters}
 */
export interface GetAccessKeyInfoRequest {
  /** The access key id to look up, 16 to 128 letters, digits and `_`. Required. */
  AccessKeyId: string | undefined;
}

/**
 * Output of {@link GetAccessKeyInfo}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html#API_GetAccessKeyInfo_ResponseElements Response elements}
 */
export interface GetAccessKeyInfoResponse {
  /** Id of the account that the key belongs to: twelve digits, as text. */
  Account: string;
}

/**
 * Returns the account that an access key id belongs to. It does not say whether the key is active or still exists.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html GetAccessKeyInfo}
 */
export const GetAccessKeyInfo: Operation<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse> = {
  name: "GetAccessKeyInfo",
  auth: "sigv4",
  input: {
    AccessKeyId: { kind: "string", required: true, min: 16, max: 128, pattern: /^\w*$/ },
  },
  output: {
    Account: requiredText,
  },
  errors: [],
};
