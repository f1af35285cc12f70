import fc from "fast-check";

/** Documents as STS servers send them and, by `mutations`, what becomes of them when something is cut, doubled or put in. */
export function arbitraryXml(mutations: number): fc.Arbitrary<string> {
  return fc
    .tuple(documents, fc.array(mutation, { maxLength: mutations }))
    .map(([xml, changes]) => changes.reduce((changed, change) => change(changed), xml));
}

const names = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.constantFrom("Credentials", "member", "a", "_b", "c-1.2", "s:a", "n1:Arn", "Error"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "s:a",
      "n1:Arn",
      "é",
      "a:b:c",
      "xmlns:x",
      "__proto__",
      "toString",
      "prototype",
    ),
  },
);

/** One time in twenty the first, which the reader declines, refuses or both. */
function rarely(odd: fc.Arbitrary<string>, usual: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 1, arbitrary: odd }, { weight: 19, arbitrary: usual });
}

const space = fc.constantFrom("", " ", "\n", "\r\n", "\t", "\n    ", "\r");

const text = fc.oneof(
  fc.string({
    unit: fc.constantFrom("a", "Z", "0", " ", "é", "漢", "😀", ">", '"', "'", "/", "=", "]", "-"),
  }),
  rarely(
    fc.constantFrom(
      "&#0;",
      "&#xD800;",
      "&#x110000;",
      "&#X41;",
      "&nbsp;",
      "&AMP;",
      "&",
      "&#;",
      "&#x;",
      "\uFFFE",
      "]]>",
    ),
    fc.constantFrom(
      "&amp;",
      "&lt;",
      "&gt;",
      "&quot;",
      "&apos;",
      "&#65;",
      "&#x1F600;",
      "&#xe9;",
      "&#13;",
      "&#00000000000000000065;",
      "\r\n",
      "\r",
      "\u0085",
      "\u2028",
      "]]",
      "\uFEFF",
      "\u00A0",
    ),
  ),
);

const comment = fc
  .string({ unit: fc.constantFrom("a", " ", "-", "<", "&", ">", "]", "?", "!"), maxLength: 6 })
  .map((inside) => `<!--${inside}-->`);

const cdata = fc
  .string({ unit: fc.constantFrom("a", " ", "<", "&", ">", "]", "\r", "\n", "é"), maxLength: 6 })
  .map((inside) => `<![CDATA[${inside}]]>`);

const attribute = fc
  .tuple(
    fc.constantFrom(" ", "\n", "\t ", "  "),
    fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom("xmlns", "xmlns:s", "q", "a:b", "_x", "constructor") },
      { weight: 1, arbitrary: fc.constantFrom("é", "__proto__", "a:b:c") },
    ),
    space,
    space,
    fc.constantFrom('"', "'"),
    rarely(
      fc.string({ unit: fc.constantFrom("a", ">", "&amp;", "&", "<"), maxLength: 5 }),
      fc.string({ unit: fc.constantFrom("a", "/", ">", " ", "=", ":", "é", "\n"), maxLength: 5 }),
    ),
  )
  .map(
    ([before, name, left, right, quote, value]) => `${before}${name}${left}=${right}${quote}${value}${quote}`,
  );

const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  content: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    text,
    space,
    comment,
    cdata,
    tie("element"),
    tie("element"),
    rarely(fc.constantFrom("<?p x?>", "<?xml version='1.0'?>"), tie("element")),
  ),
  element: fc
    .tuple(
      names,
      fc.array(attribute, { maxLength: 2, depthIdentifier: "none" }),
      space,
      fc.array(tie("content"), { maxLength: 4 }),
      fc.boolean(),
    )
    .map(([name, attributes, end, content, isEmpty]) =>
      isEmpty
        ? `<${name}${attributes.join("")}${end}/>`
        : `<${name}${attributes.join("")}${end}>${content.join("")}</${name}${end}>`,
    ),
}));

const documents = fc
  .tuple(
    fc.oneof(
      { weight: 12, arbitrary: fc.constant("") },
      {
        weight: 6,
        arbitrary: fc.constantFrom(
          '<?xml version="1.0"?>',
          '<?xml version="1.0" encoding="UTF-8"?>\n',
          "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>",
        ),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          "\uFEFF",
          '<?xml version="1.1"?>',
          "<?xml ?>",
          "<?xml-stylesheet href='a'?>",
          ' <?xml version="1.0"?>',
          "<!DOCTYPE a>",
          "<!doctype html>",
          "<!-- a -->",
          '\uFEFF<?xml version="1.0"?>',
        ),
      },
    ),
    space,
    element,
    space,
    rarely(fc.oneof(cdata, text, element), fc.oneof({ weight: 8, arbitrary: fc.constant("") }, comment)),
  )
  .map((parts) => parts.join(""));

const PIECES = [
  "<",
  ">",
  "/",
  "&",
  ";",
  '"',
  "'",
  "=",
  " ",
  "a",
  "\u0000",
  "\u000B",
  "\uFFFE",
  "\uD83D",
  "]]>",
  "<!--",
  "-->",
  "<![CDATA[",
  "<a>",
  "</a>",
  "<a/>",
  "&#x",
  "<?xml version='1.0'?>",
  "<!",
  "?>",
  "\r",
  "\n",
  "\t",
  "\u00A0",
];

const place = fc.nat({ max: 1_000_000 });
const mutation: fc.Arbitrary<(xml: string) => string> = fc.oneof(
  fc.tuple(place, fc.constantFrom(...PIECES)).map(
    ([at, piece]) =>
      (xml: string) =>
        insert(xml, at % (xml.length + 1), piece),
  ),
  fc.tuple(place, fc.nat({ max: 4 })).map(
    ([at, length]) =>
      (xml: string) =>
        cut(xml, at % (xml.length + 1), length),
  ),
  fc.tuple(place, place).map(([from, length]) => (xml: string) => {
    const start = from % (xml.length + 1);
    return insert(xml, start, xml.slice(start, start + (length % 12)));
  }),
  place.map((at) => (xml: string) => xml.slice(0, at % (xml.length + 1))),
);

function insert(xml: string, at: number, piece: string): string {
  return xml.slice(0, at) + piece + xml.slice(at);
}

function cut(xml: string, at: number, length: number): string {
  return xml.slice(0, at) + xml.slice(at + length);
}
