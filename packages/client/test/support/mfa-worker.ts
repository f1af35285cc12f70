// Run as a process of its own: asks for one MFA session fifty times at once. The parent plays the person with the
// device.
import { fromMfaSession } from "@org/sts-client/credentials";
import { diskCache } from "@org/sts-client/credentials/node";

const [endpoint = "", directory = "", serialNumber = "", accessKeyId = "", secretAccessKey = ""] =
  process.argv.slice(2);

const get = fromMfaSession({
  source: { accessKeyId, secretAccessKey },
  serialNumber,
  mfaCodeProvider: () =>
    new Promise((resolve) => {
      process.once("message", (code) => resolve(String(code)));
      process.send?.({ ask: serialNumber });
    }),
  cache: diskCache({ directory }),
  clientConfig: { endpoint, region: "us-east-1" },
});

process.send?.({ ready: true });
process.once("message", () => {
  void Promise.all(Array.from({ length: 50 }, () => get()))
    .then((all) => process.send?.({ keys: all.map((one) => one.accessKeyId) }))
    .catch((error: unknown) => process.send?.({ failed: String(error) }))
    .finally(() => process.disconnect?.());
});
