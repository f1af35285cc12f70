import { decodeResponse, GetCallerIdentity, ProtocolError } from "@org/sts-protocol";
import { parseXml, readXml, type XmlParser } from "@org/sts-protocol/xml";
import { describe, expect, test } from "vitest";

function codeOf(parse: XmlParser, xml: string): string {
  try {
    parse(xml);
    return "accepted";
  } catch (error) {
    return error instanceof ProtocolError ? error.code : `not typed: ${String(error)}`;
  }
}

describe.each([
  ["readXml", readXml],
  ["parseXml", parseXml],
] as const)("%s", (parser, parse) => {
  test.for([
    ["an empty document", "", "ERR_XML_MALFORMED"],
    ["plain text", "OK", "ERR_XML_MALFORMED"],
    ["a document that is cut off", "<a><b>text", "ERR_XML_MALFORMED"],
    ["a document that is cut off inside a tag", "<a><b", "ERR_XML_MALFORMED"],
    ["an element that is never closed", "<a><b></a>", "ERR_XML_MALFORMED"],
    ["elements closed in the wrong order", "<a><b></a></b>", "ERR_XML_MALFORMED"],
    ["two root elements", "<a/><b/>", "ERR_XML_MALFORMED"],
    ["text after the root element", "<a/>text", "ERR_XML_MALFORMED"],
    ["a name that could change objects", "<a><__proto__>1</__proto__></a>", "ERR_XML_MALFORMED"],
    [
      "unclosed HTML",
      "<html><head><meta charset=utf-8><title>Sign in</title></head></html>",
      "ERR_XML_MALFORMED",
    ],
    ["a bare ampersand", "<a>fish & chips</a>", "ERR_XML_MALFORMED"],
    ["an entity that XML does not define", "<a>&nbsp;</a>", "ERR_XML_MALFORMED"],
    ["an entity in capitals", "<a>&AMP;</a>", "ERR_XML_MALFORMED"],
    ["a reference to no character", "<a>&#0;</a>", "ERR_XML_MALFORMED"],
    ["a reference to half a character", "<a>&#xD83D;</a>", "ERR_XML_MALFORMED"],
    ["a reference beyond the last character", "<a>&#x110000;</a>", "ERR_XML_MALFORMED"],
    ["an unclosed comment", "<a><!-- </a>", "ERR_XML_MALFORMED"],
    ["an unclosed CDATA section", "<a><![CDATA[ </a>", "ERR_XML_MALFORMED"],
    ["a malformed declaration", "<a><!x></a>", "ERR_XML_MALFORMED"],
    ["a DOCTYPE", "<!DOCTYPE a><a/>", "ERR_XML_FORBIDDEN"],
    ["a DOCTYPE behind a comment", "<!-- x --><!DOCTYPE a><a/>", "ERR_XML_FORBIDDEN"],
    ["an entity definition on its own", '<a><!ENTITY x "y"></a>', "ERR_XML_FORBIDDEN"],
    ["comments without end", `<a>${"<!--".repeat(200_000)}`, "ERR_XML_MALFORMED"],
    ["CDATA sections without end", `<a>${"<![CDATA[".repeat(100_000)}`, "ERR_XML_MALFORMED"],
    ["a DOCTYPE in small letters", "<!doctype html><html></html>", "ERR_XML_FORBIDDEN"],
    [
      "an external entity",
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
      "ERR_XML_FORBIDDEN",
    ],
    [
      "entities that multiply",
      '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]><a>&d;</a>',
      "ERR_XML_FORBIDDEN",
    ],
    ["a document nested too deep", `${"<a>".repeat(100)}${"</a>".repeat(100)}`, "ERR_XML_LIMIT"],
    ["a document that is one level too deep", `${"<a>".repeat(33)}${"</a>".repeat(33)}`, "ERR_XML_LIMIT"],
    [
      "a document with an empty element one level too deep",
      `${"<a>".repeat(32)}<a/>${"</a>".repeat(32)}`,
      "ERR_XML_LIMIT",
    ],
    ["a document that is too long", `<a>${"x".repeat(1_048_576)}</a>`, "ERR_XML_LIMIT"],
    ["a document that is one character too long", `<a>${"x".repeat(1_048_570)}</a>`, "ERR_XML_LIMIT"],
    ["text after an empty root element", "<a/>text<!-- -->", "ERR_XML_MALFORMED"],
    ["a reference after the root element", "<a>1</a>&amp;", "ERR_XML_MALFORMED"],
    ["text before the root element", "text<a/>", "ERR_XML_MALFORMED"],
    ["a repeated attribute", '<a b="1" b="2"/>', "ERR_XML_MALFORMED"],
    ["an attribute without a value", "<a b/>", "ERR_XML_MALFORMED"],
    ["an attribute without quotes", "<a b=1/>", "ERR_XML_MALFORMED"],
    ["an attribute that is not closed", '<a b="1/>', "ERR_XML_MALFORMED"],
    ["attributes without space between them", '<a b="1"c="2"/>', "ERR_XML_MALFORMED"],
    ["a reference without a number", "<a>&#;</a>", "ERR_XML_MALFORMED"],
    ["a reference without an end", "<a>&#65</a>", "ERR_XML_MALFORMED"],
    ["a closing tag without an opening one", "</a>", "ERR_XML_MALFORMED"],
    ["a closing tag that only begins like the opening one", "<a></ab>", "ERR_XML_MALFORMED"],
    ["a name that begins with a digit", "<1/>", "ERR_XML_MALFORMED"],
  ] as const)(`${parser} refuses %s`, ([, xml, code]) => {
    expect(codeOf(parse, xml)).toBe(code);
  });

  test(`${parser} refuses without quoting the text, which may be secret`, () => {
    expect(() => parse("<a><SecretAccessKey>wJalrXUtnFEMI/K7MDENG</a>")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("wJalr") }),
    );
  });

  const textOf = (xml: string): string => parse(xml).text;

  test.for([
    ["the five named entities", "<a>&amp;&lt;&gt;&quot;&apos;</a>", "&<>\"'"],
    ["decimal references", "<a>&#65;&#233;&#128512;</a>", "Aé😀"],
    ["hexadecimal references in either case", "<a>&#x41;&#xE9;&#xe9;&#x1F600;</a>", "Aéé😀"],
    ["an escaped reference once only", "<a>&amp;lt;</a>", "&lt;"],
    ["references to line breaks", "<a>&#xD;&#xA;&#9;</a>", "\r\n\t"],
    ["white space around text", "<a>\n  AQoD \n</a>", "\n  AQoD \n"],
    ["text of white space only", "<a>  </a>", "  "],
    ["CDATA sections as they are", "<a>1<![CDATA[<&amp;>]]>2</a>", "1<&amp;>2"],
    ["text around comments", "<a>1<!-- <b> & -->2</a>", "12"],
    [
      "text that only looks like a DOCTYPE",
      "<a><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]></a>",
      "<!DOCTYPE a>",
    ],
    ["an empty element", "<a/>", ""],
    ["an empty CDATA section", "<a>1<![CDATA[]]>2</a>", "12"],
    ["line ends as line feeds", "<a>1\r\n2\r3<![CDATA[\r\n4\r5]]></a>", "1\n2\n3\n4\n5"],
    ["a byte order mark", "\uFEFF<a>1</a>", "1"],
    ["characters beyond the basic plane", "<a>😀</a>", "😀"],
    ["brackets that end no CDATA section", "<a>]] ]>]</a>", "]] ]>]"],
    ["references with leading zeros", "<a>&#000000000000000065;</a>", "A"],
    ["white space inside tags", '<a\n b = "1"\t>1</a\r\n>', "1"],
    ["comments around the root element", "<!-- 1 --> <a>1</a> <!-- 2 -->", "1"],
    ["a declaration", '<?xml version="1.0" encoding="UTF-8"?>\n<a>1</a>', "1"],
    ["an account id as text, zeros included", "<a>012345678901</a>", "012345678901"],
    ["numbers and booleans as text", "<a>1e3 0x10 true</a>", "1e3 0x10 true"],
    ["greater-than signs in text", "<a>a > b</a>", "a > b"],
  ] as const)(`${parser} reads %s`, ([, xml, text]) => {
    expect(textOf(xml)).toBe(text);
  });

  test(`${parser} reads children by local name, in order, whatever prefix and attributes they have`, () => {
    expect(parse('<s:a xmlns:s="urn:x"><s:b q="1">1</s:b>\t<c/> <b>2</b></s:a>')).toEqual({
      name: "a",
      text: "\t ",
      children: [
        { name: "b", text: "1", children: [] },
        { name: "c", text: "", children: [] },
        { name: "b", text: "2", children: [] },
      ],
    });
  });

  test(`${parser} reads many references, because each is one character`, () => {
    expect(textOf(`<a>${"&amp;&#x41;".repeat(20_000)}</a>`)).toBe("&A".repeat(20_000));
  });
});

