import { createHash } from 'node:crypto';
import type { ScorerError } from '../../../src/errors.ts';
import type { Model } from '../../../src/model/model.ts';
import { type Answer, RETRY_AFTER } from '../../answer.ts';
import { hasTag } from '../entity-tag.ts';
import { describeModel } from './describe.ts';
import { toNotReadyPage, toPage } from './page.ts';
import { POLICY } from './policy.ts';

const SECURITY = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;

/** A page that was made, and its entity tag: RFC 9110 §8.8.3. */
interface MadePage {
  readonly body: Uint8Array;
  readonly etag: string;
}

/** The page of a model is kept as long as the model is. */
const made = new WeakMap<Model, MadePage>();

/**
 * The page to try a model, made once; 304 to who has it already.
 *
 * @param ifNoneMatch the request's header of that name
 */
export function answerPage(model: Model, ifNoneMatch: string | undefined): Answer {
  const { body, etag } = made.get(model) ?? makePage(model);
  const headers = { ...SECURITY, 'Cache-Control': 'no-cache', ETag: etag };
  if (hasTag(ifNoneMatch, etag)) return { status: 304, contentType: '', body: '', headers };
  return { status: 200, contentType: 'text/html; charset=utf-8', body, headers };
}

/** The page that says why there is no model to try. */
export function answerNotReady(status: number, { message }: ScorerError): Answer {
  const headers = { ...SECURITY, ...RETRY_AFTER, 'Cache-Control': 'no-store' };
  return { status, contentType: 'text/html; charset=utf-8', body: toNotReadyPage(message), headers };
}

/** The tag is of the bytes: they change with the digest, and with the code that makes them. */
function makePage(model: Model): MadePage {
  const body = Buffer.from(toPage(describeModel(model)));
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  const page = { body, etag: `"${model.identity.digest}-${hash}"` };
  made.set(model, page);
  return page;
}
