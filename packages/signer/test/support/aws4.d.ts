declare module "aws4" {
  interface Aws4Request {
    method: string;
    host: string;
    path: string;
    service: string;
    region: string;
    headers: Record<string, string>;
    body?: string;
    signQuery?: boolean;
  }
  export function sign(
    request: Aws4Request,
    credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
  ): Aws4Request;
}
