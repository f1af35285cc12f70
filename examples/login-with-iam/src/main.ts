import { createFakeSts, demoUser } from "@org/sts-mock";
import { createSigner } from "@org/sts-signer";

import { createApi } from "./api.ts";
import { logIn } from "./log-in.ts";

// The fake replaces STS; without `fetch: …` the API asks AWS.
const fake = createFakeSts({ users: [demoUser] });
const audience = "api.example.com";
const api = createApi({
  sessionSecret: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64"),
  accounts: ["123456789012"],
  audience,
  fetch: (url, init) => fake.fetch(url, init),
});

const [credentials] = demoUser.accessKeys ?? [];
const signer = createSigner({ credentials: credentials ?? { accessKeyId: "", secretAccessKey: "" } });
const cookie = await logIn({ signer, audience, send: (path, init) => api.request(path, init) });
const response = await api.request("/me", { headers: { cookie } });
console.log("logged in as", (await response.json()) as unknown);
