/** A file before and after a step of a pipeline. */
import type { ChangeSummary, Inspected } from '../model.js';

export interface FileChange {
  /** Null for a file that is only there after. */
  before: Inspected | null;
  /** Null for a file that is only there before. */
  after: Inspected | null;
  summary: ChangeSummary;
}