test.for([
  ["a control character", "<a>\u0001</a>"],
  ["a control character in an attribute", '<a b="\u0001"/>'],
  ["a control character in a comment", "<a><!--\u0001--></a>"],
  ["a control character in a CDATA section", "<a><![CDATA[\u0001]]></a>"],
  ["half a surrogate pair", "<a>\uD83D</a>"],
  ["the second half of a surrogate pair alone", "<a>\uDE00</a>"],
  ["U+FFFE", "<a>\uFFFE</a>"],
  ["U+FFFF", "<a>\uFFFF</a>"],
  ["]]> in text", "<a>]]></a>"],
  ["a declaration that is not at the start", '<a><?xml version="1.0"?></a>'],
] as const)("readXml refuses %s, which fast-xml-parser takes", ([, xml]) => {
  expect(codeOf(readXml, xml)).toBe("ERR_XML_MALFORMED");
  expect(codeOf(parseXml, xml)).toBe("accepted");
});

const declinedDocuments = [
  ["a processing instruction", "<?p?><a>1</a>"],
  ["an element name outside ASCII", "<a><é/></a>"],
  ["an attribute name outside ASCII", '<a é="1"/>'],
  ["a name with two colons", "<a:b:c/>"],
  ["a reference in an attribute", '<a b="&amp;"/>'],
  ["two hyphens in a comment", "<a><!-- -- --></a>"],
  ["a declaration of another version", '<?xml version="1.1"?><a/>'],
  ["an element named like a member of every object", "<a><toString/></a>"],
] as const;

