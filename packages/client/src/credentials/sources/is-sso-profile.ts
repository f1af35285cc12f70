import type { SharedConfigSection } from "../files/parse-shared-config.ts";

/** The keys that lead to a role in the access portal of IAM Identity Center. */
export const SSO_KEYS = [
  "sso_session",
  "sso_start_url",
  "sso_region",
  "sso_account_id",
  "sso_role_name",
] as const;

/** Whether a profile signs in through IAM Identity Center; as in the AWS SDK, any of its keys is enough. */
export function isSsoProfile(section: SharedConfigSection): boolean {
  return SSO_KEYS.some((key) => section[key] !== undefined);
}
