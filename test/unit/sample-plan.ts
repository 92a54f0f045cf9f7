import type { Plan } from '../../src/batch/protocol/plan.ts';

/** A plan of three shards of 100 bytes. */
export const samplePlan: Plan = {
  format: 1,
  id: '0123456789abcdef',
  job: '0123456789abcdef0123456789abcdef',
  input: { uri: 'gs://in/flights.csv', generation: '12', size: 300, crc32c: 'AAAAAA==' },
  output: 'gs://out/results/flights/12',
  engine: 1,
  model: {
    uri: 'gs://models/flight-delay',
    name: 'flight-delay',
    version: '1',
    digest: '9a08cdc4bf3a',
    manifest: '{}',
  },
  head: {
    gzip: false,
    dialect: { delimiter: ',', newline: '\n', bom: false },
    header: 'YSxi',
    start: 4,
    first_line: 2,
    header_crc32c: 'AAAAAA==',
  },
  options: { max_record_bytes: 1048576 },
  max_failed_ratio: 0.5,
  shard_bytes: 100,
  shards: 3,
  started_at: '2026-11-24T12:00:00.000Z',
};
