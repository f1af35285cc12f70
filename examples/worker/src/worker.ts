import { AssumeRoleWithWebIdentityCommand, STSClient, STSServiceException } from "@org/sts-client/webcrypto";
import { createHeaderSigner } from "@org/sts-signer/webcrypto";

/** The variables of the Worker. None of them is a secret. */
export interface Variables {
  /** The role whose trust policy says which tokens may assume it. */
  readonly ROLE_ARN: string;
  /** The region of the bucket, and of STS. */
  readonly REGION: string;
  /** Where the objects are, such as `https://reports.s3.eu-west-1.amazonaws.com`. */
  readonly BUCKET_URL: string;
  /** Another STS than the region's, for tests. */
  readonly STS_ENDPOINT?: string;
}

export default {
  /** `GET /key` with `Authorization: Bearer <OpenID Connect token>` responds with the object, if the role may read it. */
  async fetch(request: Request, variables: Variables): Promise<Response> {
    if (request.method !== "GET") return refuse(405, "only GET");
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
    if (token === undefined) return refuse(401, "Authorization: Bearer <OpenID Connect token> is missing");
    try {
      const credentials = await getCredentials(token, variables);
      const signer = createHeaderSigner({ credentials, region: variables.REGION, service: "s3" });
      const { pathname } = new URL(request.url);
      const response = await fetch(...(await signer.sign(new URL(pathname, variables.BUCKET_URL))));
      if (!response.ok) return refuse(response.status, `S3 refused: ${response.status}`);
      const type = response.headers.get("content-type") ?? "application/octet-stream";
      return new Response(response.body, { headers: { "content-type": type, "cache-control": "private" } });
    } catch (error) {
      if (error instanceof STSServiceException && error.$fault === "client")
        return refuse(403, `STS refused: ${error.name}`);
      console.error(error instanceof Error ? error.message : "failed");
      return refuse(502, "AWS could not be asked");
    }
  },
};

// One session per request: in Workers, what one request waits for must not be passed to another.
async function getCredentials(token: string, { ROLE_ARN, REGION, STS_ENDPOINT }: Variables) {
  const client = new STSClient({
    region: REGION,
    ...(STS_ENDPOINT !== undefined && { endpoint: STS_ENDPOINT }),
  });
  const { Credentials } = await client.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: ROLE_ARN,
      RoleSessionName: "reports",
      WebIdentityToken: token,
      DurationSeconds: 900,
    }),
  );
  return Credentials;
}

function refuse(status: number, error: string): Response {
  return Response.json({ error }, { status });
}
