import type { Operation } from "../operation.ts";
import { requiredArn, requiredText } from "./shapes.ts";

/**
 * Input of {@link GetCallerIdentity}: it has no members.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html#API_GetCallerIdentity_RequestParameters Request parameters}
 */
export interface GetCallerIdentityRequest {}

/**
 * Output of {@link GetCallerIdentity}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html#API_GetCallerIdentity_ResponseElements Response elements}
 */
export interface GetCallerIdentityResponse {
  /**
   * The caller's unique id: a user's (`AIDA…`), a role's with the session name (`AROA…:name`), the account id with a
   * federated user's name, or the account id for the root user.
   */
  UserId: string;
  /** Id of the caller's account: twelve digits, as text. */
  Account: string;
  /** ARN of the caller, 20 to 2,048 characters. */
  Arn: string;
}

/**
 * Returns who signs the requests. No permission is needed, and no policy can deny it.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html GetCallerIdentity}
 */
export const GetCallerIdentity: Operation<GetCallerIdentityRequest, GetCallerIdentityResponse> = {
  name: "GetCallerIdentity",
  auth: "sigv4",
  input: {},
  output: {
    UserId: requiredText,
    Account: requiredText,
    Arn: requiredArn,
  },
  errors: [],
};