test.for(declinedDocuments)("readXml declines %s and names the option parseXml", ([, xml]) => {
  expect(() => readXml(xml)).toThrow(
    expect.objectContaining({ code: "ERR_XML_MALFORMED", message: expect.stringContaining("parseXml") }),
  );
  expect(codeOf(parseXml, xml)).toBe("accepted");
});

/** What the reader says about a document, and at which position. What it declines, another parser may read. */
const refusals = [
  ["", 0, "no element"],
  ["OK", 0, "text outside the root element"],
  ["<a/>x", 4, "text outside the root element"],
  ["\n x<a/>", 0, "text outside the root element"],
  ["<a/>&amp;", 4, "declined: a reference outside the root element"],
  [" &amp;<a/>", 0, "declined: a reference outside the root element"],
  ["x&amp;<a/>", 0, "text outside the root element"],
  ["<a/>\u00A0", 4, "text outside the root element"],
  ["<a><b>text", 6, "an element that is not closed"],
  ["<a></b>", 3, "a closing tag that does not match"],
  ["<a></b >", 3, "a closing tag that does not match"],
  ["<a></a:b>", 3, "declined: an unusual tag"],
  ["</a>", 0, "a closing tag that does not match"],
  ["<a/></a>", 4, "a closing tag that does not match"],
  ["<a/><b/>", 4, "a second root element"],
  ["<a>1</a><b>", 8, "a second root element"],
  ["<a/><!-- --><b/>", 12, "a second root element"],
  ['<a/><b c="1"/>', 4, "a second root element"],
  ["<a><b", 3, "a malformed tag"],
  ["<a><!x></a>", 3, "a malformed tag"],
  ["<a>< b></a>", 3, "a malformed tag"],
  ["<a", 0, "a malformed tag"],
  ["<", 0, "a malformed tag"],
  ["<a><", 3, "a malformed tag"],
  ["<a><!-- x", 7, "a comment or CDATA section without an end"],
  ["<a><![CDATA[ x", 12, "a comment or CDATA section without an end"],
  ["<a><!-->", 7, "a comment or CDATA section without an end"],
  ["<a><![CDATA[>", 12, "a comment or CDATA section without an end"],
  ["<!-- -- --><a/>", 7, "declined: two hyphens in a comment"],
  ["<a><!-- x --->1</a>", 12, "declined: two hyphens in a comment"],
  ["<![CDATA[x]]><a/>", 0, "declined: a CDATA section outside the root element"],
  ["<a/><![CDATA[x]]>", 4, "declined: a CDATA section outside the root element"],
  ["<a>&nbsp;</a>", 3, "a reference to what XML does not define"],
  ["<a>&</a>", 3, "a reference to what XML does not define"],
  ["<a>x&#xD83D;y</a>", 3, "a reference to what XML does not define"],
  ["<a>&#X41;</a>", 3, "declined: a reference with a capital X"],
  ["<a>&#x110000;</a>", 3, "a reference to what XML does not define"],
  ["<a>&#1114112;</a>", 3, "a reference to what XML does not define"],
  ["<a>&#0;</a>", 3, "a reference to what XML does not define"],
  ["<a>&#xFFFE;</a>", 3, "a reference to what XML does not define"],
  ["<a>]]></a>", 3, "]]> in text"],
  ["<a>x]]>&amp;</a>", 3, "]]> in text"],
  ["<a>\u0001</a>", 3, "a character that XML forbids"],
  ["<a>\u0001&amp;</a>", 3, "a character that XML forbids"],
  ["<a><!--\u0001--></a>", 3, "a character that XML forbids"],
  ["<a><![CDATA[\u0001]]></a>", 3, "a character that XML forbids"],
  ['<a b="\u0001"/>', 0, "a character that XML forbids"],
  ["<\u0001/>", 0, "a character that XML forbids"],
  ["<a \u0001/>", 0, "a character that XML forbids"],
  ['<a b="1" b="2"/>', 0, "an attribute that is repeated"],
  ['<a b="1" c="b" b="2"/>', 0, "an attribute that is repeated"],
  ['<a __proto__="1" __proto__="2"/>', 0, "declined: an unusual attribute name"],
  ["<a b='1' b=\"2\"/>", 0, "an attribute that is repeated"],
  ['<a><?xml version="1.0"?></a>', 3, "a declaration that is not at the start"],
  [' <?xml version="1.0"?><a/>', 1, "a declaration that is not at the start"],
  ['<?xml version="1.1"?><a/>', 0, "declined: an unusual XML declaration"],
  ["<?xml?><a/>", 0, "declined: a processing instruction"],
  ["<?xmlx?><a/>", 0, "declined: a processing instruction"],
  ["<a/><?p?>", 4, "declined: a processing instruction"],
  ["<a><?xml-stylesheet x?></a>", 3, "declined: a processing instruction"],
  ["<a><?xml\nversion?></a>", 3, "a declaration that is not at the start"],
  ["<a><é/></a>", 3, "declined: an unusual tag"],
  ['<a é="1"/>', 0, "declined: an unusual tag"],
  ["<a:b:c/>", 0, "declined: an unusual tag"],
  ['<a b="&amp;"/>', 0, "declined: an unusual tag"],
  ['<a b="<"/>', 0, "declined: an unusual tag"],
  ["<a b=c=/>", 0, "a malformed tag"],
  ["</a/>", 0, "declined: an unusual tag"],
  ["<a></a/>", 3, "declined: an unusual tag"],
  ["<xmlns:a/>", 0, "declined: an unusual prefix"],
  ["<toString/>", 0, "declined: an unusual name"],
  ["<a><constructor>1</constructor></a>", 3, "declined: an unusual name"],
  ["<prototype/>", 0, "declined: an unusual name"],
  ["<a:toString/>", 0, "declined: an unusual name"],
  ["<a><hasOwnProperty b='1'/></a>", 3, "declined: an unusual name"],
  ["<a><a:__proto__/></a>", 3, "declined: an unusual name"],
  ["<a><![cdata[x]]></a>", 3, "a malformed tag"],
  ["<a:b></b>", 5, "a closing tag that does not match"],
  ["<a></ a>", 3, "a malformed tag"],
] as const;

