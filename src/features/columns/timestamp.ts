import { show } from '../../errors.ts';
import type { TimePart, TimestampSpec } from '../column-spec.ts';
import type { FeatureSlot } from '../frame.ts';
import { checkFit } from '../number.ts';
import { type ColumnKind, columnInvalid } from './kind.ts';

/** Date, and time to the fraction of a second with its offset, as RFC 3339 and ISO 8601's extended format have them. */
const TIMESTAMP =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(Z|z|[+-]\d\d(?::?\d\d)?)?)?$/;

const EXPECTED = 'a time as ISO 8601 writes it (2026-03-01, 2026-03-01T14:30:00Z)';
const DAY_MS = 86_400_000;

/**
 * A column of times, cut into the parts that the manifest asks for. Parts are those of the time as it
 * is written, in its own offset, as pandas gives them: month 1 to 12, day 1 to 31, dayofyear 1 to 366,
 * weekday 0 (Monday) to 6, quarter 1 to 4. `epoch` is seconds since 1970-01-01T00:00:00Z; without an
 * offset the time is taken as UTC. A date alone is midnight.
 */
export function createTimestampColumn(spec: TimestampSpec, slots: readonly FeatureSlot[]): ColumnKind {
  if (slots.some(({ type }) => type === 'string' || type === 'bool')) {
    throw columnInvalid(spec.name, 'gives numbers, and the model takes something else there');
  }
  const parts = spec.parts.map((part, index) => ({ read: PARTS[part], slot: slots[index] as FeatureSlot })); // one a part
  const holdsNaN = slots.every(({ type }) => type === 'float32' || type === 'float64');
  return {
    expected: EXPECTED,
    write(value, _fromText, frame, row) {
      const time = typeof value === 'string' ? parseTime(value) : undefined;
      if (time === undefined) return { code: 'INVALID_VALUE', expected: EXPECTED, got: show(value) };
      for (const { read, slot } of parts) {
        const number = read(time);
        const problem = checkFit(number, value, slot.type, EXPECTED);
        if (problem !== undefined) return problem;
        frame.setNumber(slot, row, number);
      }
      return undefined;
    },
    writeNaN: holdsNaN
      ? (frame, row) => {
          for (const { slot } of parts) frame.setNumber(slot, row, Number.NaN);
        }
      : undefined,
  };
}

/** A time as it is written, and its offset from UTC. */
interface WrittenTime {
  /** The written date and time, read as if it were UTC. */
  readonly wall: Date;
  readonly offsetMs: number;
}

function parseTime(text: string): WrittenTime | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const wall = new Date(0);
  wall.setUTCFullYear(year, month - 1, day); // Date.UTC takes the years 0 to 99 for 1900 to 1999
  wall.setUTCHours(hour, minute, second);
  const isReal = month >= 1 && month <= 12 && wall.getUTCMonth() === month - 1 && wall.getUTCDate() === day;
  if (!isReal || hour > 23 || minute > 59 || second > 59) return undefined;
  const offsetMs = toOffsetMs(match[7]);
  return offsetMs === undefined ? undefined : { wall, offsetMs };
}

function toOffsetMs(text: string | undefined): number | undefined {
  if (text === undefined || text === 'Z' || text === 'z') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(-2))];
  const hasMinutes = text.length > 3;
  if (hours > 23 || (hasMinutes && minutes > 59)) return undefined;
  const ms = hours * 3_600_000 + (hasMinutes ? minutes * 60_000 : 0);
  return text.startsWith('-') ? -ms : ms;
}

const PARTS: Readonly<Record<TimePart, (time: WrittenTime) => number>> = {
  year: ({ wall }) => wall.getUTCFullYear(),
  quarter: ({ wall }) => Math.floor(wall.getUTCMonth() / 3) + 1,
  month: ({ wall }) => wall.getUTCMonth() + 1,
  day: ({ wall }) => wall.getUTCDate(),
  dayofyear: ({ wall }) =>
    Math.floor((wall.getTime() - new Date(wall.getTime()).setUTCMonth(0, 1)) / DAY_MS) + 1,
  weekday: ({ wall }) => (wall.getUTCDay() + 6) % 7,
  hour: ({ wall }) => wall.getUTCHours(),
  minute: ({ wall }) => wall.getUTCMinutes(),
  second: ({ wall }) => wall.getUTCSeconds(),
  epoch: ({ wall, offsetMs }) => (wall.getTime() - offsetMs) / 1000,
};
