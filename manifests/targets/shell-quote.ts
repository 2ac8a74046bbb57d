/** The text as one word of a POSIX shell: unchanged if it has no special characters, else in single quotes. */
export const shellQuote = (text: string): string => (/^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
