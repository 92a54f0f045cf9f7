import { type ObjectVersion, toJobId, toOutputFolder } from '../../src/batch/names.ts';
import { toPlanUri, toResultNames, toRoot } from '../../src/batch/protocol/names.ts';
import type { PlanModel } from '../../src/batch/protocol/plan.ts';
import type { BatchSettings, Outcome } from '../../src/batch/protocol/turn.ts';
import type { Letter } from '../../src/encode/dead-letter.ts';
import type { ScorerError } from '../../src/errors.ts';
import type { Broker, BrokerOptions } from './broker.ts';
import type { Bucket } from './bucket.ts';
import type { Content } from './content.ts';
import type { Engine } from './engine.ts';
import type { NextFault, RequestKind } from './faults.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** The simulated input. */
export const INPUT = 'gs://in/flights.csv';

/** How a simulated world behaves. */
export interface WorldOptions {
  readonly seed: number;
  readonly input: Content;
  readonly engine: Engine;
  readonly settings: BatchSettings;
  readonly broker: BrokerOptions;
  readonly nextFault: NextFault;
  /** What a request takes, on average, and how fast a worker scores. */
  readonly requestS: number;
  readonly bytesPerS: number;
  /** After so long a delivery is late. */
  readonly deadlineS: number;
  /** A frozen worker sleeps up to so long. */
  readonly maxFrozenS: number;
  /** So often a delivery's time is up after one to six rows. */
  readonly hasty: number;
  /** So often a delivery meets another version of the engine. */
  readonly otherEngine: number;
  /** Kinds of machines, whose outputs differ. */
  readonly cpus: readonly string[];
  /** Another model is served from then on; never by default. */
  readonly swapAtS?: number;
  /** The input goes then; never by default. */
  readonly vanishAtS?: number;
  /** The results are removed, and the input is notified of again, so long after the job was closed first; never by default. */
  readonly rerunAfterS?: number;
  /** False to name the data of a part by its place alone: what the uuid is for. */
  readonly hasUuids: boolean;
}

/** A simulated world with one job in it. */
export interface World {
  readonly options: WorldOptions;
  readonly random: Random;
  readonly timeline: Timeline;
  readonly bucket: Bucket;
  readonly broker: Broker;
  readonly engine: Engine;
  readonly version: ObjectVersion;
  readonly letters: Letter[];
  readonly refusals: ScorerError[];
  /** What must never happen, and did. */
  readonly violations: string[];
  readonly requests: Record<RequestKind, number>;
  readonly outcomes: Map<Outcome['event'], number>;
  /** When the job got a verdict: the object's generation, and the deliveries that had begun by then. */
  readonly verdicts: { readonly generation: number; readonly runs: number; readonly atS: number }[];
  /** When the plan was removed first. */
  closedAtS: number | undefined;
  /** Deliveries that ended with an acknowledgement, as far as they know. */
  readonly acknowledged: Set<number>;
  /** Deliveries that had begun when the results were removed. */
  runsBefore: number;
  runs: number;
  deaths: number;
  largestListing: number;
  /** How often the notification had to be published again because messages were lost. */
  resumed: number;
  model(): PlanModel;
  note(outcome: Outcome): void;
}

/** Where the objects of the world's job are. */
export function namesOf({ options, version }: World) {
  const root = toRoot(options.settings.outputUri, toJobId(version));
  const output = toOutputFolder(options.settings.outputUri, version);
  return { root, plan: toPlanUri(root), output, results: toResultNames(output) };
}
