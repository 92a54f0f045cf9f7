// A hot loop: one function reads rows without a string or an object each, which is why this file is long.
import type { FieldProblem } from '../../errors.ts';
import { CategoryTable } from './category-table.ts';
import type { CsvDialect } from './dialect.ts';
import { FieldMapper } from './field-mapper.ts';
import { MALFORMED, MAX_KEPT_BYTES, MAX_RECORD_BYTES, TOO_LARGE } from './limits.ts';
import { countLines } from './line-bytes.ts';
import type { ByteRule, ColumnPlan, ScannedFrame } from './plan.ts';
import { RecordSplitter } from './record-splitter.ts';

/** A record that gave no row. */
export interface FailedRecord {
  /** Lines before it, counted from where the scanner began. */
  readonly line: number;
  /** Its bytes, without the line end; clipped. */
  readonly start: number;
  readonly end: number;
  readonly problems: readonly [FieldProblem, ...FieldProblem[]];
}

/** The bytes a scan may read. */
export interface ScanWindow {
  /** Where a record begins. */
  readonly from: number;
  /** One past the last byte at hand; eight more may be read, whatever they hold. */
  readonly limit: number;
  /** True when the document ends at `limit`. */
  readonly final: boolean;
  /** No record that begins here or later is read. */
  readonly stop: number;
  /** Rows of the frame. */
  readonly maxRows: number;
}

/** Records that are read without a map at most, before one is tried again. */
const MAX_UNMAPPED = 4096;
/** A map is worth its while from so many records on. */
const WORTHWHILE = 64;

/** Why a scan ended: `full`: `maxRows` or `stop` is reached; `more`: the next record is not at hand yet. */
export type ScanEnd = 'full' | 'more';

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const SPACE = 0x20;
const TAB = 0x09;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

const TEXT = 0;
const NUMBER = 1;
const CATEGORY = 2;
/** Consecutive fields of plain numbers for consecutive places: zeros and ones go two at a time. */
const RUN = 3;

/** The last field of a record whose last fields the model does not read: the line end stands behind it. */
const PASSED = 4;

/** Exact in a double, as the digits above them are: the quotient is the double nearest to the decimal. */
const POWERS = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
const MAX_DIGITS = 15;

/**
 * Reads records of one document into the rows of a frame. Rows and failed records are told by their places in
 * the bytes. The exact meaning is {@link RecordSplitter}'s and {@link ColumnPlan.encode}'s; what is written as
 * most files write it is read here in one pass, and everything else by them.
 */
export class RowScanner<Frame extends ScannedFrame> {
  /** Good rows of the last scan. */
  rows = 0;
  /** Of each good row: its first byte, and one past its last. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Lines before each good row, counted from where the scanner began. */
  readonly lines: Float64Array;
  /** Failed records of the last scan. */
  failed: FailedRecord[] = [];
  /** Where the next record begins. */
  next = 0;
  /** Line ends so far. */
  line = 0;
  /** True while an overlong record's line is still to be dropped: it begins at `next`. */
  isSkipping = false;
  readonly #plan: ColumnPlan<Frame>;
  readonly #splitter: RecordSplitter;
  readonly #delimiter: number;
  readonly #newline: CsvDialect['newline'];
  /** False for documents that only the splitter reads. */
  readonly #isPlain: boolean;
  // the plan, a step a field or a run of fields
  readonly #kinds: Uint8Array;
  /** Fields to pass over before the step's. */
  readonly #skips: Int32Array;
  readonly #offsets: Int32Array;
  /** Fields of a run. */
  readonly #lengths: Int32Array;
  readonly #isLast: Uint8Array;
  /** Places in the plan's list of fields. */
  readonly #places: Int32Array;
  readonly #rules: readonly (ByteRule | undefined)[];
  readonly #tables: readonly (CategoryTable | undefined)[];
  readonly #wanted: Uint8Array;
  /** Of the bytes that were scanned last. */
  #view: DataView = new DataView(new ArrayBuffer(0));

