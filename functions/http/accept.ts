/** How predictions are written. */
export type AnswerKind = 'json' | 'ndjson' | 'csv';

const MEDIA_TYPES: Readonly<Record<string, AnswerKind>> = {
  'application/json': 'json',
  'text/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/x-jsonlines': 'ndjson',
  'text/csv': 'csv',
};

/**
 * Chooses how predictions are written: by the `Accept` header's weights, and where two weigh the same by their order
 * (RFC 9110 §12.5.1). Where it names nothing that there is, the answer comes as the body came.
 *
 * @param asSent what a client gets that doesn't mind
 */
export function toAnswerKind(accept: string | undefined, asSent: AnswerKind): AnswerKind {
  if (accept === undefined || accept === '*/*') return asSent;
  let best: { readonly kind: AnswerKind; readonly weight: number } | undefined;
  for (const range of accept.split(',', MAX_RANGES)) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const kind = type === '*/*' ? asSent : MEDIA_TYPES[type];
    const weight = toWeight(parameters);
    if (kind !== undefined && weight > (best?.weight ?? 0)) best = { kind, weight };
  }
  return best?.kind ?? asSent;
}

/** More than any client sends. */
const MAX_RANGES = 32;

function toWeight(parameters: readonly string[]): number {
  const given = parameters.find((part) => part.startsWith('q='));
  const weight = given === undefined ? 1 : Number(given.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}
