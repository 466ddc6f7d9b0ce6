import { type Document, isAlias, isMap, isScalar, isSeq, type Scalar } from "yaml";

/**
 * Bytes of a document as JSON, where each alias is written out, found without doing so; infinite where an alias stands inside of what it repeats.
 * What a merge key brings is counted also where it is overridden. The nesting is known to be bounded.
 */
export function bytesWrittenOut(document: Document.Parsed): number {
  const ofAnchors = new Map<string, number>();
  const bytesOf = (node: unknown): number => {
    if (isAlias(node)) return ofAnchors.get(node.source) ?? 0;
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor === undefined) return bytesWithin(node);
    ofAnchors.set(anchor, Number.POSITIVE_INFINITY);
    const bytes = bytesWithin(node);
    ofAnchors.set(anchor, bytes);
    return bytes;
  };
  const bytesWithin = (node: unknown): number => {
    let bytes = 1; // of two brackets and a separator between any two
    if (isMap(node)) for (const { key, value } of node.items) bytes += bytesOf(key) + bytesOf(value) + 2;
    else if (isSeq(node)) for (const item of node.items) bytes += bytesOf(item) + 1;
    else return bytesOfScalar(isScalar(node) ? node : undefined);
    return Math.max(2, bytes);
  };
  return bytesOf(document.contents);
}

/** A number may count as the text that stands there, which may have any length. */
function bytesOfScalar(scalar: Scalar | undefined): number {
  const bytes = Buffer.byteLength(JSON.stringify(scalar?.value ?? null));
  return typeof scalar?.value === "number" ? Math.max(bytes, scalar.source?.length ?? 0) : bytes;
}
