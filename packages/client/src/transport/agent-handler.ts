import type { HandlerParameters, RequestHandler } from "./request-handler.ts";

/** Creates a handler on `node:https` with these agents and limits. Its code is loaded with the first request. */
export function createAgentHandler(parameters: HandlerParameters): RequestHandler {
  let handler: Promise<RequestHandler> | undefined;
  const load = async (): Promise<RequestHandler> =>
    (await import("./node-handler.ts")).createNodeHandler(parameters);
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request, options) {
      handler ??= load();
      return (await handler).handle(request, options);
    },
    destroy() {
      // A handler that could not be loaded has nothing to close.
      void handler?.then(
        (loaded) => loaded.destroy?.(),
        () => {},
      );
    },
  };
}
