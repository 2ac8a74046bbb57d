/** The bytes of an answer; leaving the loop early ends the connection. */
export async function* readChunks(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel();
  }
}

/**
 * The lines of a text in UTF-8, wherever its bytes are cut. A line ends in LF, CR or CRLF and is given as soon as it does; a last
 * one without an end is given too.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // Pieces of the line that has no end yet: joined once, since a long line may come in many pieces.
  let rest: string[] = [];
  let afterCr = false;
  for await (const chunk of chunks) {
    const decoded = decoder.decode(chunk, { stream: true });
    if (decoded === '') continue;
    const text = afterCr && decoded.startsWith('\n') ? decoded.slice(1) : decoded;
    afterCr = decoded.endsWith('\r');
    for (const [at, line] of text.split(/\r\n|\r|\n/).entries()) {
      if (at > 0) {
        yield rest.join('');
        rest = [];
      }
      rest.push(line);
    }
  }
  const last = rest.join('') + decoder.decode();
  if (last !== '') yield last;
}
