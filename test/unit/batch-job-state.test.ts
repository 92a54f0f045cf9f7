import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Job } from '../../src/batch/job.ts';
import { type JobFacts, type JobState, toJobState } from '../../src/batch/protocol/job-state.ts';
import { toRoot, toWorkNames } from '../../src/batch/protocol/names.ts';
import { samplePlan } from './sample-plan.ts';

const MINUTE = 60_000;
const root = toRoot('gs://out/results', samplePlan.job);
const names = toWorkNames(root, samplePlan.id);
const job: Job = {
  format: 1,
  job: samplePlan.job,
  state: 'succeeded',
  input: samplePlan.input,
  model: samplePlan.model,
  started_at: samplePlan.started_at,
  finished_at: samplePlan.started_at,
};
const failed: Job = { ...job, state: 'failed', error: { code: 'EMPTY_FILE', message: 'The CSV is empty.' } };
const objectsOf = (...uris: readonly string[]) => uris.map((uri) => ({ uri }));
const open: JobFacts = {
  planUri: `${root}/plan.json`,
  plan: samplePlan,
  job: undefined,
  objects: [],
  hasInput: true,
  hasModel: true,
  engine: 1,
  nowMs: 100 * MINUTE,
  stuckAfterMs: 30 * MINUTE,
};

/** Objects, the first written at a minute, each of the others a minute before. */
const writtenAt = (minute: number, ...uris: readonly string[]): JobFacts['objects'] =>
  uris.map((uri, index) => ({ uri, updatedMs: (minute - index) * MINUTE }));

const other = toWorkNames(root, 'f'.repeat(16));

const STATES: readonly [string, Partial<JobFacts>, JobState][] = [
  ['nobody planned', { plan: undefined }, { state: 'unplanned' }],
  ['has a plan alone', {}, { state: 'planned', shards: 3 }],
  [
    'has markers, of which those of groups and of an older plan do not count',
    { objects: objectsOf(names.marker(0, 0), names.marker(0, 2), names.marker(1, 0), other.marker(0, 1)) },
    { state: 'scoring', done: 2, shards: 3 },
  ],
  [
    'has all markers',
    { objects: objectsOf(names.marker(0, 0), names.marker(0, 1), names.marker(0, 2)) },
    { state: 'scoring', done: 3, shards: 3 },
  ],
  [
    'was asked to finish',
    { objects: objectsOf(names.asked, names.marker(0, 0)) },
    { state: 'finishing', shards: 3 },
  ],
  ['has a verdict and a plan', { job, hasInput: false }, { state: 'closing', verdict: 'succeeded' }],
  ['has a good verdict', { job, plan: undefined }, { state: 'succeeded' }],
  ['has a bad verdict', { job: failed, plan: undefined }, { state: 'failed', code: 'EMPTY_FILE' }],
  ['lost its input', { hasInput: false }, { state: 'superseded' }],
  [
    'meets another engine',
    { engine: 2 },
    { state: 'stuck', why: 'it was planned for engine 1, and this is 2', remedy: 'drop' },
  ],
  [
    'lost its model',
    { hasModel: false },
    { state: 'stuck', why: 'its model flight-delay (9a08cdc4bf3a) is gone', remedy: 'drop' },
  ],
  [
    'has changed within the time',
    { objects: writtenAt(71, names.marker(0, 0), open.planUri) },
    { state: 'scoring', done: 1, shards: 3 },
  ],
  [
    'has not changed for so long',
    { objects: writtenAt(70, open.planUri, names.marker(0, 0)).toReversed() },
    { state: 'stuck', why: 'nothing has changed since 1 of 3 were scored', remedy: 'resume' },
  ],
  [
    'has not changed since it was planned',
    { objects: writtenAt(0, open.planUri) },
    { state: 'stuck', why: 'nothing has changed since it was planned', remedy: 'resume' },
  ],
  [
    'has not changed since its finish was asked for',
    { objects: writtenAt(0, names.asked) },
    { state: 'stuck', why: 'nothing has changed since its finish was asked for', remedy: 'resume' },
  ],
  [
    'has its verdict, and working objects that nobody removes',
    { job: failed, objects: writtenAt(0, open.planUri) },
    {
      state: 'stuck',
      why: 'nothing has changed since it failed, and its working objects are still there',
      remedy: 'resume',
    },
  ],
];

describe('a job that', () => {
  for (const [name, facts, state] of STATES) {
    it(`${name} is ${state.state}`, () => {
      assert.deepEqual(toJobState({ ...open, ...facts }), state);
    });
  }
});
