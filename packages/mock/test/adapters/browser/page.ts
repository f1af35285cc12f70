import { createFakeSts, createStsMock } from "@org/sts-mock";
import { stsHandlers } from "@org/sts-mock/msw";
import { setupWorker } from "msw/browser";

import { callStrict, runExample } from "./example.ts";

declare global {
  interface Window {
    /** Runs everything; called by the test. */
    run(endpoint: string): Promise<object>;
  }
}

window.run = async (endpoint) => {
  const mock = createStsMock();
  const worker = setupWorker(...stsHandlers(mock));
  const quiet: object = { quiet: true, onUnhandledRequest: "bypass", onUnhandledFrame: "bypass" };
  await worker.start(quiet);
  const example = await runExample(mock);
  worker.resetHandlers(...stsHandlers(createFakeSts()));
  const strict = await callStrict();
  await worker.stop();
  // Now without interception: a server of another origin, which the browser asks for permission first.
  const server = await callStrict(endpoint);
  return { example, strict, server };
};
