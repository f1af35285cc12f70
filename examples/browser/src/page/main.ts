import { GetCallerIdentityCommand, STSClient } from "@org/sts-client/webcrypto";
import { type CredentialsProvider, fromWebToken } from "@org/sts-client/credentials";
import { InMemoryWebStorage, UserManager, WebStorageStateStore } from "oidc-client-ts";

import { listObjects } from "./list-objects.ts";

const { VITE_ISSUER, VITE_CLIENT_ID, VITE_ROLE_ARN, VITE_REGION, VITE_BUCKET_URL, VITE_STS_ENDPOINT } =
  import.meta.env;
const sts = { region: VITE_REGION, ...(VITE_STS_ENDPOINT && { endpoint: VITE_STS_ENDPOINT }) };

// The token stays in memory: neither it nor the keys are found in the browser's storage. After a reload one signs in again.
const oidc = new UserManager({
  authority: VITE_ISSUER,
  client_id: VITE_CLIENT_ID,
  redirect_uri: `${location.origin}/`,
  scope: "openid",
  userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
});

find("#sign-in").addEventListener("click", () => void run(() => oidc.signinRedirect()));
// Back from the provider, with a code in the address.
if (new URLSearchParams(location.search).has("state")) void run(showFiles);

async function showFiles(): Promise<void> {
  say("Signing in");
  const user = await oidc.signinCallback();
  history.replaceState(null, "", "/");
  const credentials = fromWebToken({
    roleArn: VITE_ROLE_ARN,
    roleSessionName: String(user?.profile.sub),
    webIdentityToken: user?.id_token ?? "",
    clientConfig: sts,
  });
  const { Arn } = await new STSClient({ ...sts, credentials }).send(new GetCallerIdentityCommand({}));
  const objects = await listObjects(VITE_BUCKET_URL, { credentials, region: VITE_REGION });

  const rows = objects.map(({ key, size, changed }) => {
    const row = document.createElement("tr");
    for (const text of [key, size.toLocaleString("en"), changed.toISOString().slice(0, 10)])
      row.insertCell().textContent = text;
    return row;
  });
  find("#files tbody").replaceChildren(...rows);
  find("#files").hidden = false;
  find("#sign-in").hidden = true;
  await showClock(`Signed in as ${Arn}`, credentials);
}

// The provider renews the session while its token is good, so the end may move.
async function showClock(who: string, credentials: CredentialsProvider): Promise<void> {
  const { expiration } = await credentials();
  const seconds = Math.max(0, Math.floor((Number(expiration) - Date.now()) / 1000));
  const minutes = Math.floor(seconds / 60);
  say(`${who}\nThe session ends in ${minutes}:${String(seconds % 60).padStart(2, "0")}`);
  setTimeout(() => void run(() => showClock(who, credentials)), 1000);
}

async function run(action: () => Promise<void>): Promise<void> {
  await action().catch((error: unknown) =>
    say(error instanceof Error ? `${error.name}: ${error.message}` : "Failed"),
  );
}

function say(text: string): void {
  find("#state").textContent = text;
}

function find(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector);
  if (element === null) throw new Error(`the page has no ${selector}`);
  return element;
}
