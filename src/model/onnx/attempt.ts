import { ScorerError } from '../../errors.ts';

/**
 * Reads something of an ONNX file.
 *
 * @throws ScorerError `MODEL_INVALID` where reading throws anything
 */
export function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ScorerError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ScorerError(`The model file is not an ONNX model: ${reason}.`, {
      code: 'MODEL_INVALID',
      cause,
    });
  }
}
