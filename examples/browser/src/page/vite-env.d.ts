/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** The OpenID Connect provider. */
  readonly VITE_ISSUER: string;
  /** The page's name at the provider, and the audience that the role's trust policy asks for. */
  readonly VITE_CLIENT_ID: string;
  readonly VITE_ROLE_ARN: string;
  readonly VITE_REGION: string;
  /** Such as `https://files.s3.eu-west-1.amazonaws.com`. */
  readonly VITE_BUCKET_URL: string;
  /** Another STS than the region's, for tests. */
  readonly VITE_STS_ENDPOINT?: string;
}
