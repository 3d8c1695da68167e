import type { Logger } from './logger';

export type Task<T> = () => Promise<T>;
type State = 'idle' | 'running' | 'closed';

export interface Options {
  readonly width: number;
  retries?: number;
  onError?: (error: unknown, attempt: number) => void;
}

interface Waiting<T> {
  task: Task<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
}

/**
 * Runs tasks, at most `width` at a time.
 */
export class Queue {
  private state: State = 'idle';
  private active = 0;
  private readonly waiting: Waiting<any>[] = [];

  constructor(
    private readonly options: Options,
    private readonly log?: Logger,
  ) {
    if (options.width < 1) {
      throw new TypeError(`width must be positive, not ${options.width}`);
    }
  }

  add<T>(task: Task<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ task, resolve, reject });
      this.next();
    });
  }

  get size(): number {
    return this.waiting.length + this.active;
  }

  private next(): void {
    if (this.active >= this.options.width || this.state === 'closed') return;
    const first = this.waiting.shift();
    if (first === undefined) {
      this.state = 'idle';
      return;
    }
    this.active += 1;
    this.state = 'running';
    this.attempt(first.task, this.options.retries ?? 0)
      .then(first.resolve, first.reject)
      .finally(() => {
        this.active -= 1;
        this.next();
      });
  }

  private async attempt<T>(task: Task<T>, left: number): Promise<T> {
    try {
      return await task();
    } catch (error) {
      this.options.onError?.(error, left);
      if (left <= 0) throw error;
      this.log?.warn(`retrying, ${left} left: ${String(error)}`);
      return this.attempt(task, left - 1);
    }
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
