import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { child, idXml, isWritable, readXml, textOf, textXml, UnsendableError, XML_LENGTH_MAX } from "./xml.ts";

const NAMESPACE = "http://www.mesa.org/xml/B2MML";
const read = (text: string) => readXml(text, NAMESPACE);
const inRoot = (content: string) => `<ConfirmBOD xmlns="${NAMESPACE}">${content}</ConfirmBOD>`;

function problem(text: string): string {
  const answer = read(text);
  if (answer.root !== undefined) throw new Error("it was read");
  return answer.problem;
}

describe("what is read", () => {
  it("knows elements by their namespace, whatever the prefix", () => {
    const text = `<m:ConfirmBOD xmlns:m="${NAMESPACE}" xmlns="http://vendor"><m:ID> A </m:ID><ID>other</ID></m:ConfirmBOD>`;
    const { root } = read(text);
    if (root === undefined) throw new Error("it was not read");
    expect(root.name).toBe("ConfirmBOD");
    expect(root.children.map(({ name }) => name)).toEqual(["ID", "{http://vendor}ID"]);
    expect(textOf(root, "ID")).toBe("A");
  });

  it("takes text as it is: entities, character references, CDATA", () => {
    const { root } = read(inRoot("<ID>a &lt;&amp;&#x1F6E0;<![CDATA[<b>&]]>c</ID>"));
    expect(root && child(root, "ID").text).toBe("a <&🛠<b>&c");
  });

  it("gives back what was escaped", () => {
    const anyText = fc.string({ unit: "binary" }).filter((text) => text === text.toWellFormed());
    fc.assert(
      fc.property(anyText, (text) => {
        const { root } = read(inRoot(`<ID>${textXml(text)}</ID>`));
        const mended = Array.from(text, (character) => (isWritable(character) ? character : "\ufffd")).join("");
        expect(root && child(root, "ID").text).toBe(mended);
      }),
      { numRuns: 500 },
    );
  });
});

describe("what is refused", () => {
  it("a document type, whatever is in it", () => {
    const bomb =
      '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>' + inRoot("<ID>&b;</ID>");
    expect(problem(bomb)).toContain("DOCTYPE");
    expect(problem(`<!DOCTYPE a SYSTEM "file:///etc/passwd">${inRoot("")}`)).toContain("DOCTYPE");
  });

  it("an entity that XML does not have itself", () => {
    expect(problem(inRoot("&nbsp;"))).toContain("not well-formed");
  });

  it.each([
    ["nothing", ""],
    ["JSON", '{"error": "no"}'],
    ["an element that is not closed", inRoot("<ID>")],
    ["two roots", inRoot("") + inRoot("")],
    ["a control character", inRoot("\u0001")],
    ["one attribute twice", `<ConfirmBOD xmlns="${NAMESPACE}" a="1" a="2"/>`],
    ["a prefix that stands for nothing", inRoot("<x:ID/>")],
  ])("%s", (_what, text) => {
    expect(problem(text)).toMatch(/not well-formed|no element/);
  });

  it("the message of another edition, or a page", () => {
    expect(problem('<ConfirmBOD xmlns="http://www.mesa.org/xml/B2MML-V0600"/>')).toContain("B2MML-V0600");
    expect(problem("<html><body>Sign in</body></html>")).toContain('<html> is of namespace ""');
  });

  it("another encoding than UTF-8, which it would be misread in", () => {
    expect(problem(`<?xml version="1.0" encoding="ISO-8859-1"?>${inRoot("")}`)).toContain("ISO-8859-1");
    expect(read(`<?xml version="1.0" encoding="utf-8"?>${inRoot("")}`)).toHaveProperty("root");
  });

  it("what is nested too deep", () => {
    expect(problem(inRoot("<a>".repeat(100_000)))).toContain("deeper than 64");
  });

  it("too many elements, or attributes", () => {
    expect(problem(inRoot("<a/>".repeat(500_001)))).toContain("more than 500000");
    const attributes = Array.from({ length: 50_000 }, (_, i) => `a${i}=""`).join(" ");
    expect(problem(inRoot(`<a ${attributes}/>`.repeat(11)))).toContain("more than 500000");
  });

  it("what is too long, unread", () => {
    expect(problem(" ".repeat(XML_LENGTH_MAX + 1))).toContain("longer than");
  });
});

describe("an identifier", () => {
  it("is escaped", () => {
    expect(idXml("item", "A<B>&C")).toBe("A&lt;B&gt;&amp;C");
  });

  it.each(["a\nb", "a\tb", "a\u0000b", "a\ud800b", "a\uffffb"])(
    "that would arrive as another one is refused: %j",
    (id) => {
      expect(() => idXml("lot", id)).toThrow(expect.objectContaining({ field: "lot" }) as UnsendableError);
    },
  );
});
