import { STS } from "@org/sts-client/node";
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

// Created once: the connection to STS is kept for as long as Lambda keeps the process.
const sts = new STS({});
const { ROLE_ARN, BUCKET } = process.env;

/**
 * `POST /session` of an HTTP API with a JWT authorizer: a session of one role for each tenant, which reaches that tenant's objects
 * only. The tenant is a claim of the token, which API Gateway has checked.
 */
export async function handler(
  event: APIGatewayProxyEventV2WithJWTAuthorizer,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { tenant } = event.requestContext.authorizer.jwt.claims;
  // It goes into a policy, where a star or a slash would reach the objects of others.
  if (typeof tenant !== "string" || !/^[a-z0-9-]{1,40}$/.test(tenant))
    return respond(403, { error: "no tenant" });
  try {
    const { Credentials } = await sts.assumeRole({
      RoleArn: ROLE_ARN,
      RoleSessionName: `tenant-${tenant}`,
      DurationSeconds: 900,
      Policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Action: ["s3:GetObject", "s3:PutObject"],
          Resource: `arn:aws:s3:::${BUCKET}/${tenant}/*`,
        },
      }),
    });
    return respond(200, Credentials);
  } catch (error) {
    // The log may contain it: no error of the client contains a key.
    console.error(error);
    return respond(502, { error: "no session" });
  }
}

function respond(statusCode: number, value: object): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify(value),
  };
}
