/**
 * By file, what it may import and what not (specifiers as they would stand there, separated by spaces).
 * The names of files are made up: only their places matter.
 */
export const IMPORT_PROBES: readonly (readonly [file: string, may: string, mayNot: string])[] = [
  ['src/errors.ts', './ports/clock.ts', './nearest.ts ./decode/json.ts leven node:util ../cli/x.ts'],
  ['src/nearest.ts', 'leven', './errors.ts node:util csv-parse'],
  ['src/json-object.ts', '', './errors.ts ./decode/json.ts node:util csv-parse'],
  ['src/byte-source.ts', 'node:stream', './errors.ts ./crc32c.ts ./ports/storage.ts node:fs node:util leven'],
  ['src/pubsub-names.ts', '', './errors.ts ./json-object.ts ./ports/publisher.ts node:util leven'],
  ['src/byte-budget.ts', './errors.ts', './nearest.ts ./byte-source.ts ./ports/storage.ts node:timers leven'],
  [
    'src/message-size.ts',
    './errors.ts ./ports/publisher.ts',
    './nearest.ts ./byte-source.ts ./adapters/pubsub/x.ts node:buffer',
  ],
  [
    'src/ports/x.ts',
    './clock.ts ../errors.ts',
    '../nearest.ts ../model/x.ts node:stream @google-cloud/storage',
  ],
  [
    'src/config.ts',
    './errors.ts ./nearest.ts',
    './compose.ts ./ports/clock.ts ./decode/json.ts node:fs undici',
  ],
  [
    'src/decode/x.ts',
    './json.ts ./csv/plan.ts ../errors.ts ../nearest.ts csv-parse csv-parse/sync',
    `../features/x.ts ../model/x.ts ../encode/x.ts ../score.ts ../serving/x.ts ../stream/x.ts ../batch/x.ts
     ../ports/x.ts ../adapters/local/x.ts ../local/x.ts ../compose.ts ../config.ts ../../functions/index.ts
     ../storage-router.ts ../byte-source.ts ../../cli/x.ts ../../test/x.ts node:buffer node:fs node:fs/promises leven csv-parser onnxruntime-node`,
  ],
  [
    'src/decode/csv/x.ts',
    './plan.ts ../json.ts ../../errors.ts ../../nearest.ts csv-parse',
    '../../features/x.ts ../../score.ts ../../ports/x.ts ../../config.ts ../../../cli/x.ts node:util',
  ],
  [
    'src/features/x.ts',
    './schema.ts ../decode/csv/plan.ts ../errors.ts ../nearest.ts',
    `../model/x.ts ../encode/x.ts ../score.ts ../serving/x.ts ../ports/x.ts ../adapters/local/x.ts ../config.ts
     ../../functions/http/x.ts node:util csv-parse undici`,
  ],
  [
    'src/model/x.ts',
    `./session.ts ../decode/json.ts ../features/x.ts ../ports/x.ts ../errors.ts ../nearest.ts node:crypto
     @cfworker/json-schema pbf`,
    `../encode/x.ts ../score.ts ../serving/x.ts ../stream/x.ts ../batch/x.ts ../adapters/local/x.ts ../local/x.ts
     ../compose.ts ../config.ts ../../cli/x.ts node:fs node:os csv-parse onnxruntime-node`,
  ],
  [
    'src/model/session.ts',
    'onnxruntime-node node:crypto ./manifest.ts ../errors.ts ../ports/storage.ts ../features/x.ts',
    '../encode/x.ts ../score.ts ../serving/x.ts ../config.ts node:fs @cfworker/json-schema undici',
  ],
  [
    'src/model/onnx/x.ts',
    '../manifest.ts ../../features/x.ts ../../errors.ts node:crypto',
    '../../encode/x.ts ../../score.ts ../../adapters/local/x.ts onnxruntime-node',
  ],
  [
    'src/encode/x.ts',
    './json.ts ../decode/json.ts ../features/x.ts ../model/x.ts ../errors.ts ../nearest.ts',
    `../score.ts ../serving/x.ts ../stream/x.ts ../batch/x.ts ../ports/x.ts ../adapters/local/x.ts ../compose.ts
     ../config.ts ../../functions/http/x.ts node:util csv-parse`,
  ],
  [
    'src/score.ts',
    './decode/x.ts ./features/x.ts ./model/x.ts ./encode/x.ts ./errors.ts ./nearest.ts',
    `./serving/x.ts ./stream/x.ts ./batch/x.ts ./ports/x.ts ./adapters/local/x.ts ./local/x.ts ./compose.ts
     ./config.ts ../cli/x.ts node:crypto csv-parse`,
  ],
  [
    'src/serving/x.ts',
    `./batcher.ts ../decode/x.ts ../features/x.ts ../model/x.ts ../model/session.ts ../encode/x.ts ../score.ts ../ports/x.ts
     ../errors.ts node:worker_threads node:timers/promises node:events`,
    `../stream/x.ts ../batch/x.ts ../adapters/system/x.ts ../local/x.ts ../compose.ts ../config.ts
     ../../functions/http/x.ts node:fs node:http node:process node:os onnxruntime-node`,
  ],
  [
    'src/stream/x.ts',
    '../serving/x.ts ../decode/x.ts ../encode/x.ts ../score.ts ../ports/x.ts ../errors.ts node:crypto node:zlib',
    `../batch/x.ts ../adapters/local/x.ts ../local/x.ts ../trial/x.ts ../compose.ts ../config.ts ../../functions/pubsub/x.ts
     node:fs node:net node:worker_threads @google-cloud/pubsub`,
  ],
  [
    'src/batch/x.ts',
    '../serving/x.ts ../decode/csv/x.ts ../model/x.ts ../score.ts ../ports/x.ts ../errors.ts node:stream/promises',
    `../stream/x.ts ../adapters/local/x.ts ../local/x.ts ../compose.ts ../config.ts ../../cli/x.ts
     ../storage-router.ts ../byte-source.ts node:fs/promises node:https @google-cloud/storage`,
  ],
  [
    'src/trial/x.ts',
    './y.ts ../model/init/x.ts ../features/x.ts ../errors.ts node:child_process node:events node:worker_threads',
    '../serving/x.ts ../ports/x.ts ../adapters/system/x.ts ../compose.ts ../config.ts ../../cli/x.ts node:fs undici',
  ],
  [
    'src/adapters/local/x.ts',
    `./topic-file.ts ../../ports/storage.ts ../../crc32c.ts ../../byte-source.ts ../../errors.ts ../../nearest.ts
     node:fs/promises`,
    `../../decode/x.ts ../../score.ts ../../serving/x.ts ../../compose.ts ../../config.ts ../system/clock.ts
     ../../local/x.ts ../gcs/storage.ts ../../../cli/x.ts @google-cloud/storage`,
  ],
  [
    'src/adapters/gcs/x.ts',
    `./client.ts ../../ports/storage.ts ../../crc32c.ts ../../byte-source.ts ../../errors.ts ../../nearest.ts
     node:https @google-cloud/storage`,
    `../../decode/x.ts ../../score.ts ../../serving/x.ts ../../compose.ts ../../config.ts ../local/storage.ts
     ../../storage-router.ts ../../../cli/x.ts google-auth-library @google-cloud/pubsub`,
  ],
  [
    'src/adapters/pubsub/x.ts',
    `./client.ts ../../ports/publisher.ts ../../message-size.ts ../../errors.ts ../../nearest.ts
     node:crypto @google-cloud/pubsub`,
    `../../decode/x.ts ../../score.ts ../../serving/x.ts ../../compose.ts ../../config.ts ../local/publisher.ts
     ../../publisher-router.ts ../../../cli/x.ts @grpc/grpc-js @google-cloud/storage`,
  ],
  [
    'src/adapters/system/x.ts',
    './clock.ts ../../ports/clock.ts ../../errors.ts node:process',
    '../local/x.ts ../../model/x.ts ../../config.ts undici',
  ],
  [
    'src/local/x.ts',
    './y.ts ../ports/x.ts ../errors.ts ../nearest.ts ../adapters/local/topic-file.ts node:http',
    `../decode/x.ts ../score.ts ../serving/x.ts ../stream/x.ts ../batch/x.ts ../compose.ts ../config.ts
     ../adapters/system/clock.ts ../../functions/index.ts ../../cli/x.ts undici`,
  ],
  [
    'src/storage-router.ts',
    './adapters/local/x.ts ./adapters/gcs/x.ts ./ports/storage.ts ./errors.ts ./nearest.ts',
    './config.ts ./compose.ts ./model/x.ts ./batch/x.ts ../cli/x.ts node:fs @google-cloud/storage',
  ],
  [
    'src/publisher-router.ts',
    './adapters/local/x.ts ./adapters/pubsub/x.ts ./ports/publisher.ts ./errors.ts ./nearest.ts',
    './config.ts ./compose.ts ./model/x.ts ./stream/x.ts ../cli/x.ts node:fs @google-cloud/pubsub',
  ],
  [
    'src/compose.ts',
    `./storage-router.ts ./publisher-router.ts ./adapters/pubsub/x.ts ./adapters/local/x.ts ./adapters/gcs/x.ts ./adapters/system/x.ts ./serving/x.ts ./stream/x.ts ./batch/x.ts ./model/x.ts
     ./score.ts ./config.ts ./local/x.ts ./errors.ts node:path`,
    '../functions/index.ts ../cli/x.ts ../test/x.ts onnxruntime-node',
  ],
  [
    'functions/index.ts',
    `./http/x.ts ./pubsub/x.ts ./listener.ts ../src/compose.ts ../src/config.ts ../src/errors.ts ../src/score.ts node:http
     @google-cloud/functions-framework`,
    `../src/serving/x.ts ../src/stream/x.ts ../src/batch/x.ts ../src/adapters/local/x.ts
     ../src/local/x.ts ../cli/x.ts ../test/x.ts onnxruntime-node`,
  ],
  [
    'functions/http/x.ts',
    `./y.ts ../listener.ts ../../src/compose.ts ../../src/config.ts ../../src/decode/x.ts ../../src/features/x.ts
     ../../src/model/x.ts ../../src/encode/x.ts ../../src/score.ts ../../src/errors.ts ../../src/ports/logger.ts node:zlib`,
    `../pubsub/x.ts ../../src/serving/x.ts ../../src/stream/x.ts
     ../../src/adapters/system/x.ts ../../src/local/x.ts ../../cli/x.ts csv-parse`,
  ],
  [
    'functions/pubsub/x.ts',
    './y.ts ../listener.ts ../../src/compose.ts ../../src/decode/x.ts node:crypto',
    '../http/x.ts ../../src/stream/x.ts ../../src/batch/x.ts ../../src/adapters/local/x.ts ../../cli/x.ts',
  ],
  [
    'cli/x.ts',
    `./y.ts ../src/compose.ts ../src/config.ts ../src/errors.ts ../src/decode/x.ts ../src/model/x.ts
     ../src/local/x.ts ../src/ports/x.ts ../src/adapters/local/topic-file.ts ../src/batch/tally.ts
     ../src/batch/observer.ts node:util`,
    `../src/serving/x.ts ../src/stream/x.ts ../src/batch/score-csv.ts ../src/score.ts ../src/adapters/local/x.ts
     ../src/adapters/system/x.ts ../functions/index.ts ../test/x.ts onnxruntime-node`,
  ],
  [
    'samples/x/y.mjs',
    './z.mjs node:fs/promises @google-cloud/pubsub',
    '../../src/errors.ts ../../src/config.ts ../../cli/x.ts @google-cloud/storage csv-parse',
  ],
];
