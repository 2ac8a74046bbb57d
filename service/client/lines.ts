/** The bytes of a response body; leaving the loop early cancels the request. */
export async function* readChunks(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel();
  }
}

/** The lines of a UTF-8 text, each as soon as its LF arrives; a last line needs none. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // Parts of the incomplete line, joined once: a long line may arrive in many chunks.
  let parts: string[] = [];
  for await (const chunk of chunks) {
    const [first = '', ...lines] = decoder.decode(chunk, { stream: true }).split('\n');
    parts.push(first);
    for (const line of lines) {
      yield parts.join('');
      parts = [line];
    }
  }
  const last = parts.join('') + decoder.decode();
  if (last !== '') yield last;
}
