import { ReadingError } from "./plain-request.ts";

/** What a backslash and a letter mean in `$'…'`. */
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  "0": "\0",
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  v: "\v",
};

/**
 * Splits a command into its words as a POSIX shell does: `'…'`, `"…"`, `\`, and `$'…'` of bash, which browsers write when they copy a
 * request. Nothing is expanded: a variable stays as it is written.
 *
 * @throws {@link ReadingError} when a quotation has no end.
 */
export function splitShellWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  const add = (text: string): void => {
    word = (word ?? "") + text;
  };
  // One token at a time: a quotation, an escape, white space, or a run of ordinary characters.
  const TOKEN =
    /\$'((?:[^'\\]|\\[^])*)'|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\(\r?\n|[^])|(\s+)|([^\s'"\\$]+|\$)/y;
  while (TOKEN.lastIndex < command.length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(command);
    if (!match)
      throw new ReadingError(`the quotation that begins with ${command.slice(start, start + 12)} has no end`);
    const [, ansi, single, double, escaped, space, plain] = match;
    if (ansi !== undefined) add(unescapeAnsi(ansi));
    else if (double !== undefined) add(double.replace(/\\(?:\r?\n)/g, "").replace(/\\([\\"$`])/g, "$1"));
    else if (escaped !== undefined) {
      if (!escaped.endsWith("\n")) add(escaped);
    } else if (space === undefined) add(single ?? plain ?? "");
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}

function unescapeAnsi(text: string): string {
  return text.replace(
    /\\(?:u([\da-f]{1,4})|U([\da-f]{1,8})|x([\da-f]{1,2})|([^]))/gi,
    (_, short: string | undefined, long: string | undefined, byte: string | undefined, letter: string) => {
      const code = short ?? long ?? byte;
      return code === undefined
        ? (ESCAPES[letter] ?? letter)
        : String.fromCodePoint(Number.parseInt(code, 16));
    },
  );
}
