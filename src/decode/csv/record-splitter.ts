import type { CsvDialect } from './dialect.ts';
import { MAX_RECORD_BYTES } from './limits.ts';
import { isBlank, isSpace, lineLength } from './line-bytes.ts';

/**
 * What stands at a place where a record begins. `malformed`: text after a closing quote, or a quote that
 * is not closed within the bound or the document; `too-large`: no line end within the bound; `incomplete`:
 * the bytes at hand don't tell yet.
 */
export type SplitStatus = 'record' | 'blank' | 'malformed' | 'too-large' | 'incomplete';

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

const PLAIN = 0;
const QUOTED = 1;
const QUOTED_TWICE = 2;
/** Nothing of a field yet. */
const NEW = 3;
/** Text after a closing quote. */
const BAD = 4;

/**
 * The exact meaning of a CSV record, byte by byte: RFC 4180 §2 with the freedoms that `docs/scoring-files.md`
 * settles. Everything that reads CSV faster must agree with it.
 */
export class RecordSplitter {
  /** After `record` and `blank`: one past the record's last byte, without its line end. */
  end = 0;
  /** After `record` and `blank`: where the next record begins. */
  next = 0;
  /** After `record`: its fields. */
  count = 0;
  readonly #delimiter: number;
  readonly #maxBytes: number;
  readonly #trim: boolean;
  /** True where a CR alone ends a record. */
  readonly #endsByCr: boolean;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #quoting: Uint8Array;
  /** The last record that came to nothing: where it began, where it was left, and what stood there. */
  #farStart = 0;
  #farAt = 0;
  #farState = NEW;

  /**
   * @param columnCount fields whose places are kept; more are counted
   * @param trim whether spaces and tabs around a field without quotes are no part of it
   * @param maxBytes of a record
   */
  constructor(
    { delimiter, newline }: CsvDialect,
    columnCount: number,
    trim = true,
    maxBytes = MAX_RECORD_BYTES,
  ) {
    this.#maxBytes = maxBytes;
    this.#trim = trim;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#endsByCr = newline === '\r';
    this.#starts = new Int32Array(columnCount);
    this.#ends = new Int32Array(columnCount);
    this.#quoting = new Uint8Array(columnCount);
  }

  /**
   * Splits the record that begins at `start`. All that are split are of one buffer, whose bytes stay; see {@link moved}.
   *
   * @param limit one past the last byte at hand
   * @param final true when the document ends there
   */
  split(bytes: Uint8Array, start: number, limit: number, final: boolean): SplitStatus {
    const isBehind = start >= this.#farStart && start < this.#farAt;
    const next = isBehind ? this.lineEnd(bytes, start, this.#farAt, false) : undefined;
    return this.#split(bytes, start, limit, final, start, NEW, next === undefined ? -1 : next - 1);
  }

  /** Hears that the bytes were moved to the front of their buffer by so many places. */
  moved(places: number): void {
    this.#farStart -= places;
    this.#farAt -= places;
  }

  /**
   * @param at where to go on from: the record's start, or where an earlier one that came by was left
   * @param state what stands there
   * @param meeting the first line end, where an earlier record was in quotes that came to nothing far behind it: this
   * one comes to the same if it is in quotes there, too. Else every line of a document could cost a megabyte; -1 for none
   */
  #split(
    bytes: Uint8Array,
    start: number,
    limit: number,
    final: boolean,
    from: number,
    state: number,
    meeting: number,
  ): SplitStatus {
    const bound = start + this.#maxBytes;
    this.count = 0;
    let at = from;
    let isNew = state === NEW;
    for (;;) {
      const begin = at;
      let quoting = PLAIN;
      if (isNew ? at < limit && bytes[at] === QUOTE : state === QUOTED) {
        quoting = QUOTED;
        if (isNew) at += 1;
        for (;;) {
          const inner = at;
          while (at < limit && at < bound && bytes[at] !== QUOTE) at += 1;
          if (meeting >= inner && meeting < at) return this.#meet(bytes, start, limit, final);
          if (at >= bound || (at >= limit && final)) {
            this.#keep(start, at, QUOTED);
            return at >= bound ? this.#beyond(bytes, start, limit, final) : 'malformed';
          }
          if (at + 1 >= limit && !final) return 'incomplete';
          if (at + 1 >= limit || bytes[at + 1] !== QUOTE) break;
          quoting = QUOTED_TWICE;
          at += 2;
        }
        at += 1;
      } else {
        while (at < limit && at < bound && !this.#isEnd(bytes, at, limit, final)) at += 1;
      }
      isNew = true;
      const ended = this.#endAt(bytes, at, limit, final);
      if (ended === 'incomplete') return 'incomplete';
      if (ended === 'none' || (ended === 'field' && at >= bound)) {
        const isText = ended === 'none' && quoting !== PLAIN;
        if (ended === 'field') this.#keep(start, at + 1, NEW);
        else this.#keep(start, at, isText ? BAD : PLAIN);
        return isText ? 'malformed' : this.#beyond(bytes, start, limit, final);
      }
      if (this.count < this.#starts.length) {
        const inner = quoting === PLAIN ? 0 : 1;
        this.#starts[this.count] = begin + inner;
        this.#ends[this.count] = at - inner;
        this.#quoting[this.count] = quoting;
      }
      this.count += 1;
      if (ended === 'record') {
        this.end = at;
        return this.count === 1 && quoting === PLAIN && isBlank(bytes, start, at) ? 'blank' : 'record';
      }
      at += 1;
    }
  }

  /** Goes on where the earlier record was left. */
  #meet(bytes: Uint8Array, start: number, limit: number, final: boolean): SplitStatus {
    if (this.#farState === BAD) return 'malformed';
    const status = this.#split(bytes, start, limit, final, this.#farAt, this.#farState, -1);
    // it ends well, and its fields are wanted
    return status === 'record' ? this.#split(bytes, start, limit, final, start, NEW, -1) : status;
  }

  /** Remembers a record that came to nothing: up to where it was left, every line end was in quotes. */
  #keep(start: number, at: number, state: number): void {
    this.#farStart = start;
    this.#farAt = at;
    this.#farState = state;
  }

