/** A forensic observation measures one trace in a picture and says what it can and cannot mean. */
import type { ForensicObservation, Region } from '../../pixels-report.js';
import type { ForensicView } from './view.js';

export interface Measured {
  status: ForensicObservation['status'];
  /** One sentence with its number. Text from the file is already escaped. */
  finding: string;
  /** The figures behind the sentence. */
  measures: Record<string, number | string | null>;
  /**
   * Decimal logarithm of the number of false alarms: how often chance alone would give as much over all the
   * tests that were made, so -6 is one in a million pictures. Null where no such count exists.
   */
  log10FalseAlarms: number | null;
  /** Where in the picture; empty when it concerns all of it. */
  regions: Region[];
}

export interface Observation {
  /** `forensics.<what>`. */
  id: string;
  /** What carries the trace. */
  where: string;
  /** One or two sentences: what it can and cannot mean. */
  explain: string;
  /** Never throws on a picture that could be decoded. */
  measure(view: ForensicView): Measured;
}

/** One observation per file, one line in `observations/index.ts`. */
export function defineObservation(observation: Observation): Observation {
  return observation;
}

export function notApplicable(finding: string): Measured {
  return {
    status: 'not-applicable',
    finding,
    measures: {},
    log10FalseAlarms: null,
    regions: [],
  };
}
