const [opening, closing] = ['<think>', '</think>'];

interface Split {
  readonly content: string;
  readonly reasoning: string;
}

/**
 * Separates the reasoning that models such as DeepSeek-R1 and QwQ write before their answer, in `<think>`, from the answer. Feed it the
 * pieces of one text in order, wherever they are cut; `end` returns what a cut tag may have held back.
 */
export class ReasoningSplitter {
  #state: 'start' | 'reasoning' | 'gap' | 'answer' = 'start';
  #pending = '';

  feed(piece: string): Split {
    if (this.#state === 'answer') return { content: piece, reasoning: '' };
    this.#pending += piece;
    if (this.#state === 'start') {
      const text = this.#pending.trimStart();
      if (text.length < opening.length && opening.startsWith(text)) return { content: '', reasoning: '' };
      if (!text.startsWith(opening)) return this.#answer(this.#pending, '');
      this.#state = 'reasoning';
      this.#pending = text.slice(opening.length);
    }
    return this.#state === 'gap' ? this.#skipGap('') : this.#reason();
  }

  end(): Split {
    const [content, reasoning] = this.#state === 'reasoning' ? ['', this.#pending] : [this.#pending, ''];
    this.#pending = '';
    return { content: this.#state === 'gap' ? '' : content, reasoning };
  }

  #reason(): Split {
    const at = this.#pending.indexOf(closing);
    if (at >= 0) {
      const reasoning = this.#pending.slice(0, at);
      this.#pending = this.#pending.slice(at + closing.length);
      return this.#skipGap(reasoning);
    }
    // The end may be the first part of the closing tag.
    const kept = Math.min(this.#pending.length, closing.length - 1);
    const reasoning = this.#pending.slice(0, this.#pending.length - kept);
    this.#pending = this.#pending.slice(this.#pending.length - kept);
    return { content: '', reasoning };
  }

  /** White space between reasoning and answer belongs to neither. */
  #skipGap(reasoning: string): Split {
    const text = this.#pending.trimStart();
    this.#state = 'gap';
    this.#pending = '';
    return text === '' ? { content: '', reasoning } : this.#answer(text, reasoning);
  }

  #answer(content: string, reasoning: string): Split {
    this.#state = 'answer';
    this.#pending = '';
    return { content, reasoning };
  }
}

/** Separates the reasoning of a whole text. A text with the closing tag only starts with reasoning: some templates send the opening tag themselves. */
export function splitReasoning(text: string): Split {
  const end = text.indexOf(closing);
  const isTagged = text.trimStart().startsWith(opening);
  if (end < 0 && !isTagged) return { content: text, reasoning: '' };
  const splitter = new ReasoningSplitter();
  const parts = splitter.feed(isTagged ? text : `${opening}${text}`);
  const rest = splitter.end();
  return { content: parts.content + rest.content, reasoning: parts.reasoning + rest.reasoning };
}
