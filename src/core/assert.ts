/**
 * Argument checks in one message form: `"strength" expected number in 0..1, got 3`.
 * A wrong type is a TypeError, a wrong value a RangeError; neither is an ImprintError, because
 * they are mistakes of the programmer and not facts about an image.
 */

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (typeof value === 'number' || typeof value === 'boolean' || value == null) {
    return String(value);
  }
  if (typeof value === 'bigint') return `${value}n`;
  return value instanceof Uint8Array ? `bytes of length ${value.length}` : typeof value;
}

/** @throws TypeError when `value` is no number, RangeError when it lies outside `min..max`. */
export function assertNumber(value: unknown, name: string, min: number, max: number): void {
  const expected = `"${name}" expected number in ${min}..${max}`;
  if (typeof value !== 'number') throw new TypeError(`${expected}, got ${shown(value)}`);
  if (!(value >= min && value <= max)) throw new RangeError(`${expected}, got ${shown(value)}`);
}

/** @throws TypeError when `value` is no number, RangeError when it is no integer in `min..max`. */
export function assertInteger(value: unknown, name: string, min: number, max: number): void {
  const expected = `"${name}" expected integer in ${min}..${max}`;
  if (typeof value !== 'number') throw new TypeError(`${expected}, got ${shown(value)}`);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${expected}, got ${shown(value)}`);
  }
}

/** @throws TypeError when `value` is no string, RangeError when it is longer than `maxLength`. */
export function assertString(value: unknown, name: string, maxLength = 1 << 20): void {
  if (typeof value !== 'string') {
    throw new TypeError(`"${name}" expected string, got ${shown(value)}`);
  }
  if (value.length > maxLength) {
    throw new RangeError(
      `"${name}" expected at most ${maxLength} characters, got ${value.length} characters`,
    );
  }
}

/** @throws TypeError when `value` is no Uint8Array, RangeError when its length is not `length`. */
export function assertBytes(value: unknown, name: string, length?: number): void {
  if (!(value instanceof Uint8Array)) {
    throw new TypeError(`"${name}" expected Uint8Array, got ${shown(value)}`);
  }
  if (length !== undefined && value.length !== length) {
    throw new RangeError(`"${name}" expected ${length} bytes, got ${value.length} bytes`);
  }
}

/** @throws RangeError when `value` is none of `allowed`. */
export function assertOneOf<T extends string | number>(
  value: unknown,
  name: string,
  allowed: readonly T[],
): asserts value is T {
  if (!allowed.includes(value as T)) {
    throw new RangeError(`"${name}" expected one of ${allowed.join(', ')}, got ${shown(value)}`);
  }
}
