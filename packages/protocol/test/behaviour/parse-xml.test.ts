import { decodeResponse, GetCallerIdentity, loadDecoder, ProtocolError } from "@org/sts-protocol";
import { describe, expect, test } from "vitest";

const { parseXml: parse } = await loadDecoder();

function codeOf(xml: string): string {
  try {
    parse(xml);
    return "accepted";
  } catch (error) {
    return error instanceof ProtocolError ? error.code : `not typed: ${String(error)}`;
  }
}

describe("parseXml refuses", () => {
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
    ["a document that is too long", `<a>${"x".repeat(1_048_576)}</a>`, "ERR_XML_LIMIT"],
  ] as const)("parseXml refuses %s", ([, xml, code]) => {
    expect(codeOf(xml)).toBe(code);
  });

  test("parseXml refuses without quoting the text, which may be secret", () => {
    expect(() => parse("<a><SecretAccessKey>wJalrXUtnFEMI/K7MDENG</a>")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("wJalr") }),
    );
  });
});

describe("parseXml reads", () => {
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
    ["a declaration", '<?xml version="1.0" encoding="UTF-8"?>\n<a>1</a>', "1"],
    ["an account id as text, zeros included", "<a>012345678901</a>", "012345678901"],
    ["numbers and booleans as text", "<a>1e3 0x10 true</a>", "1e3 0x10 true"],
    ["greater-than signs in text", "<a>a > b</a>", "a > b"],
  ] as const)("parseXml reads %s", ([, xml, text]) => {
    expect(textOf(xml)).toBe(text);
  });

  test("parseXml reads children by local name, in order, whatever prefix and attributes they have", () => {
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

  test("parseXml reads many references, because each stands for one character", () => {
    expect(textOf(`<a>${"&amp;&#x41;".repeat(20_000)}</a>`)).toBe("&A".repeat(20_000));
  });
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
