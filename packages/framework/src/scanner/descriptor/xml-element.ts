import { SaxesParser } from "saxes";
import { ServletParseError } from "../../errors/servlet-parse-error.js";

/** An element of a descriptor. Prefixes of namespaces are left out. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, trimmed. */
  readonly text: string;
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

/**
 * Reads a small XML document. Entities of a DTD are not read, so none can reach for a file.
 *
 * @throws ServletParseError `parse.descriptor` when it is not well-formed
 */
export function parseXml(xml: string): XmlElement {
  const parser = new SaxesParser<{ readonly xmlns: false }>({ xmlns: false });
  const top: OpenElement = { name: "", attributes: {}, children: [], text: "" };
  const open = [top];
  const addText = (text: string) => {
    const current = open.at(-1);
    if (current !== undefined) current.text += text;
  };
  parser.on("opentag", ({ name, attributes }) => {
    const element: OpenElement = { name: localName(name), attributes: { ...attributes }, children: [], text: "" };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const closed = open.pop();
    if (closed !== undefined) closed.text = closed.text.trim();
  });
  parser.on("error", (error) => {
    throw new ServletParseError("parse.descriptor", { detail: error.message, cause: error });
  });
  parser.write(xml.replace(/^\uFEFF/, "")).close();
  const [root] = top.children;
  if (root === undefined) throw new ServletParseError("parse.descriptor", { detail: "it has no element" });
  return root;
}

/** The children of that name. */
export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The first child of that name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

/** The text of the first child of that name; undefined when there is none or it is empty. */
export function childText(element: XmlElement, name: string): string | undefined {
  return childOf(element, name)?.text || undefined;
}

/** The texts of all children of that name, without empty ones. */
export function childTexts(element: XmlElement, name: string): readonly string[] {
  return childrenOf(element, name)
    .map(({ text }) => text)
    .filter((text) => text !== "");
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
