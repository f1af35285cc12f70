import type { STSClient } from "@org/sts-client";
import { GetSessionToken, REDACTED, decodeRequest, redact } from "@org/sts-protocol";

/** Adds a middleware that prints in a few lines what is sent and received, without secrets. */
export function showWire(client: STSClient, say: (line: string) => void): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const request = args.request as Parameters<typeof decodeRequest>[0] & {
        headers: Record<string, string>;
      }; // as the serializer made it
      const { operation, input } = await decodeRequest(request, [GetSessionToken]);
      const parameters = Object.entries(redact(operation.input, input)).map(
        ([name, value]) => `${name}=${value === REDACTED ? "••••••" : String(value)}`,
      );
      const [, scope, signedHeaders] =
        /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+)/.exec(request.headers["authorization"] ?? "") ?? [];
      say(`\n→ POST ${request.headers["host"]}  Action=${operation.name} ${parameters.join(" ")}`);
      say(`  signed for ${scope}, headers ${signedHeaders?.replaceAll(";", " ")}`);
      const started = performance.now();
      const sayAnswer = (response: unknown): void => {
        const { statusCode, headers } = response as {
          statusCode: number;
          headers: Record<string, string>;
        }; // a Smithy HttpResponse
        const milliseconds = Math.round(performance.now() - started);
        say(
          `← ${statusCode} ${headers["content-type"]}  request id ${headers["x-amzn-requestid"]}, ${milliseconds} ms`,
        );
      };
      try {
        const result = await next(args);
        sayAnswer(result.response);
        return result;
      } catch (error) {
        const { $response } = error as { $response?: unknown }; // a refusal has its response attached, other failures do not
        if ($response !== undefined) sayAnswer($response);
        throw error;
      }
    },
    { step: "finalizeRequest", priority: "low", name: "showWireMiddleware" },
  );
}
