import type { WriteOptions, WriteResult } from '../../ports/storage.ts';
import { type Client, pause } from './client.ts';
import { failed } from './failures.ts';
import { type ObjectName, toObjectUri } from './object-name.ts';
import { findObject, type StoredObject } from './resource.ts';

/** The generation of an object that isn't there. */
const NONE = '0';

/** How often a write without a precondition tries to come after all others. */
const MAX_RACES = 10;

/** A change under way: what it makes, and what its caller asks for. */
export interface Change {
  readonly object: ObjectName;
  /** The id that what it makes carries. */
  readonly writeId: string;
  readonly options: WriteOptions;
}

/** One try of a change: the object it made, or `unmet` when the precondition did not hold. */
export type TryChange = (ifGenerationMatch: string) => Promise<StoredObject | 'unmet'>;

/** What a change is like. */
export interface ChangeRules {
  /** True to look at what is there before anything is sent, also when the caller says what must be there. */
  readonly looksFirst: boolean;
  /** Whether the change can be tried once more. @default always */
  mayRepeat?(): boolean;
}

/**
 * Makes a change under a precondition: the caller's, or else the generation that is there, as often as
 * others are faster. So a request that is sent twice can't change anything twice, and when its second
 * sending meets what the first one made, that counts as made.
 */
export async function changeObject(
  client: Client,
  { object, writeId, options }: Change,
  { looksFirst, mayRepeat = () => true }: ChangeRules,
  tryChange: TryChange,
): Promise<WriteResult> {
  const { ifGenerationMatch: asked, signal } = options;
  const look = () => findObject(client, object, signal);
  let present = looksFirst || asked === undefined ? await look() : undefined;
  if (looksFirst && asked !== undefined && asked !== generationOf(present)) return toNotWritten(present);
  for (let races = 1; ; races += 1) {
    const made = await tryChange(asked ?? generationOf(present));
    if (made !== 'unmet') return { written: true, object: made.info };
    present = await look();
    if (present?.writeId === writeId) return { written: true, object: present.info };
    if (asked !== undefined) return toNotWritten(present);
    if (races >= MAX_RACES || !mayRepeat()) {
      throw failed('write', toObjectUri(object), 'another writer replaced it meanwhile');
    }
    await pause(client.patience, 1, signal);
  }
}

function generationOf(present: StoredObject | undefined): string {
  return present?.info.generation ?? NONE;
}

function toNotWritten(present: StoredObject | undefined): WriteResult {
  return present === undefined ? { written: false } : { written: false, object: present.info };
}
