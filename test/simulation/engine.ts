import type { JobReason } from '../../src/batch/job.ts';
import type { Judgement } from '../../src/batch/protocol/operation.ts';
import type { Part } from '../../src/batch/protocol/part.ts';
import type { Head, Plan, Refusal } from '../../src/batch/protocol/plan.ts';
import type { Content } from './content.ts';
import type { Random } from './random.ts';

/** A scored part before its data are uploaded. */
export interface Rendered {
  readonly part: Omit<Part, 'predictions' | 'errors'>;
  /** Undefined when empty. */
  readonly predictions: Content | undefined;
  readonly errors: Content | undefined;
}

/** The simulated engine: what is computed of an input, without storage. */
export interface Engine {
  head(input: Content): Head | Refusal;
  judge(input: Content, plan: Plan): Judgement | undefined;
  /** Right or wrong, as the random numbers have it. */
  guess(
    input: Content,
    plan: Plan,
    range: { readonly from: number; readonly to: number },
    random: Random,
  ): number | undefined;
  /**
   * @param cpu which kind of machine computes: its outputs differ from those of others
   * @param maxRows after so many rows the delivery's time is up
   */
  score(input: Content, plan: Plan, from: number, cpu: string, maxRows: number): Rendered;
  /** A part's bad rows with their lines raised. */
  renumber(errors: Content, lines: number): Content;
  reasons(errors: Content, lines: number, limit: number): readonly JobReason[];
}
