/** What a flight knows about itself. */
export interface FlightContext {
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
  /** False once its key was forgotten: what it brings must not be kept. */
  readonly isCurrent: () => boolean;
}

/** Work in progress that several callers wait for. */
class Flight<T> {
  readonly #controller = new AbortController();
  readonly #result: Promise<T>;
  #waiters = 0;
  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#result = work(this.#controller.signal);
    // Where everybody has left, nobody is told of its failure.
    this.#result.catch(() => {});
  }

  /** The result, or the reason of `signal` for a waiter who leaves before; the last one to leave ends the work. */
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
  get isLeft(): boolean {
    return this.#controller.signal.aborted;
  }
}

/** Single flight: of those who ask for a key at the same time, the first starts the work and all get its result. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  #start(key: string, work: (flight: FlightContext) => Promise<T>): Flight<T> {
    // The work begins after the flight is in the map, so that it finds itself there.
    const flight: Flight<T> = new Flight(async (signal) => {
      await Promise.resolve();
      return work({ signal, isCurrent: () => this.#flights.get(key) === flight }).finally(() => {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
      });
    });
    this.#flights.set(key, flight);
    return flight;
  }

  /** Joins the flight of `key`, or starts it. Whoever's `signal` aborts leaves alone. */
  join(key: string, work: (flight: FlightContext) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const flying = this.#flights.get(key);
    const flight = flying === undefined || flying.isLeft ? this.#start(key, work) : flying;
    return flight.wait(signal);
  }

  /** What flies now is not joined any more and not kept; without a key that is everything. */
  forget(key?: string): void {
    if (key === undefined) this.#flights.clear();
    else this.#flights.delete(key);
  }
}
