import type { ObjectInfo } from './storage.ts';

/** What a folder of results gets at the end. */
export interface PublishedOutput {
  readonly predictions: ObjectInfo;
  readonly errors: ObjectInfo;
}

/** The outputs of a file that is being scored, in a folder of this machine: nobody takes them for results yet. */
export interface PartialOutput {
  /**
   * Goes back to the last {@link save}: what was appended after it is cut off.
   *
   * @returns what was saved; undefined when there is nothing to go on with, and the outputs are empty
   */
  restore(): Promise<unknown>;
  /** Makes the outputs empty. */
  restart(): Promise<void>;
  /** Appends to both outputs, in order. */
  append(predictions: Uint8Array, errors: Uint8Array): Promise<void>;
  /** Keeps a note beside the outputs as they are now, so that another process can go on from there. */
  save(note: object): Promise<void>;
  /** Gives the outputs their names. The note goes, and a verdict that was there before goes first. */
  publish(): Promise<PublishedOutput>;
  /** Removes the outputs, the note, and the results that were there before. */
  discard(): Promise<void>;
  /** Lets go of the files; what is not published stays for the next time. */
  close(): Promise<void>;
}

/**
 * Opens the partial outputs of a folder, which is made where it isn't there. Until they are closed nobody else can.
 *
 * @throws ScorerError `STORAGE_FAILED`; `USAGE` while another process has them open
 */
export type OpenPartialOutput = (folder: string) => Promise<PartialOutput>;
