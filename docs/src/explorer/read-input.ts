import { plainRequest, type Reading, ReadingError } from "./plain-request.ts";
import { readCurl } from "./read-curl.ts";
import { FETCH_CALL, readFetch } from "./read-fetch.ts";
import { readHttp, REQUEST_LINE } from "./read-http.ts";
import { type ProofContext, readProof } from "./read-proof.ts";

/**
 * Reads whatever somebody pastes: a curl command, a call of fetch, a request as it goes over the wire, an address, or a proof.
 *
 * @throws {@link ReadingError} that says what is wrong with the text, or which forms there are.
 */
export function readInput(input: string, context: ProofContext = {}): Reading {
  // A prompt that was copied along.
  const text = input.trim().replace(/^[$>#] (?=curl\b)/, "");
  const [firstLine = ""] = text.split(/\r?\n/, 1);
  // What ends a request belongs to its body.
  if (/^curl(?:\.exe)?\s/.test(text)) return readCurl(text);
  if (REQUEST_LINE.test(firstLine)) return readHttp(input.trimStart());
  const proof = readProof(text, context);
  if (proof) return proof;
  if (FETCH_CALL.test(text)) return readFetch(text);
  const isAddress = /^(?:https?:\/\/)?[\w.[\]:-]+(?:\.[\w-]+|:\d+|\])(?:[/?]\S*)?$/i.test(text);
  if (!isAddress)
    throw new ReadingError(
      "expected a curl command, a call of fetch, an HTTP request, an address, or a proof",
    );
  return { kind: "address", request: plainRequest({ method: "GET", address: text }), notes: [] };
}
