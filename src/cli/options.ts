/** Parsers for option values: a bad value is a usage error that names what was expected. */
import { InvalidArgumentError } from 'commander';

export function integerOption(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < min || number > max) {
      throw new InvalidArgumentError(`Expected integer in ${min}..${max}.`);
    }
    return number;
  };
}

export function numberOption(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d*\.?\d+$/.test(value) || !(number >= min && number <= max)) {
      throw new InvalidArgumentError(`Expected number in ${min}..${max}.`);
    }
    return number;
  };
}

/** `512` or `512x512`. */
export function sizeOption(value: string): { width: number; height: number } {
  const match = /^(\d{1,5})(?:x(\d{1,5}))?$/.exec(value);
  if (match === null) throw new InvalidArgumentError('Expected SIZE or WIDTHxHEIGHT.');
  const width = Number(match[1]);
  return { width, height: match[2] === undefined ? width : Number(match[2]) };
}

/** RFC 3339 date or time. */
export function timeOption(value: string): Date {
  const time = new Date(value);
  const day = /^\d{4}-\d{2}-\d{2}(?=T|$)/.exec(value)?.[0];
  // Date turns 31 February into 3 March; a day that does not exist is a mistake.
  const exists = (text: string): boolean => {
    const midnight = new Date(text);
    return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
  };
  if (day === undefined || !exists(day) || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError('Expected an RFC 3339 time, such as 2026-01-31T12:00:00Z.');
  }
  return time;
}

/** For options that may be given several times or as a comma-separated list. */
export function listOption(value: string, previous: readonly string[] = []): string[] {
  return [...previous, ...value.split(',').map((part) => part.trim())].filter(
    (part) => part !== '',
  );
}
