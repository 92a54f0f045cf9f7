import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ContenderName } from '../../bench/http/contenders.ts';
import { readLabels, toForm, toInstances, toTensor } from '../../bench/http/door.ts';
import { countWrongLength, type Measurement } from '../../bench/http/load.ts';
import { parseOptions } from '../../bench/http/options.ts';
import { describeResults, isSound, toSpread } from '../../bench/http/report.ts';
import type { Standing } from '../../bench/http/rounds.ts';
import { SCENARIOS, type ScenarioName } from '../../bench/http/scenarios.ts';
import { judge, TARGETS } from '../../bench/http/targets.ts';

const QUIET: Measurement = {
  ...{ requestsPerSecond: 1000, p50Ms: 1, p99Ms: 2, peakRssMb: 100, cpuMsPerRequest: 0.1 },
  ...{ wrong: 0, elsewhere: 0 },
};

function toStanding(
  contender: ContenderName,
  scenario: ScenarioName,
  runs: readonly Partial<Measurement>[],
): Standing {
  return { contender, scenario, runs: runs.map((run) => ({ ...QUIET, ...run })) };
}

function toRates(contender: ContenderName, scenario: ScenarioName, ...rates: readonly number[]): Standing {
  return toStanding(
    contender,
    scenario,
    rates.map((requestsPerSecond) => ({ requestsPerSecond })),
  );
}

function findTarget(words: string): (typeof TARGETS)[number] {
  const target = TARGETS.find(({ what }) => what.includes(words));
  assert.ok(target !== undefined, words);
  return target;
}

describe('the options of bench:http', () => {
  it('runs everyone three times when nothing is said', () => {
    const { rounds, contenders, scenarios, connections } = parseOptions([]);
    assert.deepEqual([rounds, connections, contenders[0], scenarios.length], [3, 100, 'ours', 4]);
  });

  it('takes names in the order of the tables, whatever the order in which they are asked for', () => {
    const { contenders, scenarios } = parseOptions(['--only', 'echo,ours', '--scenarios', 'rows,form']);
    assert.deepEqual(
      [contenders, scenarios],
      [
        ['ours', 'echo'],
        ['form', 'rows'],
      ],
    );
  });

  for (const [words, message] of [
    [['--only', 'django'], /no contender "django"/],
    [['--scenarios', 'xml'], /no scenario "xml"/],
    [['--rounds', '0'], /--rounds is "0"/],
    [['--seconds', '1.5'], /--seconds is "1.5"/],
  ] as const) {
    it(`refuses ${words.join(' ')}`, () => {
      assert.throws(() => parseOptions(words), message);
    });
  }
});

describe('requests and answers of bench:http', () => {
  it('asks for the same features in a form, in JSON and in a tensor', () => {
    const features = SCENARIOS.json.instances[0];
    assert.equal(toForm(SCENARIOS.form).body, `x=${JSON.stringify(features)}`);
    assert.equal(toInstances(SCENARIOS.json).body, `{"instances":[${JSON.stringify(features)}]}`);
    const [input] = JSON.parse(toTensor(SCENARIOS.json).body).inputs;
    assert.deepEqual([input.shape, input.data], [[1, 37], features]);
  });

  for (const [text, labels] of [
    ['{"predictions":[{"label":1,"probability":0.7},{"label":0,"probability":0.2}]}', [1, 0]],
    ['{"model_prediction":"[1]","received_data":{"x":"[]"}}', [1]],
    ['{"outputs":[{"name":"predict","shape":[2,1],"data":[0,1]}]}', [0, 1]],
  ] as const) {
    it(`reads the labels of ${text.slice(0, 20)}…`, () => {
      assert.deepEqual(readLabels(text), labels);
    });
  }

  for (const text of ['{"error":"no"}', '[]', 'null', '{"outputs":[]}']) {
    it(`finds no labels in ${text}`, () => {
      assert.throws(() => readLabels(text), /has no predictions/);
    });
  }

  it('counts answers of another length, but not those that the end cut off', () => {
    assert.equal(countWrongLength({ requests: 1000, bytes: 200_000 + 99 * 199 }, 200, 100), 0);
    assert.equal(countWrongLength({ requests: 1000, bytes: 100_000 }, 200, 100), 400);
    assert.equal(countWrongLength({ requests: 1000, bytes: 300_000 }, 200, 100), 400);
  });
});

describe('the tables of bench:http', () => {
  it('divides round by round, by the peer that has one process as we have', () => {
    const figures = findTarget('single JSON').figures([
      toRates('ours', 'json', 9000, 12_000, 10_000),
      toRates('fastapi-1', 'json', 1000, 1000, 1000),
      toRates('fastapi', 'json', 1500, 1500, 2000),
    ]);
    assert.deepEqual(figures, [9, 12, 10]);
  });

  it('takes the peer with the lower p99 where less is better', () => {
    const figures = findTarget('p99').figures([
      toStanding('ours', 'json', [{ p99Ms: 5 }]),
      toStanding('fastapi-1', 'json', [{ p99Ms: 20 }]),
      toStanding('fastapi', 'json', [{ p99Ms: 40 }]),
    ]);
    assert.deepEqual(figures, [0.25]);
  });

  it('compares columns with arrays, and takes the most memory of all scenarios of a round', () => {
    const standings = [
      toStanding('ours', 'json', [{ requestsPerSecond: 1000, peakRssMb: 120 }]),
      toStanding('ours', 'columns', [{ requestsPerSecond: 900, peakRssMb: 140 }]),
      toStanding('fastapi', 'json', [{ peakRssMb: 500 }]),
    ];
    assert.deepEqual(findTarget('by column').figures(standings), [0.9]);
    assert.deepEqual(findTarget('memory').figures(standings), [140]);
  });

  it('has no figure where a peer did not run', () => {
    const standings = [toRates('ours', 'json', 1000), { ...toRates('echo', 'json'), failure: 'none' }];
    assert.equal(findTarget('echo').figures(standings), undefined);
  });

  for (const [words, figures, reached] of [
    ['echo', [0.96, 0.94, 0.95], 'goal'],
    ['echo', [0.8], 'floor'],
    ['echo', [0.79], 'missed'],
    ['p99', [0.25], 'goal'],
    ['p99', [0.9], 'floor'],
    ['p99', [1.1], 'missed'],
    ['memory', [130], 'floor'],
  ] as const) {
    it(`says ${reached} of ${figures} for ${words}`, () => {
      assert.equal(judge(findTarget(words), figures), reached);
    });
  }

  it('prints the middle, the least and the most', () => {
    assert.equal(toSpread([3, 1, 2], 1), '2.0 [1.0..3.0]');
    assert.equal(toSpread([3], 0), '3');
  });

  it('has rows a second where a request has several instances, and says why someone did not run', () => {
    const text = describeResults([
      toRates('ours', 'rows', 1000),
      { ...toRates('mlserver', 'rows'), failure: 'no Python\nat all' },
    ]);
    assert.match(text, /^\| Scorestream in the functions-framework \| 1000 \| 64000 \|/m);
    assert.match(text, /^\| MLServer, scikit-learn \| not run: no Python \|$/m);
  });

  it('is sound only when everyone ran and nobody answered wrongly', () => {
    assert.equal(isSound([toRates('ours', 'json', 1)]), true);
    assert.equal(isSound([toStanding('ours', 'json', [{ wrong: 1 }])]), false);
    assert.equal(isSound([{ ...toRates('ours', 'json'), failure: 'none' }]), false);
  });
});