  /** Finds the fields of documents of which the model reads few. */
  readonly #mapper: FieldMapper | undefined;
  /** Of the map: the record to be read next, and one past the last; both are indices of its places. */
  #mapped = 0;
  #mapEnd = 0;
  /** Records to read without a map when one ends too soon. */
  #unmapped = 1;

  /**
   * @param maxRows rows of a scan at most
   * @param mapper whose bytes are those that are scanned; without it, each byte is looked at on its own
   */
  constructor(plan: ColumnPlan<Frame>, dialect: CsvDialect, maxRows: number, mapper?: FieldMapper) {
    this.starts = new Int32Array(maxRows);
    this.ends = new Int32Array(maxRows);
    this.lines = new Float64Array(maxRows);
    this.#plan = plan;
    this.#splitter = new RecordSplitter(dialect, plan.columnCount, plan.trim);
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#newline = dialect.newline;
    this.#isPlain = dialect.newline !== '\r';
    const steps = toSteps(plan);
    this.#kinds = Uint8Array.from(steps, ({ kind }) => kind);
    this.#skips = Int32Array.from(steps, ({ skip }) => skip);
    this.#offsets = Int32Array.from(steps, ({ offset }) => offset);
    this.#lengths = Int32Array.from(steps, ({ length }) => length);
    this.#isLast = Uint8Array.from(steps, ({ end }) => (end === plan.columnCount ? 1 : 0));
    this.#places = Int32Array.from(steps, ({ place }) => place);
    this.#rules = plan.fields.map(({ rule }) => rule);
    this.#tables = this.#rules.map((rule) =>
      rule?.kind === 'category' ? new CategoryTable(rule) : undefined,
    );
    this.#wanted = new Uint8Array(plan.columnCount);
    for (const { field } of plan.fields) this.#wanted[field] = 1;
    const isSparse = 2 * plan.fields.length <= plan.columnCount;
    const isNarrow = FieldMapper.capacity(plan.columnCount) >= WORTHWHILE;
    this.#mapper = isSparse && isNarrow ? mapper : undefined;
  }

  /** Hears that the bytes were moved to the front of their buffer by so many places. */
  moved(places: number): void {
    this.#splitter.moved(places);
  }

  /** Reads what it can of a window. Of the frame, rows from `rows` on are empty before and after. */
  scan(bytes: Buffer, window: ScanWindow, frame: Frame): ScanEnd {
    this.rows = 0;
    this.failed = [];
    this.next = window.from;
    this.#mapped = this.#mapEnd; // the bytes may be others
    if (this.isSkipping && !this.#skipLine(bytes, window)) return 'more';
    // the fast way reads no further than the last line end, so that it need not look for the end of the bytes
    const lastLine = this.#isPlain ? bytes.subarray(this.next, window.limit).lastIndexOf(LF) : -1;
    const fastStop = Math.min(window.stop, this.next + lastLine + 1);
    while (this.rows < window.maxRows && this.next < window.stop) {
      if (this.next < fastStop) {
        const most =
          this.#mapper === undefined ? window.maxRows : this.#scanMapped(fastStop, window.maxRows, frame);
        if (this.#scanFast(bytes, fastStop, most, frame)) continue;
      }
      if (this.next >= window.limit) return 'more';
      if (!this.#scanExact(bytes, window, frame)) return 'more';
    }
    return 'full';
  }

  /**
   * Reads records by a map of their fields, until one is not written in the plainest way.
   *
   * @returns rows up to which to read on without a map
   */
  #scanMapped(stop: number, maxRows: number, frame: Frame): number {
    const before = this.rows;
    while (this.next < stop && this.rows < maxRows && this.#hasMap(stop, maxRows)) {
      if (!this.#readMapped(frame)) break;
    }
    if (this.rows - before >= WORTHWHILE) this.#unmapped = 1;
    else this.#unmapped = Math.min(2 * this.#unmapped, MAX_UNMAPPED);
    return Math.min(maxRows, this.rows + this.#unmapped);
  }

  /** True when the fields of the next record are mapped, and perhaps those of others. */
  #hasMap(stop: number, maxRows: number): boolean {
    const mapper = this.#mapper as FieldMapper;
    const { columnCount } = this.#plan;
    const before = this.next - 1;
    const width = columnCount + 1;
    // what was read in another way was mapped for nothing
    while (this.#mapped < this.#mapEnd && (mapper.places[this.#mapped] as number) < before) {
      this.#mapped += width;
    }
    if (this.#mapped < this.#mapEnd && mapper.places[this.#mapped] === before) return true;
    const most = Math.min(maxRows - this.rows, FieldMapper.capacity(columnCount));
    this.#mapped = 0;
    this.#mapEnd = width * mapper.map(this.next, stop, most, columnCount, this.#delimiter);
    return this.#mapEnd > 0;
  }

  /**
   * Reads mapped records; false when it meets one of which something is not written in the plainest way. What is in
   * its row then is written anew, or cleared, by who reads it next.
   */
  #readMapped(frame: Frame): boolean {
    const { bytes, places: map } = this.#mapper as FieldMapper;
    const { starts, ends, lines } = this;
    const floats = frame.floats ?? NO_FLOATS;
    const { width } = frame;
    const kinds = this.#kinds;
    const skips = this.#skips;
    const offsets = this.#offsets;
    const lengths = this.#lengths;
    const places = this.#places;
    const tables = this.#tables;
    const rules = this.#rules;
    const { columnCount, trim, fields } = this.#plan;
    const count = kinds[kinds.length - 1] === PASSED ? kinds.length - 1 : kinds.length;
    const mapEnd = this.#mapEnd;
    const line = this.line - this.rows;
    let mapped = this.#mapped;
    let row = this.rows;
    records: for (; mapped < mapEnd; mapped += columnCount + 1) {
      const base = row * width;
      const lineEnd = map[mapped + columnCount] as number;
      const start = (map[mapped] as number) + 1;
      const end = bytes[lineEnd - 1] === CR && lineEnd > start ? lineEnd - 1 : lineEnd;
      if (end - start > MAX_RECORD_BYTES) break;
      let at = mapped;
      for (let step = 0; step < count; step += 1) {
        const kind = kinds[step] as number;
        at += skips[step] as number;
        const offset = base + (offsets[step] as number);
        for (let field = 0; field < (lengths[step] as number); field += 1) {
          const from = (map[at] as number) + 1;
          at += 1;
          const to = Math.min(map[at] as number, end);
          if (from >= to) break records; // it may be missing
          const place = (places[step] as number) + field;
          if (kind === RUN || kind === NUMBER) {
            const value = readPlainNumber(bytes, from, to);
            if (Number.isNaN(value)) break records;
            if (kind === NUMBER) {
              const rule = rules[place];
              if (rule?.kind !== 'number' || !(value >= rule.min && value <= rule.max)) break records;
              if (rule.integer && !Number.isInteger(value)) break records;
            }
            floats[offset + field] = value;
            continue;
          }
          const table = tables[place];
          if (table !== undefined) {
            const known = table.find(bytes, from, to);
            if (known < 0) break records;
            floats[base + (table.offsets[known] as number)] = table.values[known] as number;
            continue;
          }
          if (trim && ((bytes[from] as number) <= SPACE || (bytes[to - 1] as number) <= SPACE)) break records;
          const text = bytes.toString('latin1', from, to);
          if (fields[place]?.write(text, frame, row) !== undefined) break records;
        }
      }
      starts[row] = start;
      ends[row] = end;
      lines[row] = line + row;
      row += 1;
      this.next = lineEnd + 1;
    }
    this.line = line + row;
    this.rows = row;
    this.#mapped = mapped;
    return mapped === mapEnd;
  }

  /** Reads records; false when it meets one that is not written plainly: `next` is then where it begins. */
  #scanFast(bytes: Buffer, stop: number, maxRows: number, frame: Frame): boolean {
    const { starts, ends, lines } = this;
    const floats = frame.floats ?? NO_FLOATS;
    const { width } = frame;
    const delimiter = this.#delimiter;
    const kinds = this.#kinds;
    const skips = this.#skips;
    const offsets = this.#offsets;
    const lengths = this.#lengths;
    const isLast = this.#isLast;
    const places = this.#places;
    const view = this.#viewOf(bytes);
    const pairPattern = ZERO | (delimiter << 8) | (ZERO << 16) | (delimiter << 24);
    const tables = this.#tables;
    const { trim } = this.#plan;
    const count = kinds.length;
    const isSingle = this.#plan.columnCount === 1;
    let isPlain = true;
    let row = this.rows;
    let line = this.line;
    let start = this.next;
    records: while (start < stop && row < maxRows) {
      let at = start;
      isPlain = false;
      const base = row * width;
      if (isSingle) {
        const first = bytes[at] as number;
        if (first <= SPACE) break; // it may be a blank line
      }
      let byte = 0;
      for (let step = 0; step < count; step += 1) {
        for (let left = skips[step] as number; left > 0; left -= 1) {
          byte = bytes[at] as number;
          if (byte === QUOTE) {
            do {
              at += 1;
              byte = bytes[at] as number;
            } while (byte !== QUOTE && byte !== LF);
            if (byte === LF) break records;
            at += 1;
            if (bytes[at] !== delimiter) break records;
          } else {
            while (byte !== delimiter) {
              if (byte === LF) break records;
              at += 1;
              byte = bytes[at] as number;
            }
          }
          at += 1;
        }
        const kind = kinds[step] as number;
        let fields = 1;
        let offset = base + (offsets[step] as number);
        if (kind === RUN) {
          fields = lengths[step] as number;
          const pairs = isLast[step] === 1 ? fields - 1 : fields; // what ends the record is looked at below
          let done = 0;
          while (done + 2 <= pairs) {
            // four bytes at once: of two fields that are 0 or 1, all but the lowest bit of the digits is known
            const bits = view.getInt32(at, true) ^ pairPattern;
            if ((bits & ~0x00010001) !== 0) break;
            if ((bits & 1) !== 0) floats[offset] = 1;
            if ((bits & 0x10000) !== 0) floats[offset + 1] = 1;
            offset += 2;
            done += 2;
            at += 4;
          }
          fields -= done;
        }
        for (; fields > 0; fields -= 1) {
          const isEnd = fields === 1 && isLast[step] === 1;
          const from = at;
          byte = bytes[at] as number;
          let isRead = false;
          if (kind === NUMBER || kind === RUN) {
            const isQuoted = byte === QUOTE;
            if (isQuoted) {
              at += 1;
              byte = bytes[at] as number;
            } else {
              while (byte === SPACE && trim) {
                at += 1;
                byte = bytes[at] as number;
              }
            }
            let isNegative = false;
            if (byte === MINUS) {
              isNegative = true;
              at += 1;
              byte = bytes[at] as number;
            }
            const digitsFrom = at;
            let digits = 0;
            let value = 0;
            let digit = byte - ZERO;
            while (digit >>> 0 < 10) {
              value = value * 10 + digit;
              at += 1;
              byte = bytes[at] as number;
              digit = byte - ZERO;
            }
            digits = at - digitsFrom;
            let decimals = 0;
            if (byte === POINT) {
              at += 1;
              const decimalsFrom = at;
              byte = bytes[at] as number;
              digit = byte - ZERO;
              while (digit >>> 0 < 10) {
                value = value * 10 + digit;
                at += 1;
                byte = bytes[at] as number;
                digit = byte - ZERO;
              }
              decimals = at - decimalsFrom;
              digits += decimals;
            }
            if (isQuoted) {
              if (byte !== QUOTE) digits = 0;
              at += 1;
              byte = bytes[at] as number;
            } else {
              while (byte === SPACE && trim) {
                at += 1;
                byte = bytes[at] as number;
              }
            }
            if (digits > 0 && digits <= MAX_DIGITS && (byte === delimiter || byte === LF || byte === CR)) {
              if (decimals > 0) value /= POWERS[decimals] as number;
              if (isNegative) value = -value;
              if (kind === RUN) {
                floats[offset] = value;
                isRead = true;
              } else {
                const rule = this.#rules[places[step] as number];
                if (
                  rule?.kind === 'number' &&
                  value >= rule.min &&
                  value <= rule.max &&
                  (!rule.integer || Number.isInteger(value))
                ) {
                  floats[offset] = value;
                  isRead = true;
                }
              }
            }
            if (!isRead) {
              at = from;
              byte = bytes[at] as number;
            }
          }
          if (!isRead) {
            // the field's text, from `first` to `last`
            let first = at;
            let last: number;
            if (byte === QUOTE) {
              first = at + 1;
              do {
                at += 1;
                byte = bytes[at] as number;
              } while (byte !== QUOTE && byte !== LF);
              if (byte === LF) break records;
              last = at;
              at += 1;
              byte = bytes[at] as number;
              if (byte !== delimiter && byte !== LF && byte !== CR) break records;
            } else {
              while (byte !== delimiter && byte !== LF) {
                at += 1;
                byte = bytes[at] as number;
              }
              last = byte === LF && at > first && bytes[at - 1] === CR ? at - 1 : at;
              if (trim) {
                while (first < last && (bytes[first] === SPACE || bytes[first] === TAB)) first += 1;
                while (last > first && (bytes[last - 1] === SPACE || bytes[last - 1] === TAB)) last -= 1;
              }
            }
            const place = (places[step] as number) + (kind === RUN ? (lengths[step] as number) - fields : 0);
            const table = tables[place];
            const known = table !== undefined && last > first ? table.find(bytes, first, last) : -1;
            if (table !== undefined && known >= 0) {
              floats[base + (table.offsets[known] as number)] = table.values[known] as number;
            } else if (kind !== PASSED) {
              const text = bytes.toString('latin1', first, last);
              if (this.#plan.fields[place]?.write(text, frame, row) !== undefined) break records;
            }
          }
          if (isEnd) {
            if (byte === CR) {
              at += 1;
              byte = bytes[at] as number;
            }
            if (byte !== LF) break records;
          } else if (byte !== delimiter) break records;
          at += 1;
          offset += 1;
        }
      }
      const end = bytes[at - 2] === CR && at - 2 >= start ? at - 2 : at - 1;
      if (end - start > MAX_RECORD_BYTES) break;
      starts[row] = start;
      ends[row] = end;
      lines[row] = line;
      row += 1;
      line += 1;
      start = at;
      isPlain = true;
    }
    this.rows = row;
    this.line = line;
    this.next = start;
    // a record that was given up may have written into its row
    if (!isPlain) frame.clearRow(row);
    return isPlain;
  }

  #viewOf(bytes: Buffer): DataView {
    const { buffer, byteOffset, byteLength } = bytes;
    const { buffer: seen, byteOffset: start, byteLength: length } = this.#view;
    if (seen !== buffer || start !== byteOffset || length !== byteLength) {
      this.#view = new DataView(buffer, byteOffset, byteLength);
    }
    return this.#view;
  }

  /** Reads one record as its meaning says; false when it is not at hand yet. */
  #scanExact(bytes: Buffer, window: ScanWindow, frame: Frame): boolean {
    const splitter = this.#splitter;
    const start = this.next;
    const status = splitter.split(bytes, start, window.limit, window.final);
    switch (status) {
      case 'incomplete':
        return false;
      case 'malformed':
      case 'too-large':
        return this.#failLine(bytes, window, status === 'malformed' ? MALFORMED : TOO_LARGE);
      case 'blank':
        break;
      case 'record': {
        const fields = new Array<string>(splitter.count);
        const isWhole = splitter.count === this.#plan.columnCount;
        for (let field = 0; isWhole && field < fields.length; field += 1) {
          fields[field] = this.#wanted[field] === 1 ? splitter.text(bytes, field) : '';
        }
        const [first, ...rest] = this.#plan.encode(fields, frame, this.rows);
        if (first === undefined) {
          this.starts[this.rows] = start;
          this.ends[this.rows] = splitter.end;
          this.lines[this.rows] = this.line;
          this.rows += 1;
        } else {
          frame.clearRow(this.rows);
          const end = Math.min(splitter.end, start + MAX_KEPT_BYTES);
          this.failed.push({ line: this.line, start, end, problems: [first, ...rest] });
        }
      }
    }
    this.line += countLines(bytes.subarray(start, splitter.next), this.#newline);
    this.next = splitter.next;
    return true;
  }

  /** Takes the line at `next` as a failed row, whatever its quotes say; false when too little of it is at hand. */
  #failLine(bytes: Buffer, { limit, final }: ScanWindow, problem: FieldProblem): boolean {
    const start = this.next;
    const next = this.#splitter.lineEnd(bytes, start, limit, final);
    if (next === undefined && limit - start < MAX_KEPT_BYTES + 2) return false;
    let end = next ?? limit;
    if (next !== undefined) {
      if (bytes[end - 1] === LF) end -= bytes[end - 2] === CR && end - 2 >= start ? 2 : 1;
      else if (bytes[end - 1] === CR && !this.#isPlain) end -= 1;
      this.line += 1;
    }
    const line = next === undefined ? this.line : this.line - 1;
    this.failed.push({ line, start, end: Math.min(end, start + MAX_KEPT_BYTES), problems: [problem] });
    this.next = next ?? this.#skipTo(bytes, limit);
    this.isSkipping = next === undefined;
    return true;
  }

  /** Where the rest of a line is looked for: a CR that is the last byte at hand may be its end, or half of it. */
  #skipTo(bytes: Buffer, limit: number): number {
    return !this.#isPlain && bytes[limit - 1] === CR ? limit - 1 : limit;
  }

  #skipLine(bytes: Buffer, { from, limit, final }: ScanWindow): boolean {
    const next = this.#splitter.lineEnd(bytes, from, limit, final);
    this.next = next ?? Math.max(from, this.#skipTo(bytes, limit));
    if (next === undefined) return false;
    this.isSkipping = false;
    this.line += 1;
    return true;
  }
}

