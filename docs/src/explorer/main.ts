// The explorer's page: reads the form at every change and shows the explanation. Nothing leaves the page, and nothing is kept.
import { type Explanation, explain, type SigningChoice } from "./explain.ts";
import { makeExample } from "./examples.ts";
import { type Reading, ReadingError } from "./plain-request.ts";
import { readInput } from "./read-input.ts";
import { readReport } from "./read-report.ts";
import { button, element, section, table } from "./write-page.ts";

function field(id: string): HTMLInputElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element #${id}`);
  return found as HTMLInputElement; // or a textarea or a select, which have a value as well
}

/** A field's text; undefined when it is empty. */
function valueOf(id: string): string | undefined {
  return field(id).value === "" ? undefined : field(id).value;
}

/** Counts changes, so that a slow answer to an old one is dropped. */
let change = 0;

async function update(): Promise<void> {
  change += 1;
  const current = change;
  const text = field("input").value;
  if (text.trim() === "") return show(undefined, NOTHING);
  let reading: Reading | undefined;
  let explanation: Explanation;
  try {
    reading = readInput(text, { clusterName: valueOf("cluster")?.trim() });
    explanation = await explainReading(reading);
  } catch (error) {
    // What the page itself did not expect is shown as well: nobody else could be told.
    const verdict = error instanceof ReadingError ? `This cannot be read: ${error.message}.` : String(error);
    explanation = { state: "bad", verdict, findings: [] };
  }
  if (current === change) show(reading, explanation);
}

const NOTHING: Explanation = { state: "open", verdict: "Paste a request, or try an example.", findings: [] };

function explainReading(reading: Reading): Promise<Explanation> {
  const { signing = {} } = reading;
  const keys = {
    accessKeyId: valueOf("access-key-id")?.trim() ?? signing.accessKeyId,
    secretAccessKey: valueOf("secret") ?? signing.secretAccessKey,
    sessionToken: valueOf("token")?.trim(),
  };
  const other = valueOf("other");
  return explain(reading.request, {
    keys,
    choice: readChoice(signing),
    ...(other !== undefined && { other: readReport(other) }),
    now: new Date(),
  });
}

function readChoice(signing: Reading["signing"] = {}): SigningChoice {
  const text = valueOf("date");
  const date = text === undefined ? undefined : new Date(text);
  if (date && Number.isNaN(+date))
    throw new ReadingError("the signing date is not a date; write it like 2026-01-01T12:00:00Z");
  return {
    region: valueOf("region")?.trim() ?? signing.region,
    service: valueOf("service")?.trim() ?? signing.service,
    date,
    signedIn: field("signed-in").value === "query" ? "query" : "header",
  };
}

function show(reading: Reading | undefined, explanation: Explanation): void {
  const { verdict, state, findings } = explanation;
  const status = field("verdict");
  status.dataset["state"] = state;
  status.textContent = verdict;
  const sentences = [...findings, ...(reading?.notes ?? [])];
  field("findings").replaceChildren(...sentences.map((sentence) => element("li", {}, sentence)));
  field("parts").replaceChildren(...(reading ? showParts(reading, explanation) : []));
}

function showParts(reading: Reading, explanation: Explanation): Node[] {
  const { fields, texts, expected, difference, signed, suspects = [] } = explanation;
  const { method, hostname, port, path } = reading.request;
  const isOff = (where: string, index: number, label: string): boolean =>
    (difference?.in === where && difference.line === index + 1) ||
    (where === "canonicalRequest" && suspects.includes(label));
  const parts: Node[] = [];
  if (difference) parts.push(section("The first difference", showDifference(difference)));
  if (expected !== undefined && fields) {
    const isSame = expected === fields.signature;
    parts.push(
      section(
        "Signature",
        table([
          ["in the request", fields.signature],
          ["belongs to this request and key", expected, ...(isSame ? [] : ["differs"])],
        ]),
      ),
    );
  }
  if (signed) parts.push(section("Signed request", showSigned(method, signed)));
  if (texts) {
    const canonical = showLines(texts.canonicalRequest, labelCanonical, (index, label) =>
      isOff("canonicalRequest", index, label),
    );
    parts.push(
      section("Canonical request", canonical, button("Copy canonical request", texts.canonicalRequest)),
      section(
        "String to sign",
        showLines(
          texts.stringToSign,
          (_, index) => STRING_LABELS[index] ?? "",
          (index, label) => isOff("stringToSign", index, label),
        ),
        button("Copy string to sign", texts.stringToSign),
      ),
    );
  }
  const rows: [string, string][] = [
    ["read as", reading.kind],
    ["request", `${method} ${hostname}${port === undefined ? "" : `:${port}`}${path}`],
  ];
  if (fields) {
    const { signedIn, accessKeyId, region, service, day, date, expiresIn, signedHeaders, sessionToken } =
      fields;
    rows.push(
      ["signed in", signedIn === "query" ? "the query" : "headers"],
      ["access key id", accessKeyId],
      ["scope", `${day} / ${region} / ${service}`],
      ["date", expiresIn === undefined ? date : `${date}, good for ${expiresIn} s`],
      ["signed headers", signedHeaders.join(", ")],
      ["session token", sessionToken === undefined ? "none" : `${sessionToken.length} characters`],
    );
  }
  return [...parts, section("What was read", table(rows))];
}

function showDifference({
  in: where,
  part,
  line,
  verifier,
  client,
}: NonNullable<Explanation["difference"]>): Node {
  if (where === "signature")
    return element(
      "p",
      {},
      "Both sides sign the same text. So the secret keys differ, or the scope belongs to another day.",
    );
  return table([
    [
      "where",
      `${where === "canonicalRequest" ? "canonical request" : "string to sign"}, line ${line}: ${part}`,
    ],
    ["by this request", verifier ?? "(no such line)"],
    ["by the other side", client ?? "(no such line)", "differs"],
  ]);
}

function showSigned(method: string, { url, headers }: NonNullable<Explanation["signed"]>): Node {
  return table([["address", `${method} ${url}`], ...Object.entries(headers)]);
}

const STRING_LABELS = ["algorithm", "date", "scope", "hash of the canonical request"];

function labelCanonical(line: string, index: number, lines: readonly string[]): string {
  const fromEnd = ["payload hash", "signed headers", "end of headers"][lines.length - 1 - index];
  return ["method", "path", "query"][index] ?? fromEnd ?? `header ${line.split(":", 1)[0] ?? ""}`;
}

/** A text line by line, each with its name; the line that differs is marked. */
function showLines(
  text: string,
  label: (line: string, index: number, lines: readonly string[]) => string,
  isOff: (index: number, label: string) => boolean,
): Node {
  const lines = text.split("\n");
  return table(
    lines.map((line, index) => {
      const name = label(line, index, lines);
      const row = [name, line === "" ? "(empty line)" : line];
      return isOff(index, name) ? row.concat("differs") : row;
    }),
  );
}

async function fill(name: string): Promise<void> {
  const example = await makeExample(name, new Date());
  field("form")
    .querySelectorAll("input, textarea")
    .forEach((input) => {
      (input as HTMLInputElement).value = "";
    });
  for (const [id, value] of Object.entries(example)) field(id).value = value;
  await update();
}

field("form").addEventListener("submit", (event) => event.preventDefault());
field("form").addEventListener("input", () => void update());
for (const trigger of document.querySelectorAll<HTMLElement>("[data-example]"))
  trigger.addEventListener("click", () => void fill(trigger.dataset["example"] ?? ""));
// A browser may bring back what was in the form.
void update();
