/** Errors are asserted by class and code, never by message. */
import { expect } from 'vitest';
import { ImprintError } from '../../src/core/index.js';

/** Runs `action` and expects an ImprintError with `code`. */
export async function throwsWithCode(action: () => unknown, code: string): Promise<ImprintError> {
  let thrown: unknown;
  try {
    await action();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ImprintError);
  expect((thrown as ImprintError).code).toBe(code);
  return thrown as ImprintError;
}
