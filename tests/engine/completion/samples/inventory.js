import { readFile } from 'node:fs/promises';

const LIMIT = 20;

/** Keeps what is in stock, by name. */
export class Inventory {
  #items = new Map();

  constructor(items = []) {
    for (const { name, count } of items) {
      this.#items.set(name, count);
    }
  }

  // Größere Mengen werden in Schritten geholt.
  take(name, count = 1) {
    const left = (this.#items.get(name) ?? 0) - count;
    if (left < 0) {
      throw new RangeError(`only ${left + count} of "${name}" left`);
    } else if (left === 0) {
      this.#items.delete(name);
    } else {
      this.#items.set(name, left);
    }
    return left;
  }

  get scarce() {
    return [...this.#items]
      .filter(([, count]) => count < LIMIT)
      .map(([name, count]) => ({ name, count, label: `⚠️ ${name}` }))
      .sort((a, b) => a.count - b.count);
  }
}

export async function load(path) {
  try {
    const rows = JSON.parse(await readFile(path, 'utf8'));
    return new Inventory(rows);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return new Inventory();
  }
}

export function report(inventory, write = console.log) {
  let n = 0;
  for (const item of inventory.scarce) {
    write(`${++n}. ${item.label.replace(/\s+/g, ' ')}: ${item.count}`);
  }
  switch (n) {
    case 0:
      write('nothing is scarce');
      break;
    default:
      write(n === 1 ? 'one item' : `${n} items`);
  }
}

setInterval(async () => {
  const inventory = await load('stock.json');
  report(inventory, (line) => process.stdout.write(line + '\n'));
}, 60_000);
