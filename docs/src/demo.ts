// The live demo of the landing page: client, signer and fake STS in the reader's browser.
import { GetSessionTokenCommand, STSClient } from "@org/sts-client";
import { createFakeSts, demoUser } from "@org/sts-mock";
import { verify } from "@org/sts-signer";

const SERIAL_NUMBER = "arn:aws:iam::123456789012:mfa/demo";
const CREDENTIALS = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

const fake = createFakeSts({ users: [demoUser] });
let expires: Date | undefined;

function find(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The landing page has no element #${id}`);
  return element;
}

const input = find("demo-code");
find("demo").addEventListener("submit", (event) => {
  event.preventDefault();
  if (input instanceof HTMLInputElement) void getCredentials(input.value.trim());
});

async function getCredentials(TokenCode: string): Promise<void> {
  const client = new STSClient({
    region: "eu-west-1",
    credentials: CREDENTIALS,
    fetch: async (target, init) => {
      const request = new Request(target, init);
      await showRequest(request.clone());
      const response = await fake.fetch(request);
      find("demo-response").textContent = `HTTP ${response.status}\n\n${await response.clone().text()}`;
      return response;
    },
  });
  try {
    const { Credentials } = await client.send(
      new GetSessionTokenCommand({ SerialNumber: SERIAL_NUMBER, TokenCode, DurationSeconds: 900 }),
    );
    expires = Credentials?.Expiration;
    find("demo-credentials").innerHTML = "<p><code></code></p><p id='demo-clock'></p>";
    find("demo-credentials")
      .querySelector("code")
      ?.append(Credentials?.AccessKeyId ?? "");
    find("demo-status").textContent =
      "The fake STS checked the signature and the code, and issued credentials.";
  } catch (error) {
    expires = undefined;
    find("demo-credentials").textContent = "none";
    find("demo-status").textContent =
      error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  find("demo-result").hidden = find("demo-response").textContent === "";
  await tick();
}

async function showRequest(request: Request): Promise<void> {
  const body = await request.text();
  const { protocol, hostname, pathname: path } = new URL(request.url);
  // A browser adds these two by itself, and the client signs them.
  const headers = {
    ...Object.fromEntries(request.headers),
    host: hostname,
    "content-length": String(new TextEncoder().encode(body).length),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  find("demo-request").textContent = `${request.method} ${request.url}\n${lines.join("\n")}\n\n${body}`;
  // A verifier with another key refuses the request and tells what it would have signed.
  const result = await verify(
    { method: request.method, protocol, hostname, path, query: {}, headers, body },
    { findKey: () => ({ secretAccessKey: "another" }) },
  );
  find("demo-string").textContent = result.ok ? "" : (result.stringToSign ?? result.message);
}

async function tick(): Promise<void> {
  const code = await fake.mfaCode(SERIAL_NUMBER);
  const left = 30 - (Math.floor(Date.now() / 1000) % 30);
  find("demo-shown").textContent = `The demo's device shows ${code}, for ${left} s more.`;
  const clock = document.getElementById("demo-clock");
  if (!clock || !expires) return;
  const seconds = Math.max(0, Math.round((expires.getTime() - Date.now()) / 1000));
  clock.textContent = `expire in ${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

void tick();
setInterval(() => void tick(), 1000);
