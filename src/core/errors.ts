/**
 * The one error base of the package. A module declares a union of string codes and an empty
 * subclass; codes are API and never renamed. A finding (bad signature, missing watermark) is not an
 * error: it is an entry of a report.
 */
export class ImprintError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(options: { code: Code; message: string; cause?: unknown }) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
  }
}

/** True for errors of this package, whichever module threw them. */
export function isImprintError(value: unknown): value is ImprintError {
  return value instanceof ImprintError;
}

/** The message of anything that was thrown. */
export function errorMessage(value: unknown): string {
  return value instanceof Error ? value.message : String(value);
}