const NO_FLOATS = new Float32Array(0);

/** The number that stands in bytes: digits with at most one point; NaN for whatever is written in another way. */
function readPlainNumber(bytes: Uint8Array, from: number, end: number): number {
  const isNegative = bytes[from] === MINUS;
  const first = isNegative ? from + 1 : from;
  let at = first;
  let value = 0;
  let digit = 0;
  while (at < end) {
    digit = (bytes[at] as number) - ZERO;
    if (digit >>> 0 >= 10) break;
    value = value * 10 + digit;
    at += 1;
  }
  let digits = at - first;
  if (at < end) {
    if (bytes[at] !== POINT) return Number.NaN;
    const decimals = end - at - 1;
    for (at += 1; at < end; at += 1) {
      digit = (bytes[at] as number) - ZERO;
      if (digit >>> 0 >= 10) return Number.NaN;
      value = value * 10 + digit;
    }
    digits += decimals;
    if (digits <= MAX_DIGITS) value /= POWERS[decimals] as number;
  }
  if (digits === 0 || digits > MAX_DIGITS) return Number.NaN;
  return isNegative ? -value : value;
}

/** What a scan does next with a record. */
interface Step {
  readonly kind: number;
  readonly skip: number;
  readonly offset: number;
  readonly length: number;
  /** One past its last field. */
  readonly end: number;
  readonly place: number;
}

function toSteps<Frame>(plan: ColumnPlan<Frame>): readonly Step[] {
  const steps: Step[] = [];
  let end = 0;
  plan.fields.forEach(({ field, rule }, place) => {
    const offset = rule?.kind === 'number' ? rule.offset : 0;
    const last = steps.at(-1);
    const isFree =
      rule?.kind === 'number' && !rule.integer && rule.min === -Infinity && rule.max === Infinity;
    const goesOn = last?.kind === RUN && isFree && field === last.end && offset === last.offset + last.length;
    if (goesOn) {
      steps[steps.length - 1] = { ...last, length: last.length + 1, end: field + 1 };
    } else {
      const kind = isFree ? RUN : rule === undefined ? TEXT : rule.kind === 'number' ? NUMBER : CATEGORY;
      steps.push({ kind, skip: field - end, offset, length: 1, end: field + 1, place });
    }
    end = field + 1;
  });
  const last = plan.columnCount - 1;
  if (end <= last) {
    steps.push({ kind: PASSED, skip: last - end, offset: 0, length: 1, end: last + 1, place: -1 });
  }
  return steps;
}
