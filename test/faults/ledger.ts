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
  published(id: string, message: TestMessage, orderingKey?: string): void;
  prediction(output: Output): void;
  letter(output: Output): void;
  /** The ids of rows and messages of which nothing came out yet. */
  missing(): readonly string[];
  /** How many outputs came. */
  count(): number;
  /** How many outputs came a second time. */
  duplicates(): number;
  /** The first prediction of each id. */
  predictions(): ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** How many messages Pub/Sub itself moved to the dead letters; nothing else needs to come of them. */
  moved(): number;
  /** How many models gave predictions. */
  models(): number;
  /**
   * Fails unless every row that was published came out, as what it should be, nothing else did, and what came more
   * than once was equal but for `scored_at` and, where the models differ, the model and what it predicts.
   */
  check(): void;
  /** Fails unless predictions have the keys of their messages, and the first of each key came in their order. */
  checkOrder(): void;
}

/** What came out under one id. */
interface Entry {
  readonly kind: 'prediction' | 'letter';
  /** What is equal whatever the model. */
  readonly content: string;
  /** What it predicts, by the digest of the model. */
  readonly scores: Map<string, string>;
}

/** Pub/Sub's own: https://cloud.google.com/pubsub/docs/handling-failures#how_dead_letter_topics_work */
const OF_PUBSUB = 'CloudPubSubDeadLetterSource';
const SOURCE = `${OF_PUBSUB}Subscription`;

/** Creates a {@link Ledger}. */
export function createLedger(): Ledger {
  const expected = new Map<string, Entry['kind']>();
  const came = new Map<string, Entry>();
  const predictions = new Map<string, Readonly<Record<string, unknown>>>();
  const firsts = new Map<string, string[]>();
  const keys = new Map<string, string>();
  const digests = new Set<string>();
  const problems: string[] = [];
  const unmoved = new Map<string, string[]>();
  const excused = new Set<string>();
  let count = 0;
  let moved = 0;

  /** Answers whether it is the first of its id. */
  function note(id: string, kind: Entry['kind'], content: object, digest = '', scores = {}): boolean {
    count += 1;
    const [now, scored] = [JSON.stringify(content), JSON.stringify(scores)];
    const known = came.get(id);
    if (known === undefined) {
      came.set(id, { kind, content: now, scores: new Map([[digest, scored]]) });
      return true;
    }
    const before = known.scores.get(digest) ?? scored;
    known.scores.set(digest, before);
    if (known.kind !== kind || known.content !== now || before !== scored) {
      problems.push(
        `${id} came as ${known.kind} ${known.content} ${before}, then as ${kind} ${now} ${scored}`,
      );
    }
    return false;
  }

  /** Pub/Sub gives it another id: it is known by what it holds. */
  function noteMoved(output: Output): void {
    const id = unmoved.get(toContent(output))?.pop();
    if (id === undefined) problems.push(`nobody published what was moved: ${output.data}`);
    else excused.add(id);
    moved += 1;
  }

  const isMissing = (id: string): boolean => !came.has(id) && !excused.has(messageOf(id));

  return {
    published(id, message, orderingKey = '') {
      keys.set(id, orderingKey);
      const { rows } = message;
      const content = toContent(message);
      unmoved.set(content, [...(unmoved.get(content) ?? []), id]);
      if (rows === undefined) expected.set(id, 'letter');
      for (const [row, instance] of (rows ?? []).entries()) {
        expected.set(`${id}/${row}`, instance === undefined ? 'letter' : 'prediction');
      }
    },
    prediction({ data, attributes, orderingKey = '' }) {
      const prediction = JSON.parse(data) as Record<string, unknown>; // a prediction message
      const { scored_at, model_name, model_version, model_digest, ...rest } = prediction;
      const { label, probability, probabilities, ...origin } = rest;
      const id = String(prediction['prediction_id']);
      const scores = { model_name, model_version, label, probability, probabilities };
      const content = { ...origin, attributes, orderingKey, scoredAt: typeof scored_at };
      digests.add(String(model_digest));
      if (!note(id, 'prediction', content, String(model_digest), scores)) return;
      predictions.set(id, prediction);
      const ofKey = firsts.get(orderingKey) ?? [];
      ofKey.push(id);
      firsts.set(orderingKey, ofKey);
    },
    letter(output) {
      const { data, attributes } = output;
      if (SOURCE in attributes) {
        noteMoved(output);
        return;
      }
      note(attributes['dead-letter-id'] ?? `no id: ${data}`, 'letter', { data, attributes });
    },
    missing: () => [...expected.keys()].filter(isMissing),
    moved: () => moved,
    count: () => count,
    duplicates: () => count - came.size,
    predictions: () => predictions,
    models: () => digests.size,
    check() {
      const lost = [...expected.keys()].filter(isMissing).map((id) => `${id} is lost`);
      const wrong = [...came]
        .filter(([id, { kind }]) => expected.get(id) !== kind)
        .map(([id, { kind }]) => `${id} came as ${kind}, expected ${expected.get(id) ?? 'nothing'}`);
      assert.deepEqual([...lost, ...wrong, ...problems], []);
    },
    checkOrder() {
      for (const [key, ids] of firsts) {
        assert.deepEqual(
          ids.filter((id) => keys.get(messageOf(id)) !== key),
          [],
          `the predictions of key ${key}`,
        );
        if (key !== '') assert.deepEqual(ids, ids.toSorted(byPlace), `the predictions of key ${key}`);
      }
    },
  };
}

function messageOf(id: string): string {
  return id.split('/')[0] ?? '';
}

function toContent({ data, attributes }: Pick<Output, 'data' | 'attributes'>): string {
  const own = Object.entries(attributes).filter(([name]) => !name.startsWith(OF_PUBSUB));
  return JSON.stringify([data, own]);
}

/** The emulator numbers messages in the order of their publication. */
function byPlace(one: string, other: string): number {
  const [a = [], b = []] = [one, other].map((id) => id.split('/').map(Number));
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
}
