/** One way to ask for a prediction. */
export interface Door {
  readonly name: string;
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
    contentType: 'application/x-www-form-urlencoded',
    body: `x=${FEATURES}`,
    holds: '"model_prediction":"[1]"',
  },
  {
    name: 'JSON, columns',
    contentType: 'application/json',
    body: '{"instances":[{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}]}',
    holds: '"label":1',
  },
  {
    name: 'JSON, features',
    contentType: 'application/json',
    body: `{"instances":[${FEATURES}]}`,
    holds: '"label":1',
  },
];