test.for(refusals)("readXml refuses %j, and says what is at position %i: %s", ([xml, position, found]) => {
  const place = `(position ${position})`;
  const message = found.startsWith("declined: ")
    ? `XML was not read: ${found.slice(10)} ${place} is beyond the built-in reader; pass a full XML parser as parseXml`
    : `XML holds ${found} ${place}`;
  expect(() => readXml(xml)).toThrow(expect.objectContaining({ code: "ERR_XML_MALFORMED", message }));
});

test.for([
  ["<xmlns/>", { name: "xmlns", text: "", children: [] }],
  ["<a xmlns:b='x'/>", { name: "a", text: "", children: [] }],
  ["<a>/<ba></ba></a>", { name: "a", text: "/", children: [{ name: "ba", text: "", children: [] }] }],
  ["<a><ba>1</ba></a>", { name: "a", text: "", children: [{ name: "ba", text: "1", children: [] }] }],
  [
    "<a><ba><a/></ba></a>",
    {
      name: "a",
      text: "",
      children: [{ name: "ba", text: "", children: [{ name: "a", text: "", children: [] }] }],
    },
  ],
  ["<Zz/>", { name: "Zz", text: "", children: [] }],
  [`<a b="=" c='b="1"'/>`, { name: "a", text: "", children: [] }],
  ["<?xml\tversion='1.0' standalone='yes' ?>\t<a/>\t", { name: "a", text: "", children: [] }],
  [
    "<s:a><s:b >1</s:b\n>2</s:a >",
    { name: "a", text: "2", children: [{ name: "b", text: "1", children: [] }] },
  ],
  [
    "<a>1<b/>2<![CDATA[3]]><!-- 4 -->5</a>",
    { name: "a", text: "1235", children: [{ name: "b", text: "", children: [] }] },
  ],
] as const)("readXml reads %j", ([xml, tree]) => {
  expect(readXml(xml)).toStrictEqual(tree);
  expect(parseXml(xml)).toStrictEqual(tree);
});

