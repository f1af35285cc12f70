/** Where a service differs from the others. */
export interface ServiceRules {
  /** The rules of S3: the path is encoded once and signed unchanged, and a presigned URL does not sign the body. */
  readonly isS3?: true;
  /** `true` sends the hash of the body in `x-amz-content-sha256`; text sends this text instead of the hash. */
  readonly contentHash?: true | "UNSIGNED-PAYLOAD";
  /** The session token is added after signing, at the very end. */
  readonly sessionToken?: "append";
}

const S3: ServiceRules = { isS3: true, contentHash: true };
const CONTENT_HASH: ServiceRules = { contentHash: true };

/**
 * The services with special rules, by signing name.
 *
 * - S3 and related services: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 * - OpenSearch Serverless: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-clients.html
 * - S3 Glacier: https://docs.aws.amazon.com/amazonglacier/latest/dev/amazon-glacier-signing-requests.html
 * - VPC Lattice: https://docs.aws.amazon.com/vpc-lattice/latest/ug/sigv4-authenticated-requests.html
 * - AWS IoT over WebSocket: https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
 * - STS: servers that parse the body first and hash what they parsed, such as moto, read the header instead
 */
const SERVICES: Readonly<Record<string, ServiceRules>> = {
  s3: S3,
  s3express: S3,
  "s3-outposts": S3,
  "s3-object-lambda": S3,
  aoss: CONTENT_HASH,
  glacier: CONTENT_HASH,
  sts: CONTENT_HASH,
  "vpc-lattice-svcs": { contentHash: "UNSIGNED-PAYLOAD" },
  iotdevicegateway: { sessionToken: "append" },
};

/** Finds the rules of a service. */
export function rulesOf(service: string): ServiceRules {
  return SERVICES[service] ?? {};
}
