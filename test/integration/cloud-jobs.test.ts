// `scorestream jobs` over Cloud Storage: what each state is seen by, and what is published to resume.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { createGcsStorage } from '../../src/adapters/gcs/storage.ts';
import { readTopic, topicPath } from '../../src/adapters/local/topic-file.ts';
import { ENGINE } from '../../src/batch/engine.ts';
import { encodeJob, type Job } from '../../src/batch/job.ts';
import { toJobId, toOutputFolder } from '../../src/batch/names.ts';
import { toObjectEvent } from '../../src/batch/object-event.ts';
import { toPlanUri, toRoot, toWorkNames } from '../../src/batch/protocol/names.ts';
import { encodePlan, type Plan } from '../../src/batch/protocol/plan.ts';
import { runCli } from '../e2e/served.ts';
import { describeWithGcs } from '../servers/gcs.ts';

const OUTPUT = 'gs://job-results/out';
const SHA = 'a'.repeat(64);

/** The shipped manifest with another file, named by its content. */
function toManifest(file: string): string {
  const path = join(import.meta.dirname, '../../model-files/flight-delay/manifest.json');
  const { golden: _, ...manifest } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  return JSON.stringify({ ...manifest, model: { file, sha256: SHA } });
}

describeWithGcs('scorestream jobs over Cloud Storage', (server) => {
  let dir = '';
  const storage = () => createGcsStorage({ emulatorHost: server().host });
  const run = (...words: readonly string[]) =>
    runCli([...words, '--data', dir], { STORAGE_EMULATOR_HOST: server().host, OUTPUT_URI: OUTPUT });
  const put = async (uri: string, bytes: Uint8Array | string = '') => {
    const { object } = await storage().write(uri, Buffer.from(bytes));
    return object ?? assert.fail();
  };

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'scorestream-cloud-jobs-'));
    for (const bucket of ['job-uploads', 'job-results', 'job-models']) await server().createBucket(bucket);
    await put(`gs://job-models/m-${SHA.slice(0, 12)}.onnx`, 'x');
  });
  after(() => rm(dir, { recursive: true, force: true }));

  /** Plans an object, with markers of some shards. */
  async function plan(
    name: string,
    change: Partial<Plan> = {},
    marked: readonly number[] = [],
  ): Promise<Plan> {
    const { uri, generation, size } = await put(`gs://job-uploads/${name}`, 'a\n1\n2\n3\n');
    const version = { bucket: 'job-uploads', name, generation };
    const made: Plan = {
      ...{ format: 1, id: '0123456789abcdef', job: toJobId(version), input: { uri, generation, size } },
      ...{ output: toOutputFolder(OUTPUT, version), engine: ENGINE, options: {}, shard_bytes: 3, shards: 3 },
      head: { code: 'NOT_CSV', message: 'Never looked at here.' },
      model: {
        ...{ uri: 'gs://job-models', name: 'delay', version: '1', digest: 'abc' },
        manifest: toManifest(`m-${SHA.slice(0, 12)}.onnx`),
      },
      ...{ started_at: '2026-01-01T00:00:00Z', ...change },
    };
    const root = toRoot(OUTPUT, made.job);
    await put(toPlanUri(root), encodePlan(made));
    for (const shard of marked) await put(toWorkNames(root, made.id).marker(0, shard));
    return made;
  }

  it('tells the states apart, newest of the ended first', async () => {
    const going = await plan('in/going ü#1.csv', {}, [0, 2]);
    const superseded = await plan('in/superseded.csv');
    await put('gs://job-uploads/in/superseded.csv', 'a\n9\n');
    const other = await plan('in/engine.csv', { engine: ENGINE + 1 });
    const { model } = going;
    const gone = await plan('in/model.csv', {
      model: { ...model, digest: 'def', manifest: toManifest(`gone-${SHA.slice(0, 12)}.onnx`) },
    });
    for (const [at, name] of ['in/old.csv', 'in/new.csv'].entries()) {
      const { job, input, output, started_at } = await plan(name, { shards: 1 });
      await storage().remove(toPlanUri(toRoot(OUTPUT, job)));
      const finished_at = `2026-02-0${at + 1}T00:00:00Z`;
      const verdict: Job = {
        ...{ format: 1, job, state: 'succeeded', input, model, started_at, finished_at },
        rows: { read: 3, scored: 3, failed: 0 },
      };
      await put(`${output}/job.json`, encodeJob(verdict));
    }
    await put(`${OUTPUT}/somebody/job.json`, '[]');
    await put(`${OUTPUT}/_parts/${'0'.repeat(32)}/0123456789abcdef/d/orphan.pred`);

    const { stdout, stderr } = await run('jobs', '--json');
    const lines = stdout
      .split('\n')
      .slice(0, -1)
      .map(
        (line) => JSON.parse(line) as Record<string, string> & { readonly input: { readonly uri: string } },
      );
    const told = lines.map(({ input, state, why }) => [input.uri.slice(17), state, why]);
    const open = [going, superseded, other, gone].map(({ job }) => job).sort();
    assert.deepEqual(
      lines.slice(0, 4).map(({ job }) => job),
      open,
      stderr,
    );
    assert.deepEqual(told.slice(0, 4).sort(), [
      ['in/engine.csv', 'stuck', `it was planned for engine ${ENGINE + 1}, and this is ${ENGINE}`],
      ['in/going ü#1.csv', 'scoring', undefined],
      ['in/model.csv', 'stuck', 'its model delay (def) is gone'],
      ['in/superseded.csv', 'superseded', undefined],
    ]);
    assert.deepEqual(told.slice(4), [
      ['in/new.csv', 'succeeded', undefined],
      ['in/old.csv', 'succeeded', undefined],
    ]);

    for (const word of [going.job.slice(0, 20), going.input.uri, 'in/going ü#1.csv']) {
      const one = await run('jobs', word);
      assert.match(one.stdout, /^state {5}2 of 3 scored$/m, `${word}: ${one.stderr}`);
    }
    const refused = await run('jobs', 'resume', 'in/engine.csv');
    assert.match(refused.stderr, /can't be resumed: it was planned for engine .* Drop the file again/s);
  });

  it('tells of what it can read when it can not read all', async () => {
    const id = 'f'.repeat(32);
    await put(toPlanUri(toRoot(OUTPUT, id)), '{"format":2}');
    const damaged = await run('jobs', id);
    assert.match(
      damaged.stdout,
      /^state {5}stuck: its plan can't be read: The plan has format 2: expected 1/m,
    );
    await storage().remove(toPlanUri(toRoot(OUTPUT, id)));

    const { job } = await plan('in/hidden.csv', {
      input: { uri: 'gs://not-ours/x.csv', generation: '7', size: 1 },
    });
    const { stdout, stderr } = await run('jobs');
    assert.match(
      stdout,
      new RegExp(`^${job.slice(0, 12)} {2}planned, 3 shards .* gs://not-ours/x\\.csv$`, 'm'),
    );
    assert.match(
      stderr,
      /^Not all could be looked at: The bucket of gs:\/\/not-ours\/x\.csv does not answer\.$/m,
    );
    await storage().remove(toPlanUri(toRoot(OUTPUT, job)));
  });

  it('publishes what the bucket would, and only where somebody says that it is read', async () => {
    const { job, input } = await plan('in/lost.csv');
    const short = await run('jobs', 'resume', 'in/lost.csv');
    assert.equal(short.code, 1);
    assert.match(
      short.stderr,
      /^OBJECTS_TOPIC is "objects", a topic of this machine, and gs:\/\/job-uploads\/in/,
    );
    const resumed = await run('jobs', 'resume', job, '--to', 'objects');
    assert.equal(
      resumed.stdout,
      `Published the notification of ${input.uri} to objects: ${job.slice(0, 12)} goes on.\n`,
      resumed.stderr,
    );
    const events: unknown[] = [];
    for await (const { message } of readTopic(topicPath(dir, 'objects'))) {
      events.push(toObjectEvent(message.attributes));
    }
    const version = { bucket: 'job-uploads', name: 'in/lost.csv', generation: input.generation };
    assert.deepEqual(events, [{ type: 'OBJECT_FINALIZE', ...version }]);
  });
});