test("readXml says how long a document was that is too long", () => {
  const xml = `<a>${"x".repeat(1_048_570)}</a>`;
  const message = "XML of 1048577 characters is over 1048576";
  for (const parse of [readXml, parseXml])
    expect(() => parse(xml)).toThrow(expect.objectContaining({ code: "ERR_XML_LIMIT", message }));
  const deep = `${"<a>".repeat(33)}${"</a>".repeat(33)}`;
  expect(() => readXml(deep)).toThrow("XML is nested deeper than 32 elements");
});

test("readXml and parseXml read elements nested 32 levels deep and documents of 1 MiB", () => {
  const deep = `${"<a>".repeat(32)}1${"</a>".repeat(32)}`;
  const long = `<a>${"x".repeat(1_048_576 - 7)}</a>`;
  expect(readXml(deep)).toStrictEqual(parseXml(deep));
  expect(readXml(long)).toStrictEqual(parseXml(long));
});

const identity = (arrange: (body: string) => string): string =>
  arrange(
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/Alice</Arn>" +
      "<UserId>AIDACKCEVSQ6C2EXAMPLE</UserId><Account>012345678901</Account></GetCallerIdentityResult>" +
      "<ResponseMetadata><RequestId> 01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata></GetCallerIdentityResponse>",
  );

describe("decodeResponse reads any layout", () => {
  test.for([
    ["on one line", identity((body) => body)],
    ["with blanks between elements", identity((body) => body.replaceAll("><", "> <"))],
    ["with tabs between elements", identity((body) => body.replaceAll("><", ">\t<"))],
    ["with a byte order mark", identity((body) => `\uFEFF${body}`)],
    ["with white space in front", identity((body) => `\r\n ${body}\n`)],
    ["with an XML declaration", identity((body) => `<?xml version="1.0" encoding="UTF-8"?>\n${body}`)],
    ["with a processing instruction", identity((body) => `<?p x?>${body}`)],
    ["with comments", identity((body) => body.replaceAll("><", "><!-- x --><"))],
    [
      "with a namespace prefix",
      identity((body) => body.replaceAll("</", "</n:").replaceAll(/<(?=\w)/g, "<n:")),
    ],
  ] as const)("decodeResponse reads an XML response %s", async ([, body]) => {
    const response = { statusCode: 200, headers: { "content-type": "text/xml" }, body };
    expect(await decodeResponse(GetCallerIdentity, response)).toEqual({
      $metadata: {
        httpStatusCode: 200,
        requestId: "01234567-89ab-cdef-0123-456789abcdef",
        extendedRequestId: undefined,
        cfId: undefined,
      },
      UserId: "AIDACKCEVSQ6C2EXAMPLE",
      Account: "012345678901",
      Arn: "arn:aws:iam::123456789012:user/Alice",
    });
  });
});
