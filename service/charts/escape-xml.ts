const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Characters that XML 1.0 has no notation for. */
const notXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** Text of an element, or value of an attribute in double quotes. */
export const escapeXml = (text: string): string => text.replace(notXml, '\u{FFFD}').replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
