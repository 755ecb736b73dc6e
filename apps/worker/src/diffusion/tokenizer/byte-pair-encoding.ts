/** The entries of a vocabulary and the ranks of its merges (a lower rank is merged first). */
export type BytePairVocabulary = {
  ids: ReadonlyMap<string, number>;
  /** Key: both symbols with a space between them; no symbol has one. */
  ranks: ReadonlyMap<string, number>;
};

type Symbol = { text: string; previous: Symbol | null; next: Symbol | null };
type Merge = { rank: number; place: number; left: Symbol; right: Symbol; text: string };

/**
 * Joins symbols by the learned merges, lowest rank first, leftmost first among equals (Sennrich et al. 2016,
 * arXiv:1508.07909). A heap over a linked list: n log n, so that one word of thousands of characters costs nothing.
 */
export function bytePairEncode(symbols: readonly string[], ranks: ReadonlyMap<string, number>): string[] {
  const nodes = link(symbols);
  const places = new Map(nodes.map((node, place) => [node, place]));
  const heap = new MergeHeap();
  const consider = (left: Symbol | null, right: Symbol | null) => {
    const rank = left && right ? ranks.get(`${left.text} ${right.text}`) : undefined;
    if (left && right && rank !== undefined) {
      heap.push({ rank, place: places.get(left) ?? 0, left, right, text: left.text + right.text });
    }
  };
  for (const node of nodes) consider(node, node.next);
  for (let merge = heap.pop(); merge; merge = heap.pop()) {
    const { left, right, text } = merge;
    // Either side may have been merged with another neighbour meanwhile.
    if (left.next !== right || left.text + right.text !== text || !places.has(left)) continue;
    left.text = text;
    left.next = right.next;
    if (right.next) right.next.previous = left;
    places.delete(right);
    consider(left.previous, left);
    consider(left, left.next);
  }
  return [...places.keys()].map((node) => node.text);
}

function link(symbols: readonly string[]): Symbol[] {
  const nodes = symbols.map((text): Symbol => ({ text, previous: null, next: null }));
  nodes.forEach((node, i) => {
    node.previous = nodes[i - 1] ?? null;
    node.next = nodes[i + 1] ?? null;
  });
  return nodes;
}

/** A binary heap of merges, the next one to do at its top. */
class MergeHeap {
  readonly #items: Merge[] = [];

  push(item: Merge): void {
    let at = this.#items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): Merge | undefined {
    const top = this.#items[0];
    const last = this.#items.pop();
    if (top === last || last === undefined) return top;
    this.#items[0] = last;
    for (let at = 0; ; ) {
      const first = [at, 2 * at + 1, 2 * at + 2].reduce((a, b) => (this.#isBefore(b, a) ? b : a));
      if (first === at) return top;
      this.#swap(at, first);
      at = first;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [x, y] = [this.#items[a], this.#items[b]];
    if (!x || !y) return false;
    return x.rank < y.rank || (x.rank === y.rank && x.place < y.place);
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#items[a], this.#items[b]];
    if (x && y) [this.#items[a], this.#items[b]] = [y, x];
  }
}
