// What goes wrong in a run, as data.

/** What befalls one call of a delivery to storage or publisher. */
export const CALL_TROUBLES = [
  /** The process dies before the call does anything; all its calls end with it. */
  'killed before',
  /** The process dies when the call has done its work. */
  'killed after',
  /** The call fails, and nothing was done. */
  'refused',
  /** The call fails, and its work was done. */
  'unanswered',
  /** The process sleeps before the call, until the job is over; its message is delivered to another meanwhile. */
  'frozen',
  /** The delivery's time is over: whatever it waits for ends. */
  'aborted',
  /** The process's clock jumps an hour ahead, so that the delivery believes its time is nearly over. */
  'clock ahead',
  /** The process's clock jumps an hour back. */
  'clock back',
  /** Somebody replaces the input, which is notified, too. */
  'input overwritten',
  /** Somebody deletes the input. */
  'input deleted',
  /** Another model is served from then on. */
  'model published',
] as const;

/** What befalls one request to the storage server. */
export const REQUEST_TROUBLES = [
  /** An answer that says to come again later. */
  '503',
  '429',
  /** The connection breaks before anything was done. */
  'reset',
  /** The server does as it is asked, and its answer is lost: who asks again meets their own work. */
  'answer lost',
  /** The connection breaks in the middle of the answer. */
  'answer cut',
] as const;

/** One of {@link CALL_TROUBLES}. */
export type CallTrouble = (typeof CALL_TROUBLES)[number];

/** One of {@link REQUEST_TROUBLES}. */
export type RequestTrouble = (typeof REQUEST_TROUBLES)[number];

/** A trouble, and the places at which it is tried one after the other. */
export type Trouble =
  /** At each call of the run, or at that call of every message's first delivery. */
  | { readonly at: 'each call' | 'each call of first deliveries'; readonly is: CallTrouble }
  /** At so many calls in a hundred, by chance, and each time another of the list; the place's number is the seed. */
  | {
      readonly at: 'calls by chance';
      readonly is: 'any of';
      readonly these: readonly CallTrouble[];
      readonly percent: number;
      readonly seeds: number;
    }
  /** At each request, and at the same request again up to so many times in all. */
  | { readonly at: 'each request'; readonly is: RequestTrouble; readonly times: number }
  /** The real process is killed at each request, before the server sees it or after that has answered. */
  | { readonly at: 'each request'; readonly is: 'kill -9 before' | 'kill -9 after'; readonly times: 1 }
  /** Each shard message is lost in turn, as when its attempts are spent. */
  | { readonly at: 'each shard message'; readonly is: 'lost' }
  /** For so many deliveries nothing can be written, or nobody knows the bucket of the results. */
  | {
      readonly at: 'first deliveries';
      readonly is: 'output forbidden' | 'output missing';
      readonly times: number;
    };

/** A file of `test/faults/batch`. */
export interface Scenario {
  /** What it proves, in a sentence. */
  readonly proves: string;
  /** What is dropped, one after the other. @default three shards */
  readonly inputs?: readonly InputKind[];
  /** Where the objects are; `npm test` tries the first alone. */
  readonly places: readonly PlaceName[];
  /** @default none */
  readonly trouble?: Trouble;
  /** How often each message is delivered, at once. @default 1 */
  readonly copies?: number;
  /** Clocks of processes differ by up to so much, in seconds. @default 0 */
  readonly skewSeconds?: number;
  /** What a delivery that is not acknowledged must say, at least one of them. */
  readonly says?: string;
  /** Whether working objects may be left: of who slept, or was under way, when the job was over. @default false */
  readonly leavesOrphans?: boolean;
  /** At how many places `npm test` lets it come, of each input; `npm run test:long` tries all. 0 leaves it to that. */
  readonly sample: number;
  /** `npm run test:long` tries each so-manieth place: for jobs of many steps, most of them alike. @default 1 */
  readonly step?: number;
}

/** Documents that scenarios drop. */
export type InputKind =
  | 'one shard'
  | 'three shards'
  | 'many shards'
  | 'gzip'
  | 'too many failures'
  | 'no header';

/** Where objects are: on the server that stands for Cloud Storage, or in folders; `process` is that server and real processes of the function. */
export type PlaceName = 'cloud' | 'local' | 'process';
