/** How long to wait before a server that has died is started again. */

const FIRST = 1;
const LONGEST = 60;
const CALM = 600;

/** Waits that double from one second to a minute; from the beginning again once nothing has died for ten minutes. */
export class Backoff {
  #wait = 0;
  #last = Number.NEGATIVE_INFINITY;

  /** The seconds to wait now; `now` in seconds, on any clock that does not run backwards. */
  next(now: number): number {
    this.#wait = now - this.#last > CALM ? FIRST : Math.min(2 * this.#wait, LONGEST);
    this.#last = now;
    return this.#wait;
  }
}
