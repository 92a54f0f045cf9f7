/** One way to ask for a prediction. */
export interface Door {
  readonly name: string;
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
  /** What the answer must hold, whoever serves the shipped model. */
  readonly holds: string;
}

/** Grupo LATAM, international, July: the model says 1. */
const FEATURES = '[0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,0,0,0,1,0,0,0,0,0]';

/** The doors of the prediction function that are loaded, one after the other. */
export const DOORS: readonly Door[] = [
  {
    name: 'form',
    path: '/predict',
    contentType: 'application/x-www-form-urlencoded',
    body: `x=${FEATURES}`,
    holds: '"model_prediction":"[1]"',
  },
  {
    name: 'JSON, columns',
    path: '/predict',
    contentType: 'application/json',
    body: '{"instances":[{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}]}',
    holds: '"label":1',
  },
  {
    name: 'JSON, features',
    path: '/predict',
    contentType: 'application/json',
    body: `{"instances":[${FEATURES}]}`,
    holds: '"label":1',
  },
  {
    name: 'Open Inference Protocol',
    path: '/v2/models/flight-delay/infer',
    contentType: 'application/json',
    body: `{"inputs":[{"name":"features","datatype":"FP32","shape":[1,37],"data":${FEATURES}}]}`,
    holds: '"shape":[1],"data":[1]',
  },
];