  /** A field of the record that was split last, as latin1 text: without quotes, trimmed where it has none. */
  text(bytes: Buffer, field: number): string {
    let start = this.#starts[field] as number;
    let end = this.#ends[field] as number;
    const quoting = this.#quoting[field];
    if (quoting === PLAIN && this.#trim) {
      while (start < end && isSpace(bytes[start])) start += 1;
      while (end > start && isSpace(bytes[end - 1])) end -= 1;
    }
    const text = bytes.toString('latin1', start, end);
    return quoting === QUOTED_TWICE ? text.replaceAll('""', '"') : text;
  }

  /** One past the line end that is first from `start` on, or past the document; undefined when it is not at hand. */
  lineEnd(bytes: Uint8Array, start: number, limit: number, final: boolean): number | undefined {
    if (this.#endsByCr) {
      // one of two: looking for the one that is far, or not there, would take too long
      let at = start;
      while (at < limit && bytes[at] !== LF && bytes[at] !== CR) at += 1;
      if (at === limit) return final ? limit : undefined;
      if (bytes[at] === LF) return at + 1;
      if (at + 1 === limit) return final ? limit : undefined;
      return bytes[at + 1] === LF ? at + 2 : at + 1;
    }
    const lf = bytes.subarray(start, limit).indexOf(LF);
    if (lf !== -1) return start + lf + 1;
    return final ? limit : undefined;
  }

  /** False for the bytes of an unquoted field; a CR that is the last byte at hand may be its end. */
  #isEnd(bytes: Uint8Array, at: number, limit: number, final: boolean): boolean {
    const byte = bytes[at];
    if (byte === this.#delimiter || byte === LF) return true;
    if (byte !== CR) return false;
    return this.#endsByCr || (at + 1 < limit ? bytes[at + 1] === LF : !final);
  }

  /** What ends at a place, and for a record where the next one begins. */
  #endAt(
    bytes: Uint8Array,
    at: number,
    limit: number,
    final: boolean,
  ): 'field' | 'record' | 'none' | 'incomplete' {
    if (at >= limit) {
      if (!final) return 'incomplete';
      this.next = at;
      return 'record';
    }
    const byte = bytes[at];
    if (byte === this.#delimiter) return 'field';
    if (byte === LF) {
      this.next = at + 1;
      return 'record';
    }
    if (byte !== CR) return 'none';
    if (at + 1 >= limit && !final) return 'incomplete';
    const isPair = at + 1 < limit && bytes[at + 1] === LF;
    if (!isPair && !this.#endsByCr) return 'none';
    this.next = at + (isPair ? 2 : 1);
    return 'record';
  }

  /** The record goes on beyond the bound: by its quotes where its first line does not. */
  #beyond(bytes: Uint8Array, start: number, limit: number, final: boolean): SplitStatus {
    const enough = start + this.#maxBytes + 2;
    const windowEnd = Math.min(limit, enough);
    const isAll = final && windowEnd === limit;
    const end = this.lineEnd(bytes, start, windowEnd, isAll);
    if (end === undefined) return windowEnd < enough ? 'incomplete' : 'too-large';
    return lineLength(bytes, start, end) <= this.#maxBytes ? 'malformed' : 'too-large';
  }
}
