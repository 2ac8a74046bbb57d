import type { ToolCall, ToolCallDelta } from '../../models/chat.ts';
import { callDelta, completeCall, type ReadCall } from './fields.ts';

/** The tool calls of one choice of a stream, as far as they have arrived. */
export class StreamedCalls {
  readonly #calls: ToolCall[] = [];
  /** The number that the endpoint gave a call last → the number of the call here: some endpoints give all calls the number 0, or none. */
  readonly #numbers = new Map<number, number>();

  get calls(): readonly ToolCall[] {
    return this.#calls;
  }

  /**
   * Adds a piece of a call.
   * @param position in its chunk, for endpoints that number no calls
   */
  add(piece: ReadCall, position: number): ToolCallDelta {
    const number = piece.index ?? position;
    const index = this.#numbers.get(number);
    const known = index === undefined ? undefined : this.#calls[index];
    const isAnother = piece.id && piece.function?.name && piece.id !== known?.id;
    if (index === undefined || known === undefined || isAnother) return this.#start(piece, number);
    return this.#append(piece, index, known);
  }

  /** @returns arguments of the calls that have none: clients parse them as JSON */
  end(): ToolCallDelta[] {
    const pieces = this.#calls.entries().map(([index, call]) => ({ index, call }));
    return [...pieces.filter(({ call }) => call.function?.arguments === '')].map(({ index, call }) =>
      this.#append({ function: { arguments: '{}' } }, index, call),
    );
  }

  #start(piece: ReadCall, number: number): ToolCallDelta {
    const [index, call] = [this.#calls.length, completeCall(piece)];
    this.#numbers.set(number, index);
    this.#calls.push(
      call.function === undefined ? call : { ...call, function: { ...call.function, arguments: piece.function?.arguments ?? '' } },
    );
    return { ...callDelta(piece, index), id: call.id, type: call.type };
  }

  /** Clients join the pieces of each field: the id, the type and the name are sent once, also if the endpoint repeats them. */
  #append({ id: _id, type: _type, function: piece, ...rest }: ReadCall, index: number, call: ToolCall): ToolCallDelta {
    const { name: known = '', arguments: before = '' } = call.function ?? {};
    const name = known === '' ? piece?.name : undefined;
    this.#calls[index] = { ...call, function: { name: name ?? known, arguments: before + (piece?.arguments ?? '') } };
    return callDelta({ ...rest, function: piece && { ...piece, name } }, index);
  }
}
