import assert from 'node:assert/strict';
import type { TestMessage } from './messages.ts';

/** An output as it was pulled. */
export interface Output {
  readonly data: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly orderingKey?: string;
}

/** Keeps what was published against what came out. */
export interface Ledger {
  published(id: string, message: TestMessage): void;
  prediction(output: Output): void;
  letter(output: Output): void;
  /** The ids of rows and messages of which nothing came out yet. */
  missing(): readonly string[];
  /** How many outputs came. */
  count(): number;
  /** How many outputs came a second time. */
  duplicates(): number;
  /**
   * Fails unless every row that was published came out, as what it should be, nothing else did, and what came more
   * than once was equal but for `scored_at`.
   *
   * @param swaps whether the model changed meanwhile: predictions of one id may then differ
   */
  check(swaps: boolean): void;
  /** Fails unless the first predictions of each ordering key came in the order of their messages. */
  checkOrder(): void;
}

/** Creates a {@link Ledger}. */
export function createLedger(): Ledger {
  const expected = new Map<string, 'prediction' | 'letter'>();
  const came = new Map<string, { readonly kind: string; readonly contents: Set<string> }>();
  const firsts = new Map<string, string[]>();
  let count = 0;

  function note(id: string, kind: 'prediction' | 'letter', content: unknown): boolean {
    count += 1;
    const known = came.get(id) ?? { kind, contents: new Set<string>() };
    assert.equal(known.kind, kind, `${id} came as both`);
    known.contents.add(JSON.stringify(content));
    const isFirst = !came.has(id);
    came.set(id, known);
    return isFirst;
  }

  return {
    published(id, { rows }) {
      if (rows === undefined) expected.set(id, 'letter');
      for (const [row, isGood] of (rows ?? []).entries()) {
        expected.set(`${id}/${row}`, isGood ? 'prediction' : 'letter');
      }
    },
    prediction({ data, attributes, orderingKey = '' }) {
      const { scored_at: _, ...content } = JSON.parse(data) as Record<string, unknown>; // a prediction message
      const id = String(content['prediction_id']);
      if (!note(id, 'prediction', { content, attributes, orderingKey })) return;
      firsts.set(orderingKey, [...(firsts.get(orderingKey) ?? []), id]);
    },
    letter({ data, attributes }) {
      note(attributes['dead-letter-id'] ?? `no id: ${data}`, 'letter', { data, attributes });
    },
    missing: () => [...expected.keys()].filter((id) => !came.has(id)),
    count: () => count,
    duplicates: () => count - came.size,
    check(swaps) {
      const kinds = [...came].map(([id, { kind }]) => [id, kind] as const);
      assert.deepEqual(new Map(kinds.toSorted()), new Map([...expected].toSorted()));
      for (const [id, { kind, contents }] of came) {
        if (swaps && kind === 'prediction') continue;
        assert.equal(contents.size, 1, `${id} came with different contents: ${[...contents].join(' and ')}`);
      }
    },
    checkOrder() {
      for (const [key, ids] of firsts) {
        if (key === '') continue;
        assert.deepEqual(ids, ids.toSorted(byPlace), `the predictions of key ${key}`);
      }
    },
  };
}

/** The emulator numbers messages in the order of their publication. */
function byPlace(one: string, other: string): number {
  const [a = [], b = []] = [one, other].map((id) => id.split('/').map(Number));
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
}
