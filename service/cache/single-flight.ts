export interface FlightContext {
  /** Aborts when no caller waits any more. */
  readonly signal: AbortSignal;
  /** False once the key was forgotten: the result must not be cached. */
  readonly isCurrent: () => boolean;
}

/** Work in progress and the number of its waiters. */
class Flight<T> {
  readonly #controller = new AbortController();
  readonly #result: Promise<T>;
  #waiters = 0;
  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#result = work(this.#controller.signal);
    // Without waiters a failure has no handler, and would end the process.
    this.#result.catch(() => {});
  }

  /** Resolves with the result, or rejects with the reason of `signal`; the last waiter to leave aborts the work. */
  async wait(signal: AbortSignal | undefined): Promise<T> {
    if (signal === undefined) {
      this.#waiters += 1;
      return this.#result;
    }
    signal.throwIfAborted();
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = () => {
      this.#waiters -= 1;
      if (this.#waiters === 0) this.#controller.abort(signal.reason);
      reject(signal.reason);
    };
    this.#waiters += 1;
    signal.addEventListener('abort', leave, { once: true });
    return Promise.race([this.#result, left]).finally(() => signal.removeEventListener('abort', leave));
  }
  get isAborted(): boolean {
    return this.#controller.signal.aborted;
  }
}

/** The first caller of a key starts the work; callers that come before it ends share its result. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  #start(key: string, work: (context: FlightContext) => Promise<T>): Flight<T> {
    const flight: Flight<T> = new Flight(async (signal) => {
      // `isCurrent` looks the flight up: it must be in the map before the work starts.
      await Promise.resolve();
      return work({ signal, isCurrent: () => this.#flights.get(key) === flight }).finally(() => {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
      });
    });
    this.#flights.set(key, flight);
    return flight;
  }

  /** Joins the work of `key`, or starts it. Aborting `signal` rejects this call and no other. */
  join(key: string, work: (context: FlightContext) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const current = this.#flights.get(key);
    const flight = current === undefined || current.isAborted ? this.#start(key, work) : current;
    return flight.wait(signal);
  }

  /** Later callers of the key do not join the work in progress; without a key, those of every key. */
  forget(key?: string): void {
    if (key === undefined) this.#flights.clear();
    else this.#flights.delete(key);
  }
}
