/** Reads a scheduler_config.json of diffusers: every field optional, unknown fields ignored as there. */
import { errorMessage, printable } from '../../core/index.js';
import { GenerateError } from '../errors.js';

/** Far above any real one, which has some 1,000 characters (but `trained_betas` may list 1,000 numbers). */
const CHARACTERS_MAX = 1 << 18;
/** A string that is never closed matches too: else each quote in it would be tried to the end of the text. */
const STRING_OR_PYTHON_NUMBER = /"(?:[^"\\]|\\[^])*"?|-?\bInfinity\b|\bNaN\b/g;

/**
 * Python writes `-Infinity` (the default `lambda_min_clipped`) and `NaN`, which are no JSON.
 *
 * @throws GenerateError GENERATE_PIPELINE_INVALID
 */
export function parseSchedulerConfig(text: string): unknown {
  if (text.length > CHARACTERS_MAX) throw invalid('it is too long for a scheduler configuration');
  try {
    return JSON.parse(
      text.replace(STRING_OR_PYTHON_NUMBER, (token) => {
        if (token.startsWith('"')) return token;
        return token === 'NaN' ? 'null' : token.replace('Infinity', '1e999');
      }),
    );
  } catch (cause) {
    throw invalid(`it is no JSON: ${printable(errorMessage(cause))}`, cause);
  }
}

export class Settings {
  readonly #fields: Readonly<Record<string, unknown>>;

  /** @throws GenerateError GENERATE_PIPELINE_INVALID when `config` is no object. */
  constructor(config: unknown) {
    if (typeof config !== 'object' || config === null || Array.isArray(config)) {
      throw invalid('it should be an object');
    }
    this.#fields = config as Record<string, unknown>;
  }

  number(field: string, fallback: number, min: number, max: number): number {
    return this.optionalNumber(field, min, max) ?? fallback;
  }

  optionalNumber(field: string, min: number, max: number): number | undefined {
    const value = this.#get(field);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !(value >= min && value <= max)) {
      throw invalid(`"${field}" should be a number in ${min}..${max}`);
    }
    return value;
  }

  integer(field: string, fallback: number, min: number, max: number): number {
    const value = this.number(field, fallback, min, max);
    if (!Number.isInteger(value)) throw invalid(`"${field}" should be an integer`);
    return value;
  }

  boolean(field: string, fallback: boolean): boolean {
    const value = this.#get(field) ?? fallback;
    if (typeof value !== 'boolean') throw invalid(`"${field}" should be true or false`);
    return value;
  }

  oneOf<T extends string>(field: string, fallback: T, allowed: readonly T[]): T {
    const value = this.#get(field) ?? fallback;
    if (!allowed.includes(value as T)) {
      const given = printable(String(JSON.stringify(value)), 60);
      throw invalid(`"${field}" is ${given}; this version knows ${allowed.join(', ')}`);
    }
    return value as T;
  }

  numbers(field: string, maxLength: number): readonly number[] | undefined {
    const value = this.#get(field);
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || value.length > maxLength || !value.every(Number.isFinite)) {
      throw invalid(`"${field}" should be at most ${maxLength} numbers`);
    }
    return value as number[];
  }

  /** A feature that would change the picture and is not there: never ignored silently. */
  refuse(...fields: readonly string[]): void {
    for (const field of fields) {
      const value = this.#get(field);
      if (value !== undefined && value !== false) {
        throw invalid(`"${field}" is set, which this version does not support`);
      }
    }
  }

  /** Python's None is JSON's null: not given. */
  #get(field: string): unknown {
    return Object.hasOwn(this.#fields, field) ? (this.#fields[field] ?? undefined) : undefined;
  }
}

export function invalid(what: string, cause?: unknown): GenerateError {
  return new GenerateError({
    code: 'GENERATE_PIPELINE_INVALID',
    message: `the scheduler configuration cannot be used: ${what}`,
    cause,
  });
}

export function badRequest(message: string): GenerateError {
  return new GenerateError({ code: 'GENERATE_OPTION', message });
}
