import { fromLoginCredentials, fromSSO } from "@org/sts-client/credentials/node";

// Gets credentials of a profile in a process of its own, and tells their key or the code of the failure.
const [kind, home = "", endpoint = ""] = process.argv.slice(2);
const create = kind === "sso" ? fromSSO : fromLoginCredentials;
const warnings: string[] = [];
const provider = create({
  profile: "dev",
  env: { HOME: home, AWS_ENDPOINT_URL: endpoint },
  onWriteError: (error) => warnings.push(error.message),
});
process.on("message", async () => {
  const results: string[] = [];
  for (let call = 0; call < 2; call += 1) {
    results.push(
      // A forced refresh gets new credentials of the role with the sign-in at hand.
      await provider({ forceRefresh: kind === "sso" && call > 0 }).then(
        ({ accessKeyId }) => accessKeyId,
        (error: unknown) => String((error as { code?: unknown }).code ?? error),
      ),
    );
  }
  process.send?.({ results, warnings }, () => process.disconnect?.());
});
process.send?.({ ready: true });
