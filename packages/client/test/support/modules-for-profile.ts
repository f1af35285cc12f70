// Gets the credentials of a profile in a process of its own, and prints every module of ours that was loaded for it.
import { registerHooks } from "node:module";

const modules: string[] = [];
registerHooks({
  load(url, context, nextLoad) {
    modules.push(url);
    return nextLoad(url, context);
  },
});

const [configFilepath = "", profile = ""] = process.argv.slice(2);
const { defaultCredentials } = await import("@org/sts-client/credentials");
const options = { configFilepath, filepath: "none", profile, env: { HOME: "/nowhere" } };
const outcome = await defaultCredentials(options)().then(
  () => "credentials",
  (error: unknown) => (error as { code?: unknown }).code, // errors of providers carry one
);
const names = modules.map((url) => url.replace(/^.*\//, "").replace(/\.[jt]s$/, ""));
console.log(JSON.stringify({ outcome, names }));
