import { ScorerError, show } from '../../errors.ts';
import { parseFields } from './fields.ts';
import { PARTS_FOLDER } from './names.ts';

/** A message on the topic of shards: one step of a job. */
export interface ShardMessage {
  /** The URI of the job's plan. */
  readonly plan: string;
  /** The plan's id: a message of an older plan asks for nothing. */
  readonly id: string;
  /** Which byte range to score, from 0; or to join what was scored. */
  readonly shard: number | 'finish';
}

/** A shard message as the data of a message. */
export function encodeShardMessage({ plan, id, shard }: ShardMessage): Buffer {
  return Buffer.from(JSON.stringify({ plan, id, shard }));
}

/**
 * Reads a shard message, which anybody who may publish can have written.
 *
 * @param outputUri plans of other folders are refused
 * @throws ScorerError `INVALID_MESSAGE`
 */
export function decodeShardMessage(data: Uint8Array, outputUri: string): ShardMessage {
  const fields = parseFields(data, 'The shard message', 'INVALID_MESSAGE');
  const plan = fields.text('plan');
  const prefix = `${outputUri}/${PARTS_FOLDER}/`;
  if (!plan.startsWith(prefix) || !/^[0-9a-f]{32}\/plan\.json$/.test(plan.slice(prefix.length))) {
    throw new ScorerError(
      `The shard message names the plan ${show(plan)}: expected ${prefix}<32 hex digits>/plan.json.`,
      { code: 'INVALID_MESSAGE' },
    );
  }
  const id = fields.match('id', /^[0-9a-f]{16}$/);
  return { plan, id, shard: fields.value('shard') === 'finish' ? 'finish' : fields.count('shard') };
}

/** The job's folder (R) of a message's plan. */
export function toRootOf({ plan }: Pick<ShardMessage, 'plan'>): string {
  return plan.slice(0, plan.lastIndexOf('/'));
}
