// Outputs of graphs, and what comes of them as JSON and CSV.
import type { OutputsDocument, Task } from '../../src/model/manifest-outputs.ts';
import type { RawTensor } from '../../src/model/session.ts';
import { float, labels, tensor } from './output-tensors.ts';

/** One of two classes. */
export const B = 'binary-classification';
/** One of more classes. */
export const M = 'multiclass-classification';
/** A label and probabilities. */
export const LP = { label: 'l', probabilities: 'p' };
const LS = { label: 'l', scores: 's' };

/** Task, outputs, tensors, JSON of both rows, what follows `a,score` and `1,2` in CSV. */
export const READ: readonly (readonly [
  string,
  Task,
  OutputsDocument,
  readonly RawTensor[],
  readonly string[],
  readonly string[],
])[] = [
  [
    'a label and probabilities',
    B,
    { ...LP, classes: [0, 1] },
    [labels(1, 0), float(0.25, 0.75, 0.5, 0.5)],
    [
      '{"label":1,"probability":0.75,"probabilities":[0.25,0.75]}',
      '{"label":0,"probability":0.5,"probabilities":[0.5,0.5]}',
    ],
    ['label,probability', '1,0.75', '0,0.5'],
  ],
  [
    'probabilities without a label',
    B,
    { probabilities: 'p', classes: [0, 1] },
    [float(0.25, 0.75, 0.5, 0.5)],
    [
      '{"label":1,"probability":0.75,"probabilities":[0.25,0.75]}',
      '{"label":0,"probability":0.5,"probabilities":[0.5,0.5]}',
    ],
    ['label,probability', '1,0.75', '0,0.5'],
  ],
  [
    'the second class alone, the first being positive',
    B,
    { probabilities: 'p', classes: ['yes', 'no'], positive: 'yes' },
    [float(0.25, 0.75)],
    [
      '{"label":"yes","probability":0.75,"probabilities":[0.75,0.25]}',
      '{"label":"no","probability":0.25,"probabilities":[0.25,0.75]}',
    ],
    ['label,probability', 'yes,0.75', 'no,0.25'],
  ],
  [
    'a threshold over the label',
    B,
    { ...LP, classes: [0, 1], threshold: 0.7 },
    [labels(0, 1), float(0.3, 0.7, 0.31, 0.69)],
    [
      '{"label":1,"probability":0.7,"probabilities":[0.3,0.7]}',
      '{"label":0,"probability":0.69,"probabilities":[0.31,0.69]}',
    ],
    ['label,probability', '1,0.7', '0,0.69'],
  ],
  [
    'a threshold for the first class',
    B,
    { ...LP, classes: [0, 1], positive: 0, threshold: 0.3 },
    [labels(0, 1), float(0.3, 0.7, 0.25, 0.75)],
    [
      '{"label":0,"probability":0.3,"probabilities":[0.3,0.7]}',
      '{"label":1,"probability":0.25,"probabilities":[0.25,0.75]}',
    ],
    ['label,probability', '0,0.3', '1,0.25'],
  ],
  [
    'a logit',
    B,
    { probabilities: 'p', classes: [false, true], activation: 'sigmoid' },
    [float(1000, -1000)],
    [
      '{"label":true,"probability":1,"probabilities":[0,1]}',
      '{"label":false,"probability":0,"probabilities":[1,0]}',
    ],
    ['label,probability', 'true,1', 'false,0'],
  ],
  [
    'logits',
    M,
    { probabilities: 'p', classes: ['a', 'b', 'c'], activation: 'softmax' },
    [float(3e38, -3e38, 0, 5, 5, -1e38)],
    [
      '{"label":"a","probability":1,"probabilities":[1,0,0]}',
      '{"label":"a","probability":0.5,"probabilities":[0.5,0.5,0]}',
    ],
    ['label,probability', 'a,1', 'a,0.5'],
  ],
  [
    'an output a class, all of them in CSV',
    M,
    { label: 'l', probabilities: ['x', 'y', 'z'], classes: ['a,b', 'say "c"', ' d'], csv: 'all' },
    [
      tensor('string', ['say "c"', ' d'], [2, 1]),
      tensor('float32', [0.25, 0], [2]),
      float(0.5, 0.25),
      tensor('float64', [0.25, 0.75], [2]),
    ],
    [
      '{"label":"say \\"c\\"","probability":0.5,"probabilities":[0.25,0.5,0.25]}',
      '{"label":" d","probability":0.75,"probabilities":[0,0.25,0.75]}',
    ],
    [
      'label,probability,"probability_a,b","probability_say ""c""",probability_ d',
      '"say ""c""",0.5,0.25,0.5,0.25',
      '" d",0.75,0,0.25,0.75',
    ],
  ],
  [
    'probabilities that are none',
    B,
    { ...LP, classes: [0, 1] },
    [labels(1, 0), float(Number.NaN, Number.NaN, Infinity, -Infinity)],
    [
      '{"label":1,"probability":null,"probabilities":[null,null]}',
      '{"label":0,"probability":null,"probabilities":[null,null]}',
    ],
    ['label,probability', '1,', '0,'],
  ],
  [
    'a signed score',
    B,
    { ...LS, classes: ['no', 'yes'] },
    [tensor('string', ['yes', 'no'], [2]), float(2.5, -0)],
    ['{"label":"yes","score":2.5}', '{"label":"no","score":0}'],
    ['label,prediction_score', 'yes,2.5', 'no,0'],
  ],
  [
    'a signed score of the second class, the first being positive',
    B,
    { scores: 's', classes: ['no', 'yes'], positive: 'no' },
    [float(2.5, -1)],
    ['{"label":"yes","score":-2.5}', '{"label":"no","score":1}'],
    ['label,prediction_score', 'yes,-2.5', 'no,1'],
  ],
  [
    'a score over a threshold',
    B,
    { ...LS, classes: [0, 1], threshold: -0.1 },
    [labels(1, 1), float(-0.1, -0.2)],
    ['{"label":1,"score":-0.1}', '{"label":0,"score":-0.2}'],
    ['label,prediction_score', '1,-0.1', '0,-0.2'],
  ],
  [
    'a score for each of two classes',
    B,
    { scores: 's', classes: [0, 1] },
    [float(5, 3, -1, -2)],
    ['{"label":0,"score":3}', '{"label":0,"score":-2}'],
    ['label,prediction_score', '0,3', '0,-2'],
  ],
  [
    'a score a class',
    M,
    { ...LS, classes: ['a', 'b', 'c'] },
    [tensor('string', ['c', 'a'], [2]), float(1, 2, 3, 4, -5, Number.NaN)],
    ['{"label":"c","score":3,"scores":[1,2,3]}', '{"label":"a","score":4,"scores":[4,-5,null]}'],
    ['label,prediction_score', 'c,3', 'a,4'],
  ],
  [
    'a bool label alone',
    B,
    { label: 'l' },
    [tensor('bool', [1, 0], [2])],
    ['{"label":true}', '{"label":false}'],
    ['label', 'true', 'false'],
  ],
  [
    'an int32 label of a column',
    B,
    { label: 'l', classes: [-5, 7] },
    [tensor('int32', [7, -5], [2, 1])],
    ['{"label":7}', '{"label":-5}'],
    ['label', '7', '-5'],
  ],
  [
    'large int64 labels',
    M,
    { label: 'l' },
    [labels(2 ** 40, -(2 ** 40))],
    ['{"label":1099511627776}', '{"label":-1099511627776}'],
    ['label', '1099511627776', '-1099511627776'],
  ],
  [
    'a label that is no number',
    M,
    { label: 'l' },
    [tensor('float32', [Number.NaN, Infinity], [2])],
    ['{"label":null}', '{"label":null}'],
    ['label', '', ''],
  ],
  [
    'an anomaly and its score',
    'anomaly',
    { label: 'l', scores: 's' },
    [labels(-1, 1), float(-0.122, Number.NaN)],
    ['{"label":-1,"score":-0.122}', '{"label":1,"score":null}'],
    ['label,prediction_score', '-1,-0.122', '1,'],
  ],
  [
    'an anomaly alone',
    'anomaly',
    { label: 'l' },
    [labels(-1, 1)],
    ['{"label":-1}', '{"label":1}'],
    ['label,prediction_score', '-1,', '1,'],
  ],
  [
    'a value',
    'regression',
    { values: 'v' },
    [tensor('float64', [12.5, -Infinity], [2])],
    ['{"value":12.5}', '{"value":null}'],
    ['value', '12.5', ''],
  ],
  [
    'values',
    'regression',
    { values: 'v' },
    [float(1, 2, 3, 4)],
    ['{"values":[1,2]}', '{"values":[3,4]}'],
    ['value_0,value_1', '1,2', '3,4'],
  ],
  [
    'an output a target, named',
    'regression',
    { values: ['v', 'w'], targets: ['x', 'a;b,c'] },
    [float(1, 2), tensor('int64', [3, 4], [2])],
    ['{"values":[1,3]}', '{"values":[2,4]}'],
    ['value_x,"value_a;b,c"', '1,3', '2,4'],
  ],
];
