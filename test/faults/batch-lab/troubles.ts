import type { Fate, FaultyServer, SeenRequest } from '../../servers/faulty-gcs.ts';
import { createRandom } from '../../simulation/random.ts';
import type { CallTrouble, RequestTrouble, Trouble } from './trouble.ts';

/** The trouble of one run, at one of its places. */
export interface Troubles {
  /** What befalls the next call of a delivery. */
  nextOf(delivery: { readonly attempt: number }): () => CallTrouble | undefined;
  /** Whether a shard message is lost, by its number. */
  isLost(number: number): boolean;
  /** Told when a delivery begins. */
  begin(): void;
  /** True once the trouble came. */
  readonly hasCome: boolean;
  /** How many places there were so far at which it could have come. */
  readonly places: number;
  /** Ends it. */
  end(): void;
}

/** Makes a trouble come at its place with this number, from 0. */
export function createTroubles(
  trouble: Trouble | undefined,
  number: number,
  server: FaultyServer | undefined,
  kill: () => void = () => undefined,
): Troubles {
  let hasCome = false;
  let calls = 0;
  let longest = 0;
  let messages = 0;
  let deliveries = 0;
  const random = createRandom(number + 1);
  const isNow = (call: number): boolean => {
    if (call !== number) return false; // a number below 0 is no place
    hasCome = true;
    return true;
  };
  if (trouble === undefined) server?.decide(() => ({ pass: true }));
  if (trouble?.at === 'each request') {
    server?.decide(
      createFates(trouble, number, kill, () => {
        hasCome = true;
      }),
    );
  }
  if (trouble?.at === 'first deliveries') {
    hasCome = true;
    server?.decide(({ path }) =>
      deliveries <= trouble.times && path.includes('/b/outputs/') ? toRefusal(trouble.is) : { pass: true },
    );
  }
  return {
    nextOf({ attempt }) {
      let own = 0;
      return () => {
        const place = trouble?.at === 'each call' ? calls : own;
        calls += 1;
        own += 1;
        if (attempt === 1) longest = Math.max(longest, own);
        if (trouble?.at === 'calls by chance') {
          if (!random.isHit(trouble.percent / 100)) return undefined;
          hasCome = true;
          return random.pick(trouble.these);
        }
        if (trouble?.at === 'each call') return isNow(place) ? trouble.is : undefined;
        if (trouble?.at !== 'each call of first deliveries' || attempt > 1) return undefined;
        return isNow(place) ? trouble.is : undefined;
      };
    },
    isLost(message) {
      messages = message + 1;
      return trouble?.at === 'each shard message' && isNow(message);
    },
    begin() {
      deliveries += 1;
    },
    get hasCome() {
      return hasCome;
    },
    get places() {
      switch (trouble?.at) {
        case 'each call':
          return calls;
        case 'each call of first deliveries':
          return longest;
        case 'calls by chance':
          return trouble.seeds;

        case 'each shard message':
          return messages;
        case 'first deliveries':
          return 1;
        default: // each request, if there is a server
          return server?.seen.length ?? 0;
      }
    },
    end() {
      server?.decide(() => ({ pass: true }));
    },
  };
}

function createFates(
  { is, times }: Trouble & { readonly at: 'each request' },
  number: number,
  kill: () => void,
  onTrouble: () => void,
): (request: SeenRequest, index: number) => Fate {
  let target = '';
  let left = times;
  return (request, index) => {
    const key = `${request.method} ${request.path}?${request.query}`;
    if (index === number) target = key;
    if (key !== target || left === 0) return { pass: true };
    left -= 1;
    onTrouble();
    if (is === 'kill -9 before') {
      kill();
      return { drop: true };
    }
    if (is === 'kill -9 after') return { lose: true, after: kill };
    return FATES[is];
  };
}

const FATES: Readonly<Record<RequestTrouble, Fate>> = {
  '503': { status: 503 },
  '429': { status: 429 },
  reset: { drop: true },
  'answer lost': { lose: true },
  'answer cut': { cutAfter: 20 },
};

const REASONS = {
  'output forbidden': [403, 'forbidden', 'The account has no access to the bucket.'],
  'output missing': [404, 'notFound', 'The specified bucket does not exist.'],
} as const;

function toRefusal(is: keyof typeof REASONS): Fate {
  const [status, reason, message] = REASONS[is];
  return {
    status,
    body: JSON.stringify({ error: { code: status, message, errors: [{ reason, message }] } }),
  };
}
